"""What stands outside the state: a lost folder, a restored disk, a second computer, a wrong clock text nobody twice."""

from __future__ import annotations

import re
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn, ExitCode
from dipay.messaging.twilio import TwilioSender
from dipay.services import witnessing
from dipay.services.checking import check
from dipay.services.run import Conduct, SendReport
from dipay.services.sending import accept_changed
from dipay.services.syncing import SyncReport, sync
from dipay.services.undeliverable import resend
from dipay.state.provider_log import Gap, LogRead, log_read, record_log_read
from dipay.state.reading import history, running_campaigns
from dipay.state.schema import remember_how_far_the_log_is_read
from dipay.state.store import open_for_reading
from tests.messaging.behaviours import answer, drop, refuse
from tests.messaging.double import Message, Post, ProviderDouble, provider_double
from tests.sending.practice import Practice, outcomes, practice_on, sender_for

AT_ONCE = Conduct(sleep=lambda _: None, per_second=1e9)
#: What no error may hold.
PRIVATE = ("555", "First1", "Last1", "100.00")


def unhurried(double: ProviderDouble) -> TwilioSender:
    """A sender that waits for long pages, however busy the machine is."""
    return sender_for(double, read_seconds=30.0, total_seconds=60.0)


def refused(practice: Practice, double: ProviderDouble, code: ExitCode = ExitCode.STATE) -> str:
    """Why nothing is sent; and nothing is."""
    before = len(double.posts)
    with pytest.raises(CannotGoOn) as caught:
        practice.send(unhurried(double))
    assert caught.value.exit_code == code
    assert len(double.posts) == before
    told = " ".join(map(str, caught.value.problems))
    without_ids = re.sub(r"SM[0-9a-f]{32}", "", told)  # a message's id may hold any digits
    assert not any(each in without_ids for each in PRIVATE)
    return told


def synced(practice: Practice, double: ProviderDouble, *, accept: bool = False) -> SyncReport:
    return sync(practice.office, unhurried(double), accept_log=accept)


def texts(double: ProviderDouble) -> dict[str, int]:
    """How many texts went to each number."""
    return dict(Counter(post.to for post in double.posts))


def once(practice: Practice) -> dict[str, int]:
    return {practice.number(str(each)): 1 for each in range(1, practice.size + 1)}


def copy_of(practice: Practice, folder: Path, double: ProviderDouble) -> Practice:
    """The whole folder on another computer, at the same moment."""
    shutil.copytree(practice.folder, folder)
    made = practice_on(double, folder, size=practice.size, now=practice.now, settings=dict(practice.settings))
    double.now = lambda: practice.now
    return made


def whole_folder(practice: Practice) -> Callable[[], None]:
    """What puts the whole folder back to what it is at this moment, as a restored disk is."""
    kept = practice.folder.parent / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(practice.folder, kept)

    def restore() -> None:
        shutil.rmtree(practice.folder)
        shutil.copytree(kept, practice.folder)
        practice.export()

    return restore


@pytest.fixture
def practice(tmp_path: Path, double: ProviderDouble) -> Practice:
    folder = tmp_path / "office"
    folder.mkdir()
    return practice_on(double, folder, size=4)


def forget(practice: Practice, *names: str) -> None:
    """Deletes what lies beside the settings and begins so."""
    for path in practice.folder.iterdir():
        if any(path.name.startswith(name) for name in names):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


STATE = ("dipay", ".dipay")


