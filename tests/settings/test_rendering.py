"""Whatever valid values are written into a settings file, reading it gives the same back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dipay.config_writer import render_settings_yaml
from dipay.domain.fields import ADDABLE, FIELDS_OF, MEANINGS, Field
from dipay.domain.setting_types import SecretRef
from settings_pages import EXAMPLE_VALUES
from tests.settings.test_settings import read

LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: bool(text.strip()) and "${" not in text
)
#: Norwegian's code is a no to other readers of YAML.
LANGUAGES_TRIED = ["en", "es", "no"]
CENTS = st.integers(0, 999_999_999)
COUNT = st.integers(1, 999_999)
TIMES = st.lists(st.times().map(lambda each: time(each.hour, each.minute)), min_size=2, max_size=2, unique=True).map(
    sorted
)
CAPTION = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)


def _of_fields(values: Callable[[Field[Any]], st.SearchStrategy[object] | None]) -> st.SearchStrategy[object]:
    """Something under some fields of some kinds of files."""
    of_kinds = {}
    for kind, fields in FIELDS_OF.items():
        by_field = {name: each for name, field in fields.items() if (each := values(field)) is not None}
        if by_field:
            of_kinds[kind] = st.fixed_dictionaries({}, optional=by_field)
    return st.fixed_dictionaries({}, optional=of_kinds)


COLUMNS = _of_fields(lambda field: st.lists(CAPTION, min_size=1, max_size=3 if field.grammar in ADDABLE else 1))
WORDS = _of_fields(
    lambda field: (
        st.dictionaries(st.sampled_from(list(MEANINGS[field.grammar])), st.lists(CAPTION, min_size=1, max_size=2))
        if field.grammar in MEANINGS
        else None
    )
)
OF_A_MESSAGE = LINE.map(lambda text: text.replace("{", "{{").replace("}", "}}") + " {link}")
TEXTS = OF_A_MESSAGE | st.fixed_dictionaries(
    dict.fromkeys(LANGUAGES_TRIED, OF_A_MESSAGE), optional={"vi": OF_A_MESSAGE, "zh": OF_A_MESSAGE}
)
MESSAGES = st.lists(st.integers(1, 400), max_size=3, unique=True).flatmap(
    lambda days: st.tuples(
        *(st.fixed_dictionaries({"day": st.just(day), "text": TEXTS}) for day in [0, *sorted(days)])
    ).map(list)
)


def _as_read(value: object) -> object:
    """The value with tuples in place of lists."""
    if isinstance(value, dict):
        return {key: _as_read(each) for key, each in value.items()}
    return tuple(value) if isinstance(value, list) else value


SECRET = st.builds(
    SecretRef, st.sampled_from(["file", "keyring"]), LINE.map(str.strip).filter(lambda name: not name.isalnum())
) | st.just(SecretRef("env", "TOKEN"))
ADDRESS = st.text("abcXYZ019-._~/?&=#%", max_size=20).map(lambda rest: f"https://example.com/{rest}")

TRIED: dict[str, st.SearchStrategy[object]] = {
    "practice.name": LINE,
    "practice.phone": st.sampled_from(["+1 207-555-0148", "(207) 555-0148", "2075550148", "+44 20 7946 0958"]),
    "practice.timezone": st.sampled_from(["America/New_York", "UTC", "Pacific/Honolulu"]),
    "practice.country": st.sampled_from(["US", "CA", "NO"]),
    "practice.language": st.sampled_from(LANGUAGES_TRIED),
    "practice.website": st.sampled_from(["maple.dental", "www.maple.co.uk", "xn--clnica-maple-tfb.com"]) | st.none(),
    "exports.folder": LINE | st.none(),
    "exports.patients": LINE,
    "exports.ledger": LINE,
    "exports.balances": LINE | st.none(),
    "exports.profile": LINE,
    "exports.columns": COLUMNS,
    "exports.words": WORDS,
    "exports.date_format": st.sampled_from(["auto", "%d/%m/%Y", "%m-%d-%y", "%d %b %Y"]),
    "exports.max_age_hours": COUNT,
    "payment_settings.minimum_balance": CENTS,
    "payment_settings.minimum_inclusive": st.booleans(),
    "payment_settings.aging": st.sampled_from(["current", "over_30", "over_60", "over_90", "any"]),
    "payment_settings.max_outstanding_claims": st.integers(0, 999_999) | st.none(),
    "payment_settings.do_not_recall": st.sampled_from(["exclude", "ignore"]),
    "payment_settings.visit_scope": st.sampled_from(["family", "guarantor"]),
    "payment_settings.repeat_after_days": COUNT | st.none(),
    "payment_settings.hold_above": CENTS | st.none(),
    "payment_settings.exclude_billing_types": st.lists(LINE, max_size=3),
    "campaign.messages": MESSAGES,
    "payment_link.provider": st.sampled_from(["template"]),
    "payment_link.url": ADDRESS.map(lambda address: address + "{request_id}"),
    "payment_link.stripe.api_key": SECRET,
    "payment_link.stripe.expires_days": COUNT,
    "payment_link.stripe.base_url": ADDRESS | st.none(),
    "snooze.reasons": st.lists(LINE, min_size=1, max_size=4, unique_by=lambda each: " ".join(each.split()).casefold()),
    "snooze.max_days": COUNT,
    "messaging.provider": st.sampled_from(["outbox"]),
    "messaging.send_window.days": st.lists(
        st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1, unique=True
    ),
    "messaging.daily_limit": COUNT,
    "messaging.confirm_above": COUNT,
    "retention.texts_days": st.integers(1, 9999),
    "messaging.outbox.folder": LINE,
    "messaging.twilio.account_sid": SECRET,
    "messaging.twilio.auth_token": SECRET,
    "messaging.twilio.from": st.sampled_from([None, "+12075550100"]),
    "messaging.twilio.messaging_service_sid": LINE | st.none(),
    "messaging.twilio.base_url": ADDRESS | st.none(),
    "state": LINE,
    "monitor_url": ADDRESS | st.none(),
}
VALUES = st.fixed_dictionaries(TRIED)


# How long it takes to make values is no matter of the code: a busy machine must not fail it.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES, TIMES, st.text(max_size=40))
def test_every_value_is_read_back(values: dict[str, object], window: list[time], comment: str) -> None:
    given_values = {**values, "messaging.send_window.from": window[0], "messaging.send_window.to": window[1]}
    loaded = read(render_settings_yaml(given_values, dict.fromkeys(given_values, comment)))
    for key, value in given_values.items():
        found: object = loaded.settings
        for name in key.split("."):
            found = getattr(found, "from_" if name == "from" else name)
        if key == "campaign.messages":
            assert [asdict(each) for each in loaded.settings.campaign.messages] == value
        else:
            assert found == _as_read(value), key
        assert loaded.place(key).startswith("config.yaml:")


def test_money_is_written_in_dollars() -> None:
    text = render_settings_yaml({**EXAMPLE_VALUES, "payment_settings.hold_above": 123_456})
    assert "  hold_above: 1234.56 " in text
    assert read(text).settings.payment_settings.hold_above == 123_456
    as_typed = render_settings_yaml({**EXAMPLE_VALUES, "payment_settings.hold_above": "1,234.56"})
    assert read(as_typed).settings.payment_settings.hold_above == 123_456


@pytest.mark.parametrize("key", ["practice.nmae", "practice", "messaging.send_window.from_", "nonsense"])
def test_a_key_that_is_no_setting_is_not_dropped_silently(key: str) -> None:
    with pytest.raises(ValueError, match=f"no such setting: {key}"):
        render_settings_yaml({key: "x"})
    with pytest.raises(ValueError, match="no such setting"):
        render_settings_yaml(None, {key: "x"})


def test_no_setting_is_missing_from_the_values_tried() -> None:
    places = {key for key in read(render_settings_yaml(EXAMPLE_VALUES)).places if key and "[" not in key}
    keys = {key for key in places if not any(other.startswith(f"{key}.") for other in places)}
    assert keys == {*TRIED, "messaging.send_window.from", "messaging.send_window.to"}
