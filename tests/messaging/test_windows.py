from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain import us_zones, windows
from dipay.domain.us_zones import zones_of_number, zones_of_zip
from dipay.domain.windows import NeverAllowed, SendWindow, lint_window, next_allowed, zones_of_reader

EASTERN, CENTRAL, PACIFIC = (ZoneInfo(name) for name in (us_zones.EASTERN, us_zones.CENTRAL, us_zones.PACIFIC))
WINDOW = SendWindow(time(9), time(20), frozenset(range(6)))


def at(text: str, zone: ZoneInfo = EASTERN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-23T09:00", None),
        ("2026-11-23T19:59:59", None),
        ("2026-11-23T20:00", "2026-11-24T09:00"),
        ("2026-11-23T08:59:59", "2026-11-23T09:00"),
        ("2026-11-21T20:00", "2026-11-23T09:00"),  # Saturday evening
        ("2026-11-22T12:00", "2026-11-23T09:00"),  # Sunday
        ("2026-12-31T23:59:58", "2027-01-01T09:00"),
        ("2028-02-29T21:00", "2028-03-01T09:00"),
    ],
)
def test_the_practices_own_clock(now: str, then: str | None) -> None:
    expected = None if then is None else at(then)
    assert next_allowed(at(now), EASTERN, WINDOW) == expected
    assert next_allowed(at(now).astimezone(UTC), [EASTERN], WINDOW) == expected


def test_the_answer_is_in_utc() -> None:
    answer = next_allowed(at("2026-11-23T21:00"), EASTERN, WINDOW)
    assert answer is not None
    assert answer.tzinfo is UTC


class TestDaylightSaving:
    @pytest.mark.parametrize(
        ("now", "then"),
        [
            ("2026-03-07T21:00", "2026-03-09T13:00+00:00"),  # it began on the 8th: 9:00 is an hour earlier in UTC
            ("2026-10-31T21:00", "2026-11-02T14:00+00:00"),
        ],
    )
    def test_across_a_change(self, now: str, then: str) -> None:
        assert next_allowed(at(now), EASTERN, WINDOW) == datetime.fromisoformat(then)

    def test_a_start_that_the_change_skips(self) -> None:
        window = SendWindow(time(2, 30), time(5), frozenset(range(7)))
        answer = next_allowed(at("2026-03-08T01:00"), EASTERN, window)
        assert answer == datetime.fromisoformat("2026-03-08T07:30+00:00")  # 3:30, and the clock was never 2:30

    def test_a_window_that_the_change_skips_is_missed(self) -> None:
        window = SendWindow(time(2, 10), time(2, 50), frozenset(range(7)))
        assert next_allowed(at("2026-03-08T01:00"), EASTERN, window) == at("2026-03-09T02:10")

    def test_an_hour_that_comes_twice_is_inside_twice(self) -> None:
        window = SendWindow(time(1), time(1, 30), frozenset(range(7)))
        first, second = at("2026-11-01T01:10"), at("2026-11-01T01:10").replace(fold=1)
        assert first.astimezone(UTC) + timedelta(hours=1) == second.astimezone(UTC)
        assert next_allowed(first, EASTERN, window) is None
        assert next_allowed(second, EASTERN, window) is None
        between = at("2026-11-01T01:45")
        assert next_allowed(between, EASTERN, window) == at("2026-11-01T01:00").replace(fold=1).astimezone(UTC)


