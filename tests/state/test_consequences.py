"""What follows from an outcome or a decision: for whom it was meant, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from dipay.domain.outcomes import Accepted, Delivery, NotSent, RefusalKind, Refused
from dipay.domain.reply_kinds import ReplyKind
from dipay.state import decisions
from dipay.state.outcomes import record, record_delivery
from dipay.state.purge import purge
from dipay.state.replies import replies, take_reply
from dipay.state.requests import RequestKind, request_of
from dipay.state.runs import note_asked
from dipay.state.store import Store
from tests.state.state_helpers import DAY, MINUTE, NOW, TODAY, ask, assert_sound, claimed, ends_of, number

BAD_NUMBER = Refused("21211", "The number can't exist.", RefusalKind.NUMBER)


def accept(
    store: Store,
    account: str,
    to: str,
    step: int = 0,
    day: int = 0,
    *,
    last_step: bool = False,
    provider: str = "twilio",
) -> int:
    now = NOW + DAY * day
    request = claimed(store, ask(account, to, step=step, last_step=last_step, provider=provider), now=now)
    record(store, request.id, Accepted(f"SM{request.id}"), now=now)
    return request.id


def refuse(store: Store, account: str, to: str, *, provider: str = "twilio") -> int:
    request = claimed(store, ask(account, to, provider=provider))
    record(store, request.id, BAD_NUMBER, now=NOW)
    return request.id


def fail(store: Store, request_id: int, day: int = 0) -> None:
    now = NOW + DAY * day
    record_delivery(store, request_id, Delivery.UNDELIVERED, now=now, today=now.date(), code="30005")


def reply(store: Store, account: str | None, to: str) -> None:
    count = len(replies(store, waiting_only=False))
    assert take_reply(
        store, provider_id=f"SMin{count}", number=to, guarantor_id=account, kind=ReplyKind.OTHER, text="why?", at=NOW,
        day=TODAY, today=TODAY, now=NOW,
    )  # fmt: skip


def waiting(store: Store) -> list[int]:
    return [each.id for each in replies(store)]


@dataclass(frozen=True)
class Campaign:
    account: str
    rehearsal: int
    days: tuple[int, int]
    step: int
    how: str | None = None


def campaigns(store: Store) -> list[Campaign]:
    """Each with the days after the first on which it began and on which it last sent."""
    rows = store.connection.execute(
        "SELECT guarantor_id, rehearsal, julianday(began) - julianday(?), julianday(last_sent) - julianday(?), step, how "
        "FROM campaigns ORDER BY id",
        (TODAY.isoformat(), TODAY.isoformat()),
    )
    return [Campaign(each[0], each[1], (int(each[2]), int(each[3])), each[4], each[5]) for each in rows]


class TestAcceptance:
    def test_each_message_carries_its_own_campaign_on(self, store: Store) -> None:
        first, other = accept(store, "001", number(1)), accept(store, "002", number(2))
        rehearsed = accept(store, "003", number(3), provider="outbox")
        real = accept(store, "003", number(3), day=1)
        follow_up = accept(store, "001", number(1), step=1, day=7)
        accept(store, "002", number(2), step=1, day=8, last_step=True)
        assert campaigns(store) == [
            Campaign("001", 0, (0, 7), 1),
            Campaign("002", 0, (0, 8), 1, "completed"),
            Campaign("003", 1, (0, 0), 0),
            Campaign("003", 0, (1, 1), 0),
        ]
        of = {
            each: request_of(store.connection, each).campaign_id for each in (first, other, rehearsed, real, follow_up)
        }
        assert of == {first: 1, other: 2, rehearsed: 3, real: 4, follow_up: 1}

    def test_a_rehearsal_begun_beside_a_real_campaign_is_another_one(self, store: Store) -> None:
        accept(store, "001", number(1), provider="outbox")
        decisions.end_campaign(store, "001", "removed", day=TODAY, by="Kim", now=NOW)
        accept(store, "001", number(1), day=1)
        assert campaigns(store) == [Campaign("001", 1, (0, 0), 0, "removed"), Campaign("001", 0, (1, 1), 0)]

    @pytest.mark.parametrize("what", ["account", "number", "somebody else"])
    def test_who_opted_out_while_it_was_under_way_has_no_campaign(self, what: str, store: Store) -> None:
        request = claimed(store, ask("001", number(1)))
        account, to = {"account": ("001", None), "number": (None, number(1))}.get(what, ("002", number(2)))
        decisions.opt_out(store, guarantor_id=account, number=to, source="STOP", day=TODAY, by="Kim", now=NOW)
        record(store, request.id, Accepted("SM1"), now=NOW)
        assert ends_of(store, "campaigns", "001") == [None if what == "somebody else" else "opted_out"]

    def test_a_campaign_that_a_person_ended_stays_so_whatever_was_under_way(self, store: Store) -> None:
        accept(store, "001", number(1))
        last = claimed(store, ask("001", number(1), step=1, last_step=True), now=NOW + 7 * DAY)
        decisions.end_campaign(store, "001", "removed", day=TODAY, by="Kim", now=NOW)
        record(store, last.id, Accepted("SM9"), now=NOW + 7 * DAY)
        assert ends_of(store, "campaigns", "001") == ["removed"]

    def test_a_follow_up_sent_again_begins_no_campaign_where_its_own_has_ended(self, store: Store) -> None:
        accept(store, "001", number(1))
        follow_up = accept(store, "001", number(1), step=1, day=7)
        fail(store, follow_up, day=7)
        decisions.end_campaign(store, "001", "removed", day=TODAY, by="Kim", now=NOW)
        wanted = ask("001", number(11), kind=RequestKind.RESEND, parent_id=follow_up, named=True)
        again = claimed(store, wanted, now=NOW + 8 * DAY)
        record(store, again.id, Accepted("SM9"), now=NOW + 8 * DAY)
        assert request_of(store.connection, again.id).campaign_id is None
        assert ends_of(store, "campaigns", "001") == ["removed"]

    def test_what_turns_up_late_takes_the_place_in_a_campaign_that_a_failed_message_left(self, store: Store) -> None:
        late = claimed(store, ask("001", number(1)))
        record(store, late.id, NotSent("refused"), now=NOW)
        accept(store, "002", number(2))
        first = accept(store, "001", number(1), day=1)
        follow_up = accept(store, "001", number(1), step=1, day=8)
        fail(store, first, day=8)
        record(store, late.id, Accepted("SM9"), now=NOW + 9 * DAY)
        assert [request_of(store.connection, each).campaign_id for each in (late.id, first, follow_up)] == [2, 2, 2]
        assert campaigns(store) == [Campaign("002", 0, (0, 0), 0), Campaign("001", 0, (1, 8), 1)]
        # It was sent before: the one that failed may be sent again all the same.
        wanted = ask("001", number(11), kind=RequestKind.RESEND, parent_id=first, named=True)
        again = claimed(store, wanted, now=NOW + 10 * DAY)
        record(store, again.id, Accepted("SM10"), now=NOW + 10 * DAY)
        assert campaigns(store) == [Campaign("002", 0, (0, 0), 0), Campaign("001", 0, (1, 10), 1)]

    def test_what_turns_up_late_beside_a_message_that_stands_belongs_to_no_campaign(self, store: Store) -> None:
        late = claimed(store, ask("001", number(1)))
        record(store, late.id, NotSent("refused"), now=NOW)
        accept(store, "001", number(1), day=1)
        record(store, late.id, Accepted("SM9"), now=NOW + 9 * DAY)
        assert request_of(store.connection, late.id).campaign_id is None
        assert campaigns(store) == [Campaign("001", 0, (1, 1), 0)]

    @pytest.mark.parametrize(("day", "begun"), [(1, False), (0, False), (-1, True)])
    def test_what_turns_up_late_begins_a_campaign_only_where_none_began_since(
        self, day: int, begun: bool, store: Store
    ) -> None:
        """Whatever others, and rehearsals, began since."""
        accept(store, "001", number(11), day=min(day, 0) - 1)
        decisions.end_campaign(store, "001", "removed", day=TODAY, by="Kim", now=NOW)
        late = claimed(store, ask("001", number(1)))
        record(store, late.id, NotSent("refused"), now=NOW)
        accept(store, "001", number(11), day=day)
        decisions.end_campaign(store, "001", "removed", day=TODAY, by="Kim", now=NOW)
        accept(store, "001", number(1), day=2, provider="outbox")
        decisions.end_campaign(store, "001", "removed", day=TODAY, by="Kim", now=NOW)
        accept(store, "002", number(2), day=2)
        record(store, late.id, Accepted("SM9"), now=NOW + 9 * DAY)
        assert (request_of(store.connection, late.id).campaign_id is not None) is begun
        running = [each for each in campaigns(store) if each.account == "001" and each.how is None]
        assert running == ([Campaign("001", 0, (0, 0), 0)] if begun else [])

    def test_whoever_is_reached_leaves_the_list_and_nobody_else(self, store: Store) -> None:
        refuse(store, "001", number(1))
        refuse(store, "001", number(11))
        refuse(store, "002", number(2))
        accept(store, "001", number(21), day=1)
        assert ends_of(store, "undeliverables", "001") == ["replaced", "resent"]
        assert ends_of(store, "undeliverables", "002") == [None]

    def test_a_real_message_settles_the_rehearsals_list_and_none_the_other_way(self, store: Store) -> None:
        refuse(store, "001", number(1), provider="outbox")
        refuse(store, "001", number(1))
        accept(store, "001", number(11), provider="outbox")
        assert ends_of(store, "undeliverables", "001") == ["resent", None]
        accept(store, "001", number(12))
        refuse(store, "002", number(2), provider="outbox")
        accept(store, "002", number(22))
        assert ends_of(store, "undeliverables", "001") == ["resent", "resent"]
        assert ends_of(store, "undeliverables", "002") == ["resent"]

    def test_a_number_is_to_be_keyed_in_only_where_it_was_typed(self, store: Store) -> None:
        accept(store, "001", number(1))
        first = refuse(store, "002", number(2))
        wanted = ask("002", number(22), kind=RequestKind.RESEND, parent_id=first, named=True, typed=True)
        again = claimed(store, wanted)
        record(store, again.id, Accepted("SM9"), now=NOW, by="Kim")
        rows = store.connection.execute("SELECT guarantor_id, number, by FROM phone_corrections").fetchall()
        assert rows == [("002", number(22), "Kim")]

    def test_what_turns_up_after_its_number_was_purged_has_none_to_key_in(self, store: Store) -> None:
        first = refuse(store, "002", number(2))
        wanted = ask("002", number(22), kind=RequestKind.RESEND, parent_id=first, named=True, typed=True)
        lost = claimed(store, wanted)
        record(store, lost.id, NotSent("refused"), now=NOW)
        later = NOW + 600 * DAY
        purge(store, later.date(), by="Kim", now=later)
        assert request_of(store.connection, lost.id).number is None
        record(store, lost.id, Accepted("SM9"), now=later)
        assert store.connection.execute("SELECT count(*) FROM phone_corrections").fetchone() == (0,)


class TestFailure:
    def test_a_campaign_of_which_nothing_arrived_never_began(self, store: Store) -> None:
        first, other = accept(store, "001", number(1)), accept(store, "002", number(2))
        accept(store, "003", number(3), last_step=True)
        fail(store, first)
        assert [each.how for each in campaigns(store)] == ["undeliverable", None, "completed"]
        follow_up = accept(store, "002", number(2), step=1, day=7)
        fail(store, follow_up, day=7)
        assert [each.how for each in campaigns(store)] == ["undeliverable", None, "completed"]
        fail(store, other, day=8)
        fail(store, 3, day=8)
        assert [each.how for each in campaigns(store)] == ["undeliverable"] * 3

    def test_a_campaign_that_was_paid_stays_so(self, store: Store) -> None:
        first = accept(store, "001", number(1))
        decisions.mark_paid(store, "001", day=TODAY, by="Kim", now=NOW)
        fail(store, first)
        assert ends_of(store, "campaigns", "001") == ["paid"]

    def test_a_message_without_a_campaign_ends_none(self, store: Store) -> None:
        accept(store, "001", number(1))
        single = claimed(store, ask("001", number(1), kind=RequestKind.SINGLE, named=True), now=NOW + DAY)
        record(store, single.id, Accepted("SM9"), now=NOW + DAY)
        fail(store, single.id, day=1)
        assert ends_of(store, "campaigns", "001") == [None]

    def test_the_list_has_one_entry_of_an_account_for_real_and_one_for_rehearsals(self, store: Store) -> None:
        refuse(store, "002", number(2))
        refuse(store, "001", number(1), provider="outbox")
        refuse(store, "001", number(1))
        refuse(store, "001", number(11))
        refuse(store, "001", number(12))
        rows = store.connection.execute(
            "SELECT guarantor_id, rehearsal, request_id, number, code, why, since, resolved, how FROM undeliverables"
        ).fetchall()
        why, day = "The number can't exist.", TODAY.isoformat()
        assert rows == [
            ("002", 0, 1, number(2), "21211", why, day, None, None),
            ("001", 1, 2, number(1), "21211", why, day, None, None),
            ("001", 0, 3, number(1), "21211", why, day, day, "replaced"),
            ("001", 0, 4, number(11), "21211", why, day, day, "replaced"),
            ("001", 0, 5, number(12), "21211", why, day, None, None),
        ]

    def test_an_entry_that_was_settled_is_not_replaced(self, store: Store) -> None:
        refuse(store, "001", number(1))
        decisions.take_off_undeliverable_list(store, "001", "dropped", day=TODAY, by="Kim", now=NOW)
        refuse(store, "001", number(11))
        assert ends_of(store, "undeliverables", "001") == ["dropped", None]

    def test_a_typed_number_that_fails_is_keyed_in_no_more_and_others_are(self, store: Store) -> None:
        sent = {}
        for account in ("001", "002", "003"):
            first = refuse(store, account, number(int(account)))
            to = number(int(account) + 20)
            wanted = ask(account, to, kind=RequestKind.RESEND, parent_id=first, named=True, typed=True)
            sent[account] = claimed(store, wanted).id
            record(store, sent[account], Accepted(f"SM-{account}"), now=NOW, by="Kim")
        fail(store, sent["001"])
        # Another number of the account fails: what was typed in reached them.
        other = claimed(store, ask("002", number(32), kind=RequestKind.SINGLE, named=True), now=NOW + DAY)
        record(store, other.id, BAD_NUMBER, now=NOW + DAY)
        rows = store.connection.execute("SELECT guarantor_id FROM phone_corrections ORDER BY 1").fetchall()
        assert rows == [("002",), ("003",)]

    def test_a_number_typed_for_two_accounts_is_judged_for_each(self, store: Store) -> None:
        sent = {}
        for day, account in enumerate(("001", "002")):
            first = refuse(store, account, number(int(account)))
            wanted = ask(
                account, number(25), kind=RequestKind.RESEND, parent_id=first, named=True, typed=True, told=True
            )
            sent[account] = claimed(store, wanted, now=NOW + DAY * day).id
            record(store, sent[account], Accepted(f"SM-{account}"), now=NOW + DAY * day, by="Kim")
        fail(store, sent["001"], day=2)
        rows = store.connection.execute("SELECT guarantor_id FROM phone_corrections").fetchall()
        assert rows == [("002",)]


Decision = Callable[[Store], object]
DECISIONS: dict[str, tuple[Decision, str]] = {
    "paid": (lambda store: decisions.mark_paid(store, "001", day=TODAY, by="Kim", now=NOW + MINUTE), "paid"),
    "snoozed": (
        lambda store: decisions.snooze(store, ["001"], until=TODAY + DAY, reason="Other", by="Kim", now=NOW + MINUTE),
        "snooze",
    ),
    "opted out": (
        lambda store: decisions.opt_out(
            store, guarantor_id="001", source="staff", day=TODAY, by="Kim", now=NOW + MINUTE
        ),
        "optout",
    ),
}


class TestReplies:
    @pytest.mark.parametrize("decision", DECISIONS)
    def test_a_decision_settles_the_replies_of_its_account_and_of_numbers_that_are_its_alone(
        self, decision: str, store: Store
    ) -> None:
        for account, to in (("001", 1), ("002", 2), ("001", 9), ("002", 9), ("000", 8), ("001", 8)):
            record(store, claimed(store, ask(account, number(to), provider="outbox")).id, NotSent("-"), now=NOW)
        reply(store, "001", number(7))  # 1: the account's own, from wherever
        reply(store, None, number(1))  # 2: from a number that it alone was asked at
        reply(store, None, number(2))
        reply(store, None, number(9))  # of two accounts
        reply(store, None, number(8))
        reply(store, "002", number(6))
        decide, how = DECISIONS[decision]
        decide(store)
        assert waiting(store) == [3, 4, 5, 6]
        settled = [each for each in replies(store, waiting_only=False) if each.handled_at is not None]
        assert {(each.handled_at, each.handled_by, each.how) for each in settled} == {(NOW + MINUTE, "Kim", how)}

    def test_what_was_dealt_with_before_stays_as_it_was(self, store: Store) -> None:
        reply(store, "001", number(1))
        decisions.mark_paid(store, "001", day=TODAY, by="Kim", now=NOW)
        decisions.snooze(store, ["001"], until=TODAY + DAY, reason="Other", by="Lee", now=NOW + MINUTE)
        (kept,) = replies(store, waiting_only=False)
        assert (kept.handled_at, kept.handled_by, kept.how) == (NOW, "Kim", "paid")

    def test_who_takes_a_snooze_back_gets_the_replies_back_that_it_settled_and_no_others(self, store: Store) -> None:
        def snooze(account: str, minutes: int) -> None:
            decisions.snooze(store, [account], until=TODAY + DAY, reason="Other", by="Kim", now=NOW + MINUTE * minutes)

        reply(store, "001", number(1))
        snooze("001", 0)  # 1: settled by an earlier snooze
        reply(store, "001", number(1))
        reply(store, "002", number(2))
        snooze("001", 1)  # 2
        snooze("002", 2)  # 3: another account's
        reply(store, "001", number(1))
        decisions.mark_paid(store, "001", day=TODAY, by="Kim", now=NOW + MINUTE * 3)  # 4: dealt with otherwise
        decisions.unsnooze(store, ["001"], by="Kim", now=NOW + MINUTE * 4)
        assert waiting(store) == [2]
        (again,) = replies(store)
        assert (again.handled_at, again.handled_by, again.how) == (None, "", "")


class TestOptOut:
    def test_an_account_and_a_number_are_opted_out_once_each_and_both_together(self, store: Store) -> None:
        def opt_out(account: str | None, to: str | None) -> bool:
            return decisions.opt_out(
                store, guarantor_id=account, number=to, source="STOP", day=TODAY, by="Kim", now=NOW
            )

        for account, to in (
            ("001", None),
            (None, number(1)),
            ("001", number(1)),
            ("002", number(1)),
            ("001", number(2)),
        ):
            assert opt_out(account, to)
            assert not opt_out(account, to)
        # The seals of opt-outs are this file's, whatever else is noted in it.
        note_asked(store, "twilio", now=NOW)
        assert_sound(store)
        assert opt_out("003", None)
        assert store.connection.execute("SELECT count(*) FROM opt_outs").fetchone() == (6,)

    def test_a_number_that_opts_out_ends_the_campaigns_that_texted_it_and_no_others(self, store: Store) -> None:
        accept(store, "001", number(1))
        accept(store, "002", number(2))
        accept(store, "003", number(3))
        accept(store, "004", number(1), day=1)
        decisions.end_campaign(store, "003", "removed", day=TODAY, by="Kim", now=NOW)
        # It is asked elsewhere since.
        accept(store, "003", number(33), day=1)
        for to in (number(1), number(3)):
            decisions.opt_out(store, number=to, source="STOP", day=TODAY, by="Kim", now=NOW + DAY)
        ends = {each: ends_of(store, "campaigns", each) for each in ("001", "002", "003", "004")}
        assert ends == {"001": ["opted_out"], "002": [None], "003": ["removed", None], "004": ["opted_out"]}

    def test_an_account_that_opts_out_ends_what_runs_and_leaves_the_list_and_no_other_does(self, store: Store) -> None:
        accept(store, "001", number(1))
        decisions.end_campaign(store, "001", "removed", day=TODAY, by="Kim", now=NOW)
        accept(store, "001", number(1), day=1)
        accept(store, "002", number(2), day=1)
        # Texted at the number, and undeliverable at another: it is still to be reached.
        accept(store, "003", number(1), day=2)
        for account, to in (("001", number(11)), ("002", number(12)), ("003", number(13))):
            wrong = claimed(store, ask(account, to, kind=RequestKind.SINGLE, named=True), now=NOW + 3 * DAY)
            record(store, wrong.id, BAD_NUMBER, now=NOW + 3 * DAY)
        decisions.take_off_undeliverable_list(store, "001", "dropped", day=TODAY, by="Kim", now=NOW)
        wrong = claimed(store, ask("001", number(14), kind=RequestKind.SINGLE, named=True), now=NOW + 3 * DAY)
        record(store, wrong.id, BAD_NUMBER, now=NOW + 3 * DAY)
        decisions.opt_out(
            store, guarantor_id="001", number=number(1), source="STOP", day=TODAY, by="Kim", now=NOW + 3 * DAY
        )
        ends = {each: ends_of(store, "campaigns", each) for each in ("001", "002", "003")}
        assert ends == {"001": ["removed", "opted_out"], "002": [None], "003": ["opted_out"]}
        lists = {each: ends_of(store, "undeliverables", each) for each in ("001", "002", "003")}
        assert lists == {"001": ["dropped", "opted-out"], "002": [None], "003": [None]}
