from __future__ import annotations

import json
from datetime import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dipay.config import LoadedSettings, load_settings, read_settings
from dipay.config_writer import render_settings_yaml, yaml_value
from dipay.domain.problems import CannotGoOn
from dipay.domain.setting_types import SecretRef
from dipay.domain.settings import DEFAULT_MESSAGES
from dipay.yaml_text import read_yaml
from settings_pages import EXAMPLE_VALUES, example_yaml

ROOT = Path(__file__).parents[2]

SMALLEST = """\
practice: {name: Maple, phone: "207-555-0148", timezone: America/New_York}
exports: {patients: p.csv, ledger: l.csv}
payment_link: {url: "https://pay.example.com/{request_id}"}
"""


def read(text: str) -> LoadedSettings:
    return read_settings(text.encode(), Path("config.yaml"))


def problems(text: str) -> list[str]:
    with pytest.raises(CannotGoOn) as caught:
        read(text)
    assert caught.value.exit_code == 2
    return [str(problem) for problem in caught.value.problems]


def test_only_a_few_settings_are_required() -> None:
    settings = read(SMALLEST).settings
    assert settings.payment_settings.minimum_balance == 2500
    assert settings.messaging.send_window.from_ == time(9)
    assert settings.messaging.twilio.auth_token == SecretRef("env", "TWILIO_AUTH_TOKEN")
    assert settings.campaign.messages == DEFAULT_MESSAGES
    assert settings.exports.folder is None


def test_the_example_is_complete_and_has_the_defaults() -> None:
    loaded = read(example_yaml())
    given = read(SMALLEST).settings
    for section in ("payment_settings", "campaign", "snooze", "messaging", "state", "monitor_url"):
        assert getattr(loaded.settings, section) == getattr(given, section)
    assert loaded.settings.practice.name == EXAMPLE_VALUES["practice.name"]
    assert loaded.place("payment_settings.minimum_balance").startswith("config.yaml:")
    assert read(SMALLEST).place("payment_settings.minimum_balance") == "default"


def test_the_schema_is_for_the_file_as_typed() -> None:
    schema = json.loads((ROOT / "docs" / "settings.schema.json").read_text("utf-8"))
    minimum = schema["$defs"]["PaymentSettings"]["properties"]["minimum_balance"]
    assert minimum["default"] == 25.0
    assert minimum["type"] == ["number", "string"]
    assert schema["$defs"]["SendWindowSettings"]["properties"]["from"]["default"] == "09:00"
    assert schema["$defs"]["TwilioSettings"]["properties"]["auth_token"]["default"] == "env:TWILIO_AUTH_TOKEN"


EVERYTHING_WRONG = """\
practise:
  name: Maple
practice:
  name: ""
  phone: call us
  timezone: America/New_Yrok
  country: USA
exports:
  patients: p.csv
  profil: auto
  columns: {patients: {mobile: Cell, zipp: PLZ}, ledgers: {}}
  date_format: DD/MM/YYYY
  max_age_hours: 1_000
payment_settings:
  minimum_balance: -5
  minimum_inclusive: maybe
  aging: over30
  do_not_recall: skip
  repeat_after_days: 0
campaign:
  messages:
    - {day: 0, text: "{practice} {link} {balance}"}
    - {day: 7, text: "no way to pay"}
    - {day: 9, text: "{link"}
payment_link:
  url: "http://pay.example.com/{request_id}"
snooze:
  reasons: [Other, other]
messaging:
  provider: twillio
  send_window: {from: 9.30, days: [monday, freitag]}
  twilio:
    auth_token: 0123456789abcdef0123456789abcdef
monitor_url: "https://example.com/${TOKEN}"
minimum_balance: 3
"""