class TestSeveralZones:
    def test_every_zone_must_allow_it(self) -> None:
        zones = (EASTERN, PACIFIC)
        assert next_allowed(at("2026-11-23T11:59"), zones, WINDOW) == at("2026-11-23T12:00")
        assert next_allowed(at("2026-11-23T12:00"), zones, WINDOW) is None
        assert next_allowed(at("2026-11-23T20:00"), zones, WINDOW) == at("2026-11-24T12:00")

    def test_days_are_each_zones_own(self) -> None:
        guam = ZoneInfo(us_zones.GUAM)
        # 18:00 on Saturday in the East is Sunday on Guam; Monday 9:00 there is still Sunday in the East.
        answer = next_allowed(at("2026-11-21T18:00"), (EASTERN, guam), WINDOW)
        assert answer is not None
        assert WINDOW.allows(answer, EASTERN)
        assert WINDOW.allows(answer, guam)
        assert answer.astimezone(EASTERN).date().isoformat() == "2026-11-23"

    def test_no_moment_in_common(self) -> None:
        narrow = SendWindow(time(9), time(10), frozenset(range(7)))
        with pytest.raises(NeverAllowed):
            next_allowed(at("2026-11-23T12:00"), (EASTERN, PACIFIC), narrow)

    def test_without_zones_there_is_nothing_against_it(self) -> None:
        assert next_allowed(at("2026-11-22T03:00"), (), WINDOW) is None

    @given(
        st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)),  # noqa: DTZ001  the zone is added below
        st.lists(st.sampled_from([EASTERN, CENTRAL, PACIFIC, ZoneInfo(us_zones.HAWAII)]), min_size=1, unique=True),
        st.integers(6, 11),
        st.integers(18, 22),
        st.frozensets(st.integers(0, 6), min_size=1),
    )
    def test_the_next_moment_is_allowed_and_the_first(
        self, now: datetime, zones: list[ZoneInfo], start: int, end: int, days: frozenset[int]
    ) -> None:
        window = SendWindow(time(start), time(end), days)
        moment = now.replace(tzinfo=UTC)

        def allowed(when: datetime) -> bool:
            return all(window.allows(when, zone) for zone in zones)

        answer = next_allowed(moment, zones, window)
        if answer is None:
            assert allowed(moment)
            return
        assert not allowed(moment)
        assert allowed(answer)
        assert answer > moment
        between = moment
        while between < answer:
            assert not allowed(between)
            between += timedelta(minutes=20)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (time(20), time(9), {0}),
        (time(9), time(9), {0}),
        (time(9), time(20), set()),
        (time(9), time(20), {7}),
        (time(9, tzinfo=UTC), time(20, tzinfo=UTC), {0}),
    ],
)
def test_what_is_no_window(start: time, end: time, days: set[int]) -> None:
    with pytest.raises(ValueError, match="window"):
        SendWindow(start, end, frozenset(days))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        next_allowed(datetime(2026, 11, 23, 9), EASTERN, WINDOW)  # noqa: DTZ001


def test_windows_to_look_at_twice() -> None:
    assert lint_window(WINDOW) == []
    assert len(lint_window(SendWindow(time(7), time(20), frozenset(range(7))))) == 2
    assert len(lint_window(SendWindow(time(8), time(21, 30), frozenset({0})))) == 1


