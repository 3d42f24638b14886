from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dipay.domain.replies import classify_reply
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.reply_phrases import (
    BESIDE_THANKS,
    CLASSES,
    NO_CALLS,
    READINGS,
    TEXTS_WELCOME,
    THANK_WORDS,
    WITH_ACCENTS,
)
from reply_cases import CASES as CASES_BY_LANGUAGE
from reply_cases import NEAR_AN_OPT_OUT

CASES = {kind: [text for texts in each.values() for text in texts] for kind, each in CASES_BY_LANGUAGE.items()}
OPT_OUTS = CASES[ReplyKind.OPT_OUT]
INNOCENT = [text for texts in NEAR_AN_OPT_OUT.values() for text in texts]

#: What single words do at the provider and at the FCC; they must work in any dress.
KEYWORDS = ["stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout", "opt out"]
#: A tap is a sentence of the phone's, and nobody writes behind it.
TYPED = [text for text in OPT_OUTS if not text.startswith("Reacted")]
QUOTED = (
    "Maple Street Dental: Ann, you have a balance with us. Pay here: https://pay.example/a?b=1 Reply STOP to opt out."
)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in CASES.items() for text in texts])
def test_each_case_of_the_table(kind: ReplyKind, text: str) -> None:
    assert classify_reply(text) is kind


def test_the_table_has_every_kind_once_and_cases_in_english_and_spanish() -> None:
    assert [reading.kind for reading in READINGS] == list(ReplyKind)
    assert all({"English", "Spanish"} <= texts.keys() for texts in CASES_BY_LANGUAGE.values())
    assert sum(map(len, CASES.values())) >= 1100
    assert all(len(texts) >= 14 for texts in CASES.values())


def test_every_name_in_capitals_is_a_class_and_every_class_is_named() -> None:
    phrases = [*NO_CALLS, *TEXTS_WELCOME, *THANK_WORDS, *BESIDE_THANKS]
    for reading in READINGS:
        phrases += [*reading.phrases, *reading.unless]
    named = {token.strip("?*!") for phrase in phrases for token in phrase.split()}
    assert {token for token in named if token.isupper()} == CLASSES.keys()


def test_no_text_is_a_case_of_two_kinds() -> None:
    every = [text.casefold() for texts in (*CASES.values(), INNOCENT) for text in texts]
    kinds: dict[str, set[ReplyKind]] = {text.casefold(): set() for text in every}
    for kind, texts in CASES.items():
        for text in texts:
            kinds[text.casefold()].add(kind)
    assert [text for text, several in kinds.items() if len(several) > 1] == []


def test_of_a_hundred_innocent_replies_none_is_an_opt_out() -> None:
    assert len(set(INNOCENT)) >= 100
    assert [text for text in INNOCENT if classify_reply(text) is ReplyKind.OPT_OUT] == []


@pytest.mark.parametrize("text", [*INNOCENT, *CASES[ReplyKind.OTHER]])
def test_what_waits_for_a_person_is_not_made_thanks_by_thanking(text: str) -> None:
    if classify_reply(text).waits and any(map(str.isalnum, text)):
        assert classify_reply(f"{text}. Thank you!").waits


@pytest.mark.parametrize("kind", [kind for kind in ReplyKind if kind.waits and kind is not ReplyKind.OTHER])
def test_thanks_beside_another_kind_change_nothing(kind: ReplyKind) -> None:
    cases = [text for text in CASES[kind] if not text.startswith("Questioned")]
    assert [text for text in cases if classify_reply(f"{text}\nThanks") is not kind] == []
    assert [text for text in cases if classify_reply(f"Hi. {text}. Thank you!") is not kind] == []


@pytest.mark.parametrize(
    "more", ["{} thanks", "{}. Thank you!", "{}\nthanks", "Thanks. {}", "{} 🙏", "{} 👍", "{} gracias"]
)
def test_an_opt_out_with_thanks_is_an_opt_out(more: str) -> None:
    said = [more.format(text) for text in TYPED]
    assert [text for text in said if classify_reply(text) is not ReplyKind.OPT_OUT] == []


@pytest.mark.parametrize("kind", [kind for kind in ReplyKind if kind not in {ReplyKind.OPT_OUT, ReplyKind.OTHER}])
def test_an_opt_out_goes_before_every_other_kind(kind: ReplyKind) -> None:
    cases = [text for text in CASES[kind] if not text.startswith(("Liked", "Loved", "Reacted", "Questioned"))]
    assert [text for text in cases if classify_reply(f"{text}. Stop texting me") is not ReplyKind.OPT_OUT] == []
    assert [text for text in cases if classify_reply(f"STOP. {text}") is not ReplyKind.OPT_OUT] == []