class TestTheLog:
    def test_a_new_practice_begins_without_a_question(self, practice: Practice, double: ProviderDouble) -> None:
        assert practice.send(unhurried(double)).count("accepted") == 4
        with open_for_reading(practice.office.state_path) as store:
            read = log_read(store, "twilio")
        assert read.until is not None
        assert abs(read.until - practice.now) < timedelta(minutes=1)
        assert read.gap is None

    def test_a_lost_folder_asks_nobody_again_and_sync_completes_it(
        self, practice: Practice, double: ProviderDouble
    ) -> None:
        practice.send(unhurried(double))
        practice.later(days=3)
        forget(practice, *STATE)
        told = refused(practice, double)
        assert "4 messages with this practice's payment link" in told
        assert "dipay sync" in told
        assert "dipay sync" in refused(practice, double)
        assert synced(practice, double).restored == 4
        assert outcomes(practice.send(unhurried(double))) == {}
        practice.later(days=4)
        report = practice.send(unhurried(double))
        assert [line.step for line in report.lines] == [1] * 4
        assert set(texts(double).values()) == {2}

    def test_every_way_of_sending_asks_it(self, practice: Practice, double: ProviderDouble) -> None:
        double.script(refuse(21211), to=practice.number("1"))
        restore = whole_folder(practice)
        practice.send(unhurried(double), only=["1"])
        kept = whole_folder(practice)
        practice.send(unhurried(double), only=["2"])
        kept()
        with pytest.raises(CannotGoOn, match="a message with this practice's payment link"):
            resend(practice.office, unhurried(double), "1", "207-555-0177", AT_ONCE)
        restore()
        with pytest.raises(CannotGoOn, match="a message with this practice's payment link"):
            practice.send(unhurried(double), only=["3"])
        assert texts(double) == {practice.number("1"): 1, practice.number("2"): 1}

    @pytest.mark.parametrize("lost", [1, 3])
    def test_a_whole_disk_rolled_back_by_a_day(self, practice: Practice, double: ProviderDouble, lost: int) -> None:
        practice.send(unhurried(double), limit=4 - lost)
        practice.later(days=1)
        restore = whole_folder(practice)
        practice.send(unhurried(double))
        practice.later(days=1)
        restore()
        assert "of which the state file" in refused(practice, double)
        assert synced(practice, double).restored == lost
        assert outcomes(practice.send(unhurried(double))) == {}
        assert texts(double) == once(practice)

    def test_a_copy_used_alternately_for_three_days(
        self, practice: Practice, double: ProviderDouble, tmp_path: Path
    ) -> None:
        laptop = copy_of(practice, tmp_path / "laptop", double)
        stopped = []
        for first, second in ((practice, laptop), (laptop, practice), (practice, laptop)):
            for each in (first, second):
                each.now = practice.now
                each.export()
            assert first.send(unhurried(double), limit=1).count("accepted") == 1
            stopped.append(refused(second, double))
            assert synced(second, double).restored == 1
            practice.later(days=1)
        assert all("another computer sends too" in told for told in stopped)
        assert practice.send(unhurried(double)).count("accepted") == 1
        assert texts(double) == once(practice)
        laptop.check()
        practice.check()

    def test_two_computers_that_begin_at_once_stop_after_a_text(
        self, practice: Practice, double: ProviderDouble, tmp_path: Path
    ) -> None:
        laptop = copy_of(practice, tmp_path / "laptop", double)
        other: list[SendReport] = []
        # The other one has asked the log, and found nothing, when this one sends its first text.

        def the_other_begins(_: object) -> bool:
            other.append(laptop.send(unhurried(double), limit=1))
            return True

        report = practice.send(unhurried(double), confirm=the_other_begins)
        assert report.count("accepted") == 1
        assert report.exit_code == 5
        assert report.left == 3
        assert "another computer sends too" in report.problems[-1].message
        assert "The run was stopped." in report.problems[-1].fix
        assert len(double.posts) == 2
        assert "is older" in refused(practice, double)

    def test_a_run_looks_again_every_minute(self, practice: Practice, double: ProviderDouble) -> None:
        seconds = [0.0]
        practice.send(unhurried(double), only=["1"])
        with practice.office.open_state() as store:
            watch = witnessing.Watch(practice.office, store, unhurried(double), lambda: seconds[0])
            assert watch.look() is None
            another(double, practice.number("2"), practice.now)
            for seconds[0] in (1.0, 59.0):
                assert watch.look() is None
            double.answer_gets_with = answer(503, "busy")
            seconds[0] = 60.0
            assert watch.look() is None
            double.answer_gets_with = None
            seconds[0] = 120.0
            assert isinstance(watch.look(), CannotGoOn)
            assert store.needs_reconciliation

    def test_what_comes_late_to_the_log_is_seen_the_next_time(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(unhurried(double), only=["1"])
        another(double, practice.number("2"), practice.now - timedelta(minutes=50))
        practice.later(days=1)
        assert "a message with this practice's payment link" in refused(practice, double)

    def test_both_at_the_very_same_moment(self, practice: Practice, double: ProviderDouble, tmp_path: Path) -> None:
        laptop = copy_of(practice, tmp_path / "laptop", double)
        both = threading.Barrier(2)

        def run(each: Practice) -> None:
            each.send(unhurried(double), confirm=lambda _: both.wait() >= 0)

        threads = [threading.Thread(target=run, args=(each,)) for each in (practice, laptop)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sum(count - 1 for count in texts(double).values()) <= 1

    def test_own_messages_pass_also_under_another_link(self, practice: Practice, double: ProviderDouble) -> None:
        double.script(drop(accepted=True), to=practice.number("2"))
        practice.send(unhurried(double), limit=3)
        practice.settings["payment_link"] = {"url": "https://new.example.com/{request_id}"}
        practice.later(days=1)
        assert outcomes(practice.send(unhurried(double))) == {"4": "accepted"}
        assert texts(double) == once(practice)

    def test_a_message_in_own_words_under_another_link_counts_for_whoever_is_asked(
        self, practice: Practice, double: ProviderDouble
    ) -> None:
        practice.send(unhurried(double), limit=1)
        practice.settings["payment_link"] = {"url": "https://new.example.com/{request_id}"}
        forget(practice, *STATE)
        assert practice.send(unhurried(double), only=["2"]).count("accepted") == 1
        practice.later(days=3)
        assert "words to numbers about to be asked" in refused(practice, double)
        report = synced(practice, double)
        assert "and another link than today's" in report.problems[0].message
        assert "is older" in refused(practice, double)
        practice.settings["payment_link"] = {"url": "https://pay.example.com/{request_id}"}
        assert synced(practice, double).restored == 1
        practice.settings["payment_link"] = {"url": "https://new.example.com/{request_id}"}
        assert set(outcomes(practice.send(unhurried(double)))) == {"3", "4"}
        assert texts(double) == once(practice)

    def test_what_a_person_accepted_is_no_news(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(unhurried(double), limit=1)
        practice.numbers["1"] = "+12075550177"
        forget(practice, *STATE)
        practice.export()
        assert "a message with this practice's payment link" in refused(practice, double)
        assert "no single account" in str(synced(practice, double).problems)
        assert synced(practice, double, accept=True).problems == []
        for _ in range(2):
            practice.send(unhurried(double))
            practice.later(hours=1)
        assert texts(double)["+12075550177"] == 1

    def test_the_state_of_another_practice_without_its_marker(
        self, practice: Practice, double: ProviderDouble, tmp_path: Path
    ) -> None:
        """It says how far a log was read, but that was another's."""
        practice.send(unhurried(double))
        practice.later(days=5)
        folder = tmp_path / "theirs"
        folder.mkdir()
        theirs = Practice(folder, now=practice.now, provider="twilio", settings=dict(practice.settings))
        with provider_double() as other:
            other.now = lambda: practice.now
            theirs.send(unhurried(other))
        shutil.copy(theirs.office.state_path, practice.office.state_path)
        assert "not the one that was used here" in refused(practice, double)
        practice.office.state_marker.unlink()
        assert "is older" in refused(practice, double)
        assert synced(practice, double).restored == 4
        assert outcomes(practice.send(unhurried(double))) == {}

    def test_the_marker_alone_deleted(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(unhurried(double))
        practice.office.state_marker.unlink()
        practice.later(days=1)
        assert "is older" in refused(practice, double)
        assert synced(practice, double).restored == 0
        assert outcomes(practice.send(unhurried(double))) == {}

    def test_a_backup_put_back(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(unhurried(double), limit=2)
        practice.later(days=1)
        practice.send(unhurried(double))
        (*_, newest) = sorted((practice.folder / "dipay-backups").iterdir())
        shutil.copy(newest, practice.office.state_path)
        # Also where the marker went with it.
        practice.office.state_marker.unlink()
        practice.later(days=1)
        refused(practice, double)
        assert synced(practice, double).restored == 2
        assert outcomes(practice.send(unhurried(double))) == {}

    def test_where_it_can_not_be_asked_nothing_goes_out(self, practice: Practice, double: ProviderDouble) -> None:
        double.answer_gets_with = answer(503, "busy")
        assert "Nothing was sent" in refused(practice, double, ExitCode.PROVIDER)
        double.answer_gets_with = None
        assert practice.send(unhurried(double)).count("accepted") == 4

    def test_reminders_of_another_program_stop_nothing(self, practice: Practice, double: ProviderDouble) -> None:
        """Neither a first day nor a later one, though they greet, link and opt out like dipay's."""
        words = (
            "Maple: First1, see you tomorrow at ten. Questions? 207-555-0148. Reply STOP to opt out.",
            "Maple: confirm at https://pay.example.com/confirm/8472 or 207-555-0148. Reply STOP to opt out.",
            "Maple: First1, you have an appointment: https://new.example.com/x or 207-555-0148. Reply STOP to opt out.",
        )
        foreign(double, practice, words, days=300)
        for _ in range(3):
            foreign(double, practice, words, days=1)
            practice.send(unhurried(double))
            practice.later(days=7)
        assert [len(double.posts_to(practice.number(each))) for each in "1234"] == [3] * 4
        # One page a run is enough by now.
        before = len(double.gets)
        practice.send(unhurried(double))
        assert sum("PageSize" in query for _, query in double.gets[before:]) == 2  # the log and the replies


def foreign(double: ProviderDouble, practice: Practice, words: tuple[str, ...], days: int, a_day: int = 4) -> None:
    """What another program sent through the same number, up to now."""
    for day in range(days):
        for index in range(a_day):
            at = practice.now - timedelta(days=day, minutes=index)
            sent(double, practice.number(str(1 + index % practice.size)), words[index % len(words)], at)


def another(double: ProviderDouble, to: str, at: datetime) -> None:
    """A message that dipay sent from another computer."""
    link = f"https://pay.example.com/{'k' * 24}"
    sent(double, to, f"Maple: First2, you have a balance to pay: {link} or 207-555-0148. Reply STOP to opt out.", at)


def sent(double: ProviderDouble, to: str, text: str, at: datetime) -> Message:
    message = double.keep(Post(to, text, double.number, ""))
    message.created_at = message.sent_at = at
    message.status = "delivered"
    return message


class TestALongLog:
    WORDS = ("Maple: see you tomorrow at ten.",)

    @pytest.fixture(autouse=True)
    def short_of_breath(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(witnessing, "MOST_READ", 50)

    def looked_up(self, double: ProviderDouble, since: int = 0) -> list[str]:
        return list(dict.fromkeys(query["To"] for _, query in double.gets[since:] if query.get("PageSize") == "100"))

    def test_three_thousand_foreign_messages_stand_in_nobodys_way(
        self, practice: Practice, double: ProviderDouble
    ) -> None:
        foreign(double, practice, self.WORDS, days=300, a_day=10)
        assert practice.send(unhurried(double), limit=2).count("accepted") == 2
        assert self.looked_up(double) == [practice.number("1"), practice.number("2")]
        # From then on only what is new is read, and those who were never asked are looked up.
        practice.later(days=7)
        foreign(double, practice, self.WORDS, days=7)
        before = len(double.gets)
        assert practice.send(unhurried(double)).count("accepted") == 4
        assert self.looked_up(double, before) == [practice.number("3"), practice.number("4")]
        practice.later(days=7)
        before = len(double.gets)
        assert practice.send(unhurried(double)).count("accepted") == 4
        assert self.looked_up(double, before) == []

    @pytest.mark.parametrize("words", ["link", "own words"])
    def test_an_older_message_is_found_by_its_number(
        self, practice: Practice, double: ProviderDouble, words: str
    ) -> None:
        practice.send(unhurried(double), only=["2"])
        if words == "own words":
            practice.settings["payment_link"] = {"url": "https://new.example.com/{request_id}"}
        forget(practice, *STATE)
        practice.later(days=20)
        foreign(double, practice, self.WORDS, days=18, a_day=10)
        assert practice.send(unhurried(double), only=["1"]).count("accepted") == 1
        assert "a message with this practice's payment link or words" in refused(practice, double)
        practice.settings["payment_link"] = {"url": "https://pay.example.com/{request_id}"}
        # The whole log is read, however long it is.
        report = synced(practice, double)
        assert (report.restored, report.problems) == (1, [])
        practice.later(days=1)
        before = len(double.gets)
        assert set(outcomes(practice.send(unhurried(double)))) == {"2", "3", "4"}
        assert self.looked_up(double, before) == []
        assert [len(double.posts_to(practice.number(each))) for each in "1234"] == [1, 2, 1, 1]

    def test_a_pause_makes_a_gap_and_the_older_one_stays_in_it(
        self, practice: Practice, double: ProviderDouble
    ) -> None:
        foreign(double, practice, self.WORDS, days=100)
        practice.send(unhurried(double), limit=1)
        first = _gap(practice)
        assert first.since == practice.now - timedelta(days=400, hours=1)
        practice.later(days=30)
        foreign(double, practice, self.WORDS, days=29)
        practice.send(unhurried(double), only=["2"])
        assert _gap(practice).since == first.since
        assert practice.now - _gap(practice).until < timedelta(days=14)
        practice.later(days=500)
        practice.send(unhurried(double), only=["3"])
        with open_for_reading(practice.office.state_path) as store:
            assert log_read(store, "twilio").gap is None

    def test_no_more_numbers_than_so_many_are_looked_up_in_a_run(
        self, practice: Practice, double: ProviderDouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(witnessing, "MOST_LOOKED_UP", 3)
        foreign(double, practice, self.WORDS, days=100)
        report = practice.send(unhurried(double))
        assert (report.count("accepted"), len(self.looked_up(double))) == (3, 3)
        assert [each.kind for each in report.problems] == ["long log"]
        assert "1 message waits" in report.problems[0].message
        assert report.left == 1
        report = practice.send(unhurried(double), limit=9)
        assert (report.count("accepted"), report.problems) == (1, [])

    def test_a_stop_ends_the_reading_and_the_looking_up(self, practice: Practice, double: ProviderDouble) -> None:
        foreign(double, practice, self.WORDS, days=100)
        with pytest.raises(CannotGoOn, match="stopped on request") as caught:
            practice.send(unhurried(double), stop_asked=lambda: True)
        assert caught.value.exit_code == 130
        report = practice.send(unhurried(double), stop_asked=lambda: len(self.looked_up(double)) == 2)
        assert (list(report.lines), report.left) == ([], 4)
        assert [each.kind for each in report.problems] == ["stopped"]
        assert practice.send(unhurried(double)).count("accepted") == 4

    def test_a_number_that_can_not_be_looked_up_sends_nothing(
        self, practice: Practice, double: ProviderDouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from dipay.messaging import twilio

        monkeypatch.setattr(twilio, "_MOST_FOR_ONE", 10)
        foreign(double, practice, self.WORDS, days=100, a_day=8)
        assert "Nothing was sent" in refused(practice, double, ExitCode.PROVIDER)


def _gap(practice: Practice) -> Gap:
    with open_for_reading(practice.office.state_path) as store:
        gap = log_read(store, "twilio").gap
    assert gap is not None
    return gap


class TestHowFarBack:
    def test_no_further_than_a_request_counts(self, practice: Practice, double: ProviderDouble) -> None:
        """Where everybody is asked again after so many days, what was sent before is no news."""
        practice.settings["payment_settings"] = {"repeat_after_days": 60}
        practice.send(unhurried(double))
        for days, is_news in ((75, False), (73, True)):
            double.now = lambda days=days: practice.now  # type: ignore[misc]
            forget(practice, *STATE)
            for message in double.messages.values():
                message.created_at = practice.now - timedelta(days=days)
            if is_news:
                refused(practice, double)
            else:
                assert practice.send(unhurried(double), limit=1).count("accepted") == 1
                double.messages = {key: each for key, each in double.messages.items() if each.created_at < practice.now}

    def test_an_older_file_is_read_from_its_last_message_on(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(unhurried(double))
        practice.later(days=3)
        with practice.office.open_state() as store:
            with store.writing() as connection:
                connection.execute("DROP TABLE provider_logs")
                connection.execute("DROP TABLE accepted_messages")
                remember_how_far_the_log_is_read(connection)
            assert log_read(store, "twilio") == LogRead(practice.now - timedelta(days=3))
            assert log_read(store, "outbox") == LogRead()


class TestTheClock:
    def events(self, practice: Practice) -> int:
        with open_for_reading(practice.office.state_path) as store:
            return int(store.connection.execute("SELECT count(*) FROM events").fetchone()[0])

    def backups(self, practice: Practice) -> int:
        return len(list((practice.folder / "dipay-backups").iterdir()))

    @pytest.mark.parametrize(
        "wrong",
        [
            timedelta(days=-30), timedelta(days=-10), timedelta(days=-3), timedelta(minutes=-11),
            timedelta(minutes=11), timedelta(hours=3), timedelta(days=8), timedelta(days=1500),
        ],
        ids=str,
    )  # fmt: skip
    def test_a_wrong_one_sends_and_writes_nothing(
        self, practice: Practice, double: ProviderDouble, wrong: timedelta
    ) -> None:
        practice.send(unhurried(double))
        events, backups, true = self.events(practice), self.backups(practice), practice.now + timedelta(days=1)
        # An export that shows everybody as paid would end campaigns.
        practice.balances = dict.fromkeys("1234", "0.00")
        double.now = lambda: true
        practice.now = true + wrong
        practice.export()
        told = refused(practice, double)
        assert "this computer's clock says" in told
        assert "the provider's clock says 2026-11-19 10:00" in told
        assert (self.events(practice), self.backups(practice)) == (events, backups)
        with open_for_reading(practice.office.state_path) as store:
            assert len(running_campaigns(store, "twilio")) == 4

    @pytest.mark.parametrize("minutes", [-9, -2, 2, 9])
    def test_minutes_are_no_matter(self, practice: Practice, double: ProviderDouble, minutes: int) -> None:
        double.now = lambda: practice.now + timedelta(minutes=minutes)
        practice.send(unhurried(double))
        practice.later(days=7)
        assert practice.send(unhurried(double)).count("accepted") == 4

    def test_without_a_date_the_newest_that_is_known_counts(self, practice: Practice, double: ProviderDouble) -> None:
        double.undated = True
        practice.send(unhurried(double), limit=2)
        practice.later(days=9)
        assert practice.send(unhurried(double)).problems == []
        practice.later(days=-3)
        assert "the last thing written down is of 2026-11-27 10:00" in refused(practice, double)
        # A message of the log that is newer counts too.
        practice.later(days=4)
        sent(double, practice.number("1"), "Maple: see you.", practice.now + timedelta(days=1))
        assert "the last thing written down is of 2026-11-29 10:00" in refused(practice, double)

    def test_a_rehearsal_holds_it_against_its_own(self, tmp_path: Path) -> None:
        practice = Practice(tmp_path)
        practice.send()
        practice.later(days=-1)
        with pytest.raises(CannotGoOn, match="this computer's clock says 2026-11-17 10:00") as caught:
            practice.send()
        assert caught.value.exit_code == 5

    def test_a_clock_that_was_ahead_and_is_right_again_sends(self, practice: Practice, double: ProviderDouble) -> None:
        double.undated = True
        practice.now += timedelta(days=400)
        practice.export()
        practice.send(unhurried(double), limit=1)
        double.undated = False
        practice.now -= timedelta(days=400)
        practice.export()
        # The exports are older than those of the future that were used: a person says that they are right.
        assert "older than the exports of 2027-12-23" in refused(practice, double, ExitCode.EXPORTS)
        accept_changed(practice.office, "the clock was wrong")
        report = practice.send(unhurried(double))
        assert set(outcomes(report)) == {"2", "3", "4"}
        assert [each.kind for each in report.problems] == ["clock"]
        assert "2027-12-23" in report.problems[0].message
        # Nor is the log taken for read until then.
        another(double, practice.number("3"), practice.now)
        assert "a message with this practice's payment link" in refused(practice, double)

    def test_summer_time_is_no_matter(self, practice: Practice, double: ProviderDouble) -> None:
        """The hour that comes twice, and the one that is left out: moments are moments."""
        window = {"from": "00:00", "to": "23:59", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}
        practice.settings["messaging"]["send_window"] = window
        for moment in ("2026-11-01T05:30", "2026-11-01T06:10", "2027-03-14T06:55", "2027-03-14T07:05"):
            practice.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
            practice.export()
            assert practice.send(unhurried(double)).problems == []

    def test_check_online_says_so(self, practice: Practice, double: ProviderDouble, tmp_path: Path) -> None:
        double.now = lambda: practice.now + timedelta(hours=1)
        for name, secret in (("sid", double.account_sid), ("token", double.auth_token)):
            (practice.folder / name).write_text(secret)
        practice.settings["messaging"]["twilio"] |= {
            "account_sid": "file:sid", "auth_token": "file:token", "base_url": double.url,
        }  # fmt: skip
        found = check(practice.office, online=True)
        assert found.exit_code == 5
        assert "this computer's clock says" in str(found.problems)


def test_a_restored_account_is_remembered_by_its_people_too(practice: Practice, double: ProviderDouble) -> None:
    """Completed from the log, and under another guarantor's id and number later: nobody asks the same people again."""
    practice.send(unhurried(double), only=["1"])
    forget(practice, *STATE)
    refused(practice, double)
    assert synced(practice, double).restored == 1
    practice.guarantors["1"] = "2"
    practice.later(days=1)
    assert "2" not in outcomes(practice.send(unhurried(double)))
    with open_for_reading(practice.office.state_path) as store:
        assert [each.guarantor_id for each in history(store)] == ["1", "3", "4"]


def test_how_far_the_log_is_read_is_kept(practice: Practice) -> None:
    now = practice.now
    with practice.office.open_state() as store:
        for read in (LogRead(), LogRead(now), LogRead(now, Gap(now - timedelta(days=9), now - timedelta(days=1)))):
            record_log_read(store, "twilio", read)
            assert log_read(store, "twilio") == read
            assert log_read(store, "outbox") == LogRead()