class TestZones:
    @pytest.mark.parametrize(
        ("code", "zones"),
        [
            ("04101", (us_zones.EASTERN,)),
            ("4101", (us_zones.EASTERN,)),  # a spreadsheet took the zero
            ("601", (us_zones.PUERTO_RICO,)),
            ("04101-1234", (us_zones.EASTERN,)),
            ("041011234", (us_zones.EASTERN,)),
            ("60601", (us_zones.CENTRAL,)),
            ("80202", (us_zones.MOUNTAIN,)),
            ("94105", (us_zones.PACIFIC,)),
            ("85001", (us_zones.ARIZONA,)),
            ("86515", (us_zones.MOUNTAIN, us_zones.ARIZONA)),  # the Navajo Nation
            ("32501", (us_zones.CENTRAL,)),  # Pensacola
            ("32456", (us_zones.EASTERN, us_zones.CENTRAL)),  # Port St. Joe
            ("37402", (us_zones.EASTERN,)),  # Chattanooga
            ("37203", (us_zones.CENTRAL,)),  # Nashville
            ("47601", (us_zones.CENTRAL,)),  # Boonville, Indiana
            ("46204", (us_zones.EASTERN,)),  # Indianapolis
            ("67735", (us_zones.CENTRAL, us_zones.MOUNTAIN)),  # Goodland, Kansas
            ("79901", (us_zones.MOUNTAIN,)),  # El Paso
            ("83814", (us_zones.PACIFIC,)),  # Coeur d'Alene
            ("83702", (us_zones.MOUNTAIN,)),  # Boise
            ("97914", (us_zones.MOUNTAIN, us_zones.PACIFIC)),  # Ontario, Oregon
            ("99546", (us_zones.ALEUTIANS,)),
            ("99501", (us_zones.ALASKA,)),
            ("96813", (us_zones.HAWAII,)),
            ("96799", (us_zones.SAMOA,)),
            ("96910", (us_zones.GUAM,)),
            ("09012", ()),  # military mail
            ("99999", (us_zones.ALASKA,)),
            ("00000", ()),
            ("", ()),
            ("K1A 0B1", ()),
            ("1234567890", ()),
            ("٠٤١٠١", ()),
        ],
    )
    def test_of_zip_codes(self, code: str, zones: tuple[str, ...]) -> None:
        assert zones_of_zip(code) == zones

    @pytest.mark.parametrize(
        ("number", "zones"),
        [
            ("+12075550148", (us_zones.EASTERN,)),
            ("+13125550148", (us_zones.CENTRAL,)),
            ("+18505550148", (us_zones.EASTERN, us_zones.CENTRAL)),
            ("+14235550148", (us_zones.EASTERN, us_zones.CENTRAL)),
            ("+12085550148", (us_zones.MOUNTAIN, us_zones.PACIFIC)),
            ("+19285550148", (us_zones.MOUNTAIN, us_zones.ARIZONA)),
            ("+19075550148", (us_zones.ALASKA,)),
            ("+18085550148", (us_zones.HAWAII,)),
            ("+17875550148", (us_zones.PUERTO_RICO,)),
            ("+18005550148", ()),
            ("+14165550148", ()),  # Toronto
            ("+442071838750", ()),
            ("2075550148", ()),
            ("", ()),
        ],
    )
    def test_of_area_codes(self, number: str, zones: tuple[str, ...]) -> None:
        assert zones_of_number(number) == zones

    def test_the_tables_hold_together(self) -> None:
        for table in (us_zones.ZIP_PREFIXES, us_zones.AREA_CODES):
            assert set(table) <= available_timezones()
            for entries in table.values():
                listed = entries.split()
                assert len(set(listed)) == len(listed)
        codes = [code for entries in us_zones.AREA_CODES.values() for code in entries.split()]
        assert all(len(code) == 3 and code[0] in "23456789" for code in codes)

    def test_of_a_reader(self) -> None:
        keys = [zone.key for zone in zones_of_reader(EASTERN, "94105", "+13125550148")]
        assert keys == [us_zones.EASTERN, us_zones.PACIFIC, us_zones.CENTRAL]
        assert zones_of_reader(EASTERN, None, None) == (EASTERN,)
        assert zones_of_reader(EASTERN, "04101", "+12075550148") == (EASTERN,)
        assert zones_of_reader(EASTERN, "nonsense", "+442071838750") == (EASTERN,)

    def test_a_zone_that_the_system_does_not_know_keeps_no_other_from_counting(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def known(name: str) -> ZoneInfo:
            if name == us_zones.PACIFIC:
                raise ZoneInfoNotFoundError(name)
            return ZoneInfo(name)

        monkeypatch.setattr(windows, "ZoneInfo", known)
        keys = [zone.key for zone in zones_of_reader(EASTERN, "94105", "+13125550148")]
        assert keys == [us_zones.EASTERN, us_zones.CENTRAL]


@pytest.mark.parametrize(
    ("start", "end", "warns"),
    [
        (time(8), time(21), False),
        (time(7, 59), time(21), True),
        (time(8), time(21, 1), True),
        (time(9), time(20), False),
    ],
)
def test_the_hours_in_which_people_are_left_alone(start: time, end: time, warns: bool) -> None:
    found = lint_window(SendWindow(start, end, frozenset(range(6))))
    assert [each.key for each in found] == (["messaging.send_window"] if warns else [])


@pytest.mark.parametrize(("start", "end"), [(time(9, tzinfo=UTC), time(20)), (time(9), time(20, tzinfo=UTC))])
def test_a_window_has_no_zone_of_its_own(start: time, end: time) -> None:
    with pytest.raises(ValueError, match="wall clock"):
        SendWindow(start, end, frozenset(range(6)))