def test_every_problem_is_said_at_once_with_its_place() -> None:
    assert problems(EVERYTHING_WRONG) == [
        'config.yaml:1:1: practise: is not a setting. Did you mean "practice"? Known here: practice, exports, '
        "payment_settings, campaign, payment_link, snooze, messaging, retention, state, monitor_url.",
        "config.yaml:4:3: practice.name: is blank. Fill it in.",
        'config.yaml:5:3: practice.phone: is not a phone number. Write it like "+1 207-555-0148".',
        'config.yaml:6:3: practice.timezone: is not a time zone. Did you mean "America/New_York"? '
        "Write it like America/New_York.",
        "config.yaml:7:3: practice.country: is not a country. Write its two letters, such as US.",
        "config.yaml:8:1: exports: names neither a ledger nor balances. Add `ledger:` or `balances:`.",
        'config.yaml:10:3: exports.profil: is not a setting. Did you mean "profile"? Known here: folder, patients, '
        "ledger, balances, profile, columns, words, date_format, max_age_hours.",
        'config.yaml:11:24: exports.columns.patients.mobile: is not a field. Did you mean "mobile_phone"? '
        "The fields of patients: patient_id, guarantor_id, first_name, last_name, name, other_id, mobile_phone, "
        "home_phone, work_phone, email, birth_date, status, deceased, billing_type, payment_plan, do_not_recall, "
        "text_consent, last_visit, zip, language, insurance_estimate, writeoff_estimate, outstanding_claims.",
        'config.yaml:11:38: exports.columns.patients.zipp: is not a field. Did you mean "zip"? '
        "The fields of patients: patient_id, guarantor_id, first_name, last_name, name, other_id, mobile_phone, "
        "home_phone, work_phone, email, birth_date, status, deceased, billing_type, payment_plan, do_not_recall, "
        "text_consent, last_visit, zip, language, insurance_estimate, writeoff_estimate, outstanding_claims.",
        'config.yaml:11:50: exports.columns.ledgers: is not a kind of export. Did you mean "ledger"? '
        "Use patients, ledger, balances.",
        'config.yaml:12:3: exports.date_format: is not a date format. Write auto, or one like "%m/%d/%Y".',
        "config.yaml:13:3: exports.max_age_hours: is not a whole number. Write it in digits, such as 30.",
        "config.yaml:15:3: payment_settings.minimum_balance: is below zero. Write an amount such as 25.00.",
        "config.yaml:16:3: payment_settings.minimum_inclusive: is neither true nor false. Write true or false.",
        'config.yaml:17:3: payment_settings.aging: is not one of its values. Did you mean "over_30"? '
        "Use current, over_30, over_60, over_90, any.",
        "config.yaml:18:3: payment_settings.do_not_recall: is not one of its values. Use exclude, ignore.",
        "config.yaml:19:3: payment_settings.repeat_after_days: is less than 1. Write 1 or more.",
        "config.yaml:22:16: campaign.messages[0].text: There is no placeholder {balance}. "
        "Use only {practice}, {phone}, {first_name}, {amount}, {link}.",
        "config.yaml:23:16: campaign.messages[1].text: has no {link}. Put {link} where the payment link belongs.",
        "config.yaml:24:16: campaign.messages[2].text: There is a brace without its partner. "
        "Placeholders look like {first_name}; a brace is {{.",
        "config.yaml:26:3: payment_link.url: is not a secure address. Write one that begins with https://.",
        "config.yaml:28:3: snooze.reasons: names one twice. Remove one of them.",
        'config.yaml:30:3: messaging.provider: is not one of its values. Did you mean "twilio"? Use outbox, twilio.',
        'config.yaml:31:17: messaging.send_window.from: is not a time of day. Write it like "09:00" or "20:00".',
        "config.yaml:31:44: messaging.send_window.days[1]: is not a day of the week. "
        "Use mon, tue, wed, thu, fri, sat, sun.",
        "config.yaml:33:5: messaging.twilio.auth_token: must not hold the secret itself. "
        "Write env:NAME, file:PATH or keyring:SERVICE, and keep the secret there.",
        "config.yaml:34:1: monitor_url: holds ${...}, which is not filled in. Write the whole address.",
        "config.yaml:35:1: minimum_balance: is not a setting. Known here: practice, exports, payment_settings, "
        "campaign, payment_link, snooze, messaging, retention, state, monitor_url.",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "config.yaml:1:1: practice: is missing."),
        ("- a\n- b\n", "config.yaml:1:1: holds no settings. Begin with `practice:`."),
        (SMALLEST + "state: a.db\nstate: b.db\n", "config.yaml:5:1: state: stands twice; the first is in line 4. Remove one of them."),
        (SMALLEST + "state: &a x\n", "config.yaml:4:8: anchors (&) and aliases (*) are not used here."),
        (SMALLEST + "state: !!int 5\n", "config.yaml:4:8: tags (!) are not used here."),
        (SMALLEST + "---\nstate: x\n", "config.yaml:4:1: a second document begins here."),
        (SMALLEST + "snooze:\n\tmax_days: 3\n", "config.yaml:5:1: a tab stands where blanks belong."),
        (SMALLEST + "state: [a\n", "config.yaml:4:8: the bracket opened here is not closed as it should be."),
        (SMALLEST + 'state: "a\n', "config.yaml:4:8: the quote opened here is not closed as it should be."),
        (SMALLEST + 'state: "C:\\Exports\\new"\n', 'config.yaml:4:8: a backslash in double quotes does not stand for itself. Write it twice ("C:\\\\Exports"), or put the value in single quotes.'),
        (SMALLEST + 'state: "C:\\Practice"\n', "config.yaml:4:8: a backslash in double quotes does not stand for itself."),
        (SMALLEST + '# ü\nstate: "\\\\nas\\Lab"\n', "config.yaml:5:8: a backslash in double quotes does not stand for itself."),
        (SMALLEST + 'state: "C:\\_old"\n', "config.yaml:4:8: a backslash in double quotes does not stand for itself."),
        (SMALLEST + 'state: "C:\\ old"\n', "config.yaml:4:8: a backslash in double quotes does not stand for itself."),
        (SMALLEST + 'state: "%APPDATA%\\\\dipay.db"\n', "state: holds %...%, which is not filled in. Write the value itself."),
        (SMALLEST + 'state: "C:\\xray"\n', "config.yaml:4:8: a backslash in double quotes does not stand for itself."),
        (SMALLEST + 'state: "C:\\Users\\ann"\n', "config.yaml:4:8: a backslash in double quotes does not stand for itself."),
        (SMALLEST + 'state: "a\\"\n', "config.yaml:4:8: a backslash in double quotes does not stand for itself."),
        (SMALLEST + 'state: "a\\nb\n', "config.yaml:4:8: the quote opened here is not closed as it should be."),
        (SMALLEST + 'state: "C:\\temp"\n', "state: holds a line break or control character. Write it in one line; in double quotes a backslash is written twice."),
        (SMALLEST + 'state: ["a\nb: "c\n', "config.yaml:4:8: the bracket opened here is not closed as it should be."),
        (
            'practice:\n  name: "Maple\n  phone: "207-555-0148"\n',
            "config.yaml:2:9: the quote opened here is not closed in its line.",
        ),
        (SMALLEST + "state: a: b\n", "config.yaml:4:9: can't be read as YAML."),
        (SMALLEST + "snooze: 5\n", "config.yaml:4:1: snooze: is not a group of settings."),
        (SMALLEST + "state: [a, b]\n", "config.yaml:4:1: state: is not a text."),
        (SMALLEST + "state: x.LOCK\n", "config.yaml:4:1: state: is what the lock beside the state file is called. Give it another ending, such as .db."),
        (SMALLEST + "? [a]\n: b\n", "config.yaml:4:3: a key must be a word."),
        (SMALLEST.replace("timezone: America/New_York", "timezone: null"), "config.yaml:1:48: practice.timezone: is missing. Add it, such as `timezone: America/New_York`."),
        (SMALLEST + "messaging: {provider: twilio}\n", "config.yaml:4:1: messaging: needs a sender"),
        (SMALLEST + "messaging: {send_window: {from: '20:00', to: '9:00'}}\n", "messaging.send_window: ends before it begins."),
        (SMALLEST + "campaign: {messages: []}\n", "campaign.messages: has no message for day 0."),
        (SMALLEST + "campaign: {messages: [{day: 0, text: '{link}'}, {day: 0, text: '{link}'}]}\n", "has days that do not rise"),
        (SMALLEST.replace("{request_id}", "{guarantor_id}"), "payment_link.url: has no {request_id}."),
        (SMALLEST.replace("{request_id}", "{request_id.__class__}"), 'has the placeholder "{request_id.__class__}"'),
        (SMALLEST.replace("{request_id}", "{request_id:>999999999}"), 'has a format in the placeholder "{request_id}"'),
    ],
)  # fmt: skip
def test_each_thing_that_can_be_wrong(text: str, message: str) -> None:
    assert any(message in problem for problem in problems(text)), problems(text)