#: What people, their phones and apps put round a text.
ROUND = [
    "Ok. ",
    "ok ",
    "Thanks! ",
    "thank you, ",
    "Hi, ",
    "Got it. ",
    "👍 ",
    "❤️",
    "Great, ",
    f"“{QUOTED}” ",
    f"> {QUOTED}\n",
]
BEHIND = [
    "", " thanks", ". Thank you so much!", " 👍", "🙏🏽", " ❤️", ". Have a great day", "\nSent from my iPhone", "!!!", " 😊",
    f"\n> {QUOTED}", f" “{QUOTED}”", " ok", "\u200b",
]  # fmt: skip
DRESSES: list[Callable[[str], str]] = [str, str.lower, str.upper, str.swapcase]


@given(st.sampled_from(TYPED), st.sampled_from(["", *ROUND]), st.sampled_from(BEHIND), st.sampled_from(DRESSES))
def test_nothing_polite_makes_thanks_of_an_opt_out(
    text: str, before: str, behind: str, dress: Callable[[str], str]
) -> None:
    kind = classify_reply(f"{before}{dress(text)}{behind}")
    assert kind is ReplyKind.OPT_OUT or kind.waits


@given(
    st.sampled_from([text for kind, texts in CASES.items() if kind.waits for text in texts]),
    st.sampled_from(["", *ROUND]),
    st.sampled_from(BEHIND),
    st.sampled_from(DRESSES),
)
def test_nothing_polite_makes_thanks_of_what_a_person_must_read(
    text: str, before: str, behind: str, dress: Callable[[str], str]
) -> None:
    said = dress(text)
    assume(any(map(str.isalnum, said)))
    assert classify_reply(f"{before}{said}{behind}") not in {ReplyKind.THANKS, ReplyKind.OPT_IN}


@pytest.mark.parametrize(
    "text", [text for texts in CASES.values() for text in texts if text.startswith(("Liked", "Loved"))]
)
def test_what_is_typed_behind_a_tap_counts(text: str) -> None:
    assert classify_reply(f"{text} stop texting me") is ReplyKind.OPT_OUT
    assert classify_reply(f'{text} "and" stop texting me "now"') is ReplyKind.OPT_OUT


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Stop\n\nSent from my Verizon, Samsung Galaxy smartphone", ReplyKind.OPT_OUT),
        ("Stop\n--\nJim Kowalski\nKowalski Roofing LLC", ReplyKind.OPT_OUT),
        (f"Stop\n\nOn Tue, Mar 3, Maple Street Dental wrote:\n{QUOTED}", ReplyKind.OPT_OUT),
        (f"On Tue, Mar 3, Maple Street Dental wrote:\n> {QUOTED}\nWrong number", ReplyKind.WRONG_PERSON),
        (f"{QUOTED}\n\nPaid this Monday", ReplyKind.ALREADY_PAID),
        ("Great, Reply STOP to opt out", ReplyKind.OTHER),
        ("Thank you for calling Smith Roofing. To unsubscribe text STOP.", ReplyKind.OTHER),
        ("re\u200bmove me", ReplyKind.OPT_OUT),
        ("END\nSent from my iPhone", ReplyKind.OPT_OUT),
        ("Removed 👍 from “please stop texting me”", ReplyKind.OTHER),
        ("\u202astop\u202c", ReplyKind.OPT_OUT),
        ("\u200b👍\u200b to “ Maple Street Dental: Reply STOP to opt out. ” ", ReplyKind.OTHER),
        ("\ufffc", ReplyKind.OTHER),
    ],
)
def test_signatures_quotes_and_signs_that_nobody_sees(text: str, kind: ReplyKind) -> None:
    assert classify_reply(text) is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("she passed away, talk to my lawyer", ReplyKind.DECEASED),
        ("My lawyer says you have the wrong person", ReplyKind.LAWYER),
        ("Wrong person, and I don't owe this", ReplyKind.WRONG_PERSON),
        ("I dispute this, I already paid", ReplyKind.DISPUTE),
        ("Already paid, please call me", ReplyKind.ALREADY_PAID),
        ("Can you call me?", ReplyKind.CALL_ME),
        ("Thanks! How much is it?", ReplyKind.QUESTION),
    ],
)
def test_of_several_kinds_the_first_counts(text: str, kind: ReplyKind) -> None:
    assert classify_reply(text) is kind


