"""Four weeks of one practice, end to end: nobody is texted against their word, and whoever should be asked is.

    python -m pytest tests/weeks                               one seed
    python -m pytest --hypothesis-profile long tests/weeks     more of them, and exports of every kind

What happened to every account stands in tests/data/four_weeks.txt (`python -m tests.weeks.table --write`).
"""

from __future__ import annotations

import filecmp
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from plots import DAYS, WAITS
from pms import Kind
from tests.properties import seeds
from tests.weeks import table
from tests.weeks.living import Lived, live
from tests.weeks.model import Judgement, Wrong, judged
from weeks import main

# Each seed is an example of it: the profile "long" takes more.
pytestmark = pytest.mark.hypothesis

#: The kinds take turns, beginning with that of the table.
_KINDS = (Kind.LEDGER_WITHOUT_VISITS, Kind.LEDGER, Kind.BALANCES)


@dataclass(frozen=True, slots=True, repr=False)
class Weeks:
    lived: Lived
    judgement: Judgement

    def wrong(self, *kinds: Wrong) -> list[str]:
        """What was wrong in these ways; empty where nothing was."""
        return [f"{each.value}: {words}" for each in kinds for words in self.judgement.found.get(each, ())]


def _examples() -> Iterable[object]:
    for seed in seeds():
        kind = _KINDS[(seed - table.SEED) % len(_KINDS)]
        yield pytest.param((seed, kind), id=f"{seed}-{kind.name.lower()}")


@pytest.fixture(scope="module", params=_examples())
def weeks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Weeks:
    seed, kind = request.param
    lived = live(tmp_path_factory.mktemp("weeks"), seed, kind)
    return Weeks(lived, judged(lived))


def test_nobody_gets_a_message_of_a_campaign_twice_or_before_its_day(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.TWICE, Wrong.OUT_OF_ORDER) == []


def test_nobody_is_texted_after_an_opt_out_in_any_words(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.STOPPED) == []


def test_nobody_is_texted_after_an_answer_that_waits(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.WAITING) == []


def test_nobody_is_texted_who_paid(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.PAID) == []


def test_nobody_is_texted_who_is_snoozed_or_left_out(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.SNOOZED) == []


def test_nobody_is_texted_who_is_on_a_plan(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.PLAN) == []


def test_nobody_is_texted_whom_the_books_say_not_to_ask(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.BOOKS) == []


def test_nobody_is_texted_at_a_number_known_wrong(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.NUMBER) == []


def test_the_same_people_are_not_asked_as_another_account(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.ELSEWHERE) == []


def test_nobody_is_asked_again_without_a_visit(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.NO_VISIT) == []


def test_no_number_gets_two_texts_on_one_day(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.SAME_DAY) == []


def test_every_text_has_its_accounts_amount_and_first_name(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.AMOUNT, Wrong.NAME) == []


def test_nothing_goes_out_when_it_may_not(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.HOUR, Wrong.EXIT) == []


def test_whoever_should_be_asked_is_and_nobody_else(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.MISSED, Wrong.UNCALLED) == []
    assert weeks.judgement.due > 150


def test_what_staff_command_is_done(weeks: Weeks) -> None:
    assert weeks.wrong(Wrong.COMMAND) == []


def test_the_state_is_whole_every_evening(weeks: Weeks) -> None:
    assert weeks.lived.broken == []


def test_every_kind_of_answer_and_of_failure_was_there(weeks: Weeks) -> None:
    """Or the weeks would prove less than they say."""
    facts = weeks.lived.facts
    said = {getattr(each, "kind", "") for each in facts}
    assert said >= WAITS | {"stop", "stop in words", "stop in another language", "start", "thanks"}
    codes = {getattr(each, "code", "") for each in facts} | {getattr(each, "refused", "") for each in facts}
    assert codes >= {"30003", "30005", "30006", "30007", "31999", "21211", "21610"}
    assert len({getattr(each, "day", None) for each in facts} - {None}) == DAYS


def test_the_table_is_current(weeks: Weeks) -> None:
    """Byte for byte; what changed in it is looked at before it is committed."""
    if weeks.lived.seed != table.SEED:
        pytest.skip("the table is of the first seed")
    assert table.table(weeks.lived, weeks.judgement) == table.PATH.read_text("utf-8"), (
        "run: python -m tests.weeks.table --write"
    )


def test_a_seed_always_makes_the_same_weeks(tmp_path: Path) -> None:
    for name in ("one", "other"):
        main(["--out", str(tmp_path / name), "--seed", "7"])
    made = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.csv"))
    assert len(made) == 2 * DAYS
    assert all(filecmp.cmp(tmp_path / "one" / path, tmp_path / "other" / path, shallow=False) for path in made)