@pytest.mark.parametrize(
    ("key", "typed", "meant"),
    [
        ("state", "NO", "NO"),
        ("state", "0555123", "0555123"),
        ("state", "2026-11-20", "2026-11-20"),
        ("state", "1e3", "1e3"),
        ("state", "yes", "yes"),
        ("state", "'null'", "null"),
    ],
)
def test_yaml_guesses_nothing(key: str, typed: str, meant: str) -> None:
    assert getattr(read(f"{SMALLEST}{key}: {typed}\n").settings, key) == meant


def test_with_a_processor_no_address_is_needed() -> None:
    text = SMALLEST[: SMALLEST.index("payment_link")]
    for link in ("{provider: stripe}", '{provider: stripe, url: "https://pay.example.com/{request_id}"}'):
        read_link = read(f"{text}payment_link: {link}\n").settings.payment_link
        assert read_link.template is None
        assert read_link.stripe.api_key == SecretRef("env", "STRIPE_API_KEY")
        assert read_link.stripe.expires_days == 60
    assert read(SMALLEST).settings.payment_link.template == "https://pay.example.com/{request_id}"


def test_a_processor_needs_a_currency() -> None:
    text = SMALLEST[: SMALLEST.index("payment_link")]
    for country in ("US", "ca", "IE"):
        read(f"{text.replace('timezone:', f'country: {country}, timezone:')}payment_link: {{provider: stripe}}\n")
    abroad = text.replace("timezone:", "country: NO, timezone:")
    assert read(abroad + SMALLEST[len(text) :])
    (said,) = problems(abroad + "payment_link: {provider: stripe}\n")
    assert said.startswith("config.yaml:1:48: practice.country: is one whose currency is not known")