@pytest.mark.parametrize(
    ("own", "kind"),
    [
        ("Who is this?", ReplyKind.QUESTION),
        ("I already paid", ReplyKind.ALREADY_PAID),
        ("Wrong number", ReplyKind.WRONG_PERSON),
        ("please stop texting", ReplyKind.OPT_OUT),
        ("STOP", ReplyKind.OPT_OUT),
        ("She passed away", ReplyKind.DECEASED),
    ],
)
@pytest.mark.parametrize("quote", ["{quoted}\n{own}", "{own}\n> {quoted}", "> {quoted}\n\n{own}", "{own} “{quoted}”"])
def test_what_a_reply_quotes_of_our_message_says_nothing(quote: str, own: str, kind: ReplyKind) -> None:
    assert classify_reply(quote.format(quoted=QUOTED, own=own)) is kind


@pytest.mark.parametrize("quote", ["{}", "“{}”", "{} I'll stop by tomorrow", "{} thanks", 'I got "{}" today'])
def test_our_message_quoted_is_no_opt_out_and_no_thanks(quote: str) -> None:
    assert classify_reply(quote.format(QUOTED)).waits


@given(
    st.sampled_from(KEYWORDS),
    st.sampled_from(["", " ", "\n", "“", '"', "*", "Please ", "ok, "]),
    st.sampled_from(["", ".", "!!!", " please", " now", "\n", "”", "?", " thanks", " 😡"]),
    st.sampled_from([str.lower, str.upper, str.title, str.swapcase]),
)
def test_a_keyword_in_any_dress(word: str, before: str, behind: str, dress: Callable[[str], str]) -> None:
    assert classify_reply(before + dress(word) + behind) is ReplyKind.OPT_OUT


@given(st.sampled_from([(kind, text) for kind, texts in CASES.items() for text in texts]))
def test_case_and_blanks_change_nothing(case: tuple[ReplyKind, str]) -> None:
    kind, text = case
    assert classify_reply(text.lower()) is kind
    assert classify_reply(f"  {text} \n") is kind
    assert classify_reply(text.replace(" ", "   ")) is kind


@given(st.sampled_from(TYPED), st.sampled_from([".", "!", "!!!", "…", " .", "。", "；", " -", "*", "\u200b", "\ufe0f"]))
def test_punctuation_behind_an_opt_out_changes_nothing(text: str, behind: str) -> None:
    assert classify_reply(text + behind) is ReplyKind.OPT_OUT


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_how_an_accent_is_coded_changes_nothing(form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    for kind, texts in CASES.items():
        coded = [unicodedata.normalize(form, text) for text in texts]
        assert [text for text in coded if classify_reply(text) is not kind] == []


def test_a_text_without_its_accents_means_the_same() -> None:
    for kind, texts in CASES.items():
        for text in texts:
            if text.casefold() not in WITH_ACCENTS:
                assert classify_reply(_without_accents(text)) is kind, text


def _without_accents(text: str) -> str:
    """Latin letters without what stands over and under them, as a phone without them writes."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(each for each in apart if not 0x300 <= ord(each) <= 0x36F))


@pytest.mark.parametrize("text", ["", "   ", "...", "\x00\ud800", "\u200b", "12", "A?"])
def test_next_to_nothing_waits_for_a_person(text: str) -> None:
    assert classify_reply(text).waits


@given(st.text(st.characters(), max_size=300) | st.text(st.characters(categories=["Cs", "So", "Mn", "Cf", "Po", "Zs"])))
def test_any_text_is_classified(text: str) -> None:
    assert classify_reply(text) in ReplyKind


@pytest.mark.parametrize(
    "word",
    [
        "stop ", "dont want ", "a", "no ", "remove my ", "stop my ", ". ", '"', "“", "\n> ", "thanks ", "不要", "मत ", "не ",
        "reply stop to ", "to stop text ", "liked “", "i dont want to get the ", "no quiero ", "wag ", "s t o p ", "stop",
        "will pay when i get ", "reacted ", "\u200b", "👍",
    ],
)  # fmt: skip
def test_a_long_text_takes_no_time(word: str) -> None:
    classify_reply("warm")
    began = time.perf_counter()
    classify_reply((word * 5000)[:5000])
    assert time.perf_counter() - began < 5.0
