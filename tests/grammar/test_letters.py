"""Letters with and without accents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.grammar.letters import bare, in_midst


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Škoda", "skoda"), ("S\u030ckoda", "skoda"), ("MÜLLER", "muller"), ("Weiß", "weiss"), ("Łukasz", "lukasz"),
        ("Søren", "soren"), ("Nguyễn", "nguyen"), ("O'Brien", "o'brien"), ("Ægir", "aegir"), ("\uff21nn", "ann"),
    ],
)  # fmt: skip
def test_accents_and_case_make_no_difference(written: str, typed: str) -> None:
    assert bare(written) == typed


@given(st.text())
def test_what_was_made_bare_stays_as_it_is(text: str) -> None:
    assert bare(bare(text)) == bare(text)


@pytest.mark.parametrize(
    ("sentence", "end"),
    [
        ("It is not a mobile number", "it is not a mobile number"), ("A number is missing", "a number is missing"),
        ("The number is not in service", "the number is not in service"), ("Twilio has no such number", "Twilio has no such number"),
        ("T-Mobile's limit is reached", "T-Mobile's limit is reached"), ("there is none", "there is none"), ("", ""),
    ],
)  # fmt: skip
def test_a_sentence_as_the_end_of_another(sentence: str, end: str) -> None:
    assert in_midst(sentence) == end