def test_half_past_nine_is_no_number() -> None:
    window = read(SMALLEST + "messaging: {send_window: {from: 9:30, to: 17:00}}\n").settings.messaging.send_window
    assert (window.from_, window.to) == (time(9, 30), time(17))


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("maplestreetdental.com", "maplestreetdental.com"),
        ("www.MapleStreetDental.com", "www.maplestreetdental.com"),
        ("https://maplestreetdental.com", "maplestreetdental.com"),
        ("http://maplestreetdental.com/", "maplestreetdental.com"),
        ("https://www.maple.co.uk:8443/about?x=1#top", "www.maple.co.uk"),
        ("maple.dental/contact", "maple.dental"),
        ("maple.com.", "maple.com"),
        ("'clínica-maple.com'", "xn--clnica-maple-tfb.com"),
        ("xn--clnica-maple-tfb.com", "xn--clnica-maple-tfb.com"),
    ],
)
def test_a_website_is_its_host(typed: str, host: str) -> None:
    assert read(SMALLEST.replace("name: Maple", f"website: {typed}, name: Maple")).settings.practice.website == host


@pytest.mark.parametrize(
    "typed", ["maple", "localhost", "192.0.2.7", "'[::1]'", "ftp://maple.com", "'a b.com'", "https://", "maple..com",
              "-maple.com", "'http://[bad'", "maple.local", "'https:///maple.com'", "maple.com:99999", "'{practice}.com'"],
)  # fmt: skip
def test_what_is_no_website(typed: str) -> None:
    said = problems(SMALLEST.replace("name: Maple", f"website: {typed}, name: Maple"))
    assert said == ["config.yaml:1:12: practice.website: is not a website. Write it like maplestreetdental.com."]


def test_a_mail_address_is_no_website() -> None:
    said = problems(SMALLEST.replace("name: Maple", "website: ann@maple.com, name: Maple"))
    assert said == [
        "config.yaml:1:12: practice.website: is no website, but a mail address or one with a password. "
        "Write it like maplestreetdental.com."
    ]


def test_a_phone_keeps_its_plus() -> None:
    text = SMALLEST + "messaging: {provider: twilio, twilio: {from: +12075550100}}\n"
    assert read(text).settings.messaging.twilio.from_ == "+12075550100"


def test_money_is_read_as_typed_and_kept_in_cents() -> None:
    settings = read(SMALLEST + "payment_settings: {minimum_balance: 25, hold_above: '1,500.50'}\n").settings
    assert settings.payment_settings.minimum_balance == 2500
    assert settings.payment_settings.hold_above == 150_050


def test_a_secret_is_never_echoed() -> None:
    secret = "SK0123456789abcdef"
    text = "\n".join(problems(f"{SMALLEST}messaging: {{twilio: {{auth_token: {secret}, account_sid: {secret}}}}}\n"))
    assert secret not in text
    assert "must not hold the secret itself" in text


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nb: [*a, *a, *a]\n",
        "[" * 3000,
        "x: " + "{a: " * 2000,
        "a" * 300_000,
        "\x00",
        "a: \x1b[31m\n",
    ],
)
def test_hostile_yaml_ends_in_a_problem(text: str) -> None:
    assert problems(text)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(CannotGoOn, match=r"is not UTF-8\."):
        read_settings(SMALLEST.encode() + b"state: \xff\n", Path("config.yaml"))
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        with pytest.raises(CannotGoOn, match=r"is UTF-16, not UTF-8\.") as caught:
            read_settings(SMALLEST.encode(encoding), Path("config.yaml"))
        assert caught.value.problems[0].fix == "Save the file as UTF-8 (in Notepad: Save as, Encoding)."
    assert read_settings(b"\xef\xbb\xbf" + SMALLEST.encode(), Path("c.yaml")).settings.practice.name == "Maple"


def test_where_the_file_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "users"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("DIPAY_CONFIG", raising=False)
    with pytest.raises(CannotGoOn, match="there is no settings file: not ") as caught:
        load_settings()
    assert "dipay init" in caught.value.problems[0].fix
    for name in ("named.yaml", "environment.yaml", "config.yaml"):
        (tmp_path / name).write_text(SMALLEST.replace("Maple", name))
    assert load_settings().settings.practice.name == "config.yaml"
    monkeypatch.setenv("DIPAY_CONFIG", "environment.yaml")
    assert load_settings().settings.practice.name == "environment.yaml"
    assert load_settings(Path("named.yaml")).settings.practice.name == "named.yaml"
    with pytest.raises(CannotGoOn, match="there is no settings file nowhere"):
        load_settings(Path("nowhere.yaml"))


def test_paths_are_relative_to_the_file() -> None:
    loaded = read_settings(SMALLEST.encode(), Path("/srv/office/config.yaml"))
    assert loaded.resolve("samples") == Path("/srv/office/samples")
    assert loaded.resolve("/data") == Path("/data")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_is_written_is_read_back_by_every_reader(text: str) -> None:
    line = f"key: {yaml_value(text)}\n"
    assert read_yaml(line.encode(), "x").tree == {"key": text}
    assert yaml.safe_load(line) == {"key": text}


@given(
    st.fixed_dictionaries(
        {
            "practice.name": st.text(st.characters(categories=["L", "P", "Zs", "S"]), min_size=1).filter(
                lambda text: text.strip() and "${" not in text
            ),
            "exports.max_age_hours": st.integers(1, 999_999),
            "state": st.text(st.characters(categories=["L", "P"]), min_size=1),
            "payment_settings.aging": st.sampled_from(["current", "over_30", "over_60", "over_90", "any"]),
        }
    )
)
def test_a_rendered_file_has_the_values_it_was_given(values: dict[str, object]) -> None:
    settings = read(render_settings_yaml({**EXAMPLE_VALUES, **values})).settings
    assert settings.practice.name == values["practice.name"]
    assert settings.exports.max_age_hours == values["exports.max_age_hours"]
    assert settings.state == values["state"]
    assert settings.payment_settings.aging == values["payment_settings.aging"]
