"""`check` says what no rule can see: who can't be known to pay, columns that say nothing or are read by nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dipay.cli import app
from dipay.config_writer import render_settings_yaml
from settings_pages import EXAMPLE_VALUES
from tests.exports.reading import LEDGER, PATIENTS, write
from tests.processors.double import processor_double

CONSENT = PATIENTS.replace("text_consent", "SMS Opt In")


#: The three patients' languages.
def spoken(*languages: str) -> str:
    header, *rows = PATIENTS.splitlines()
    return "".join(
        f"{row},{language}\n" for row, language in zip([header, *rows], ["language", *languages], strict=True)
    )


#: What no patient says.
SILENT = PATIENTS.replace(",no,no,yes,", ",,,,").replace(",no,no,,", ",,,,")

UNSEEN = [
    ({"patients.csv": CONSENT}, 1, 'warning: patients.csv, column "SMS Opt In": looks like text_consent and is read by nothing'),
    ({"patients.csv": PATIENTS.replace("payment_plan", "Contract")}, 1, 'column "Contract": looks like payment_plan'),
    ({"patients.csv": PATIENTS.replace("do_not_recall", "Do Not Contact")}, 1, 'column "Do Not Contact": looks like do_not_recall'),
    ({"patients.csv": PATIENTS.replace("outstanding_claims", "Bill Type")}, 0, 'note: patients.csv, column "Bill Type": looks like billing_type'),
    ({"patients.csv": SILENT}, 0, 'column "payment_plan": payment_plan is blank in every row: nobody is left out'),
    ({"patients.csv": SILENT}, 0, 'column "text_consent": text_consent is blank in every row'),
    ({"patients.csv": PATIENTS.replace("0101,0100", "0101,0900")}, 0, "1 of the guarantors is no patient (0900), of 3"),
    (
        {"patients.csv": PATIENTS + "0301,0901,Al,Poe,,1990-01-01,active,no,no,,,,,\n" + "0302,0902,Ed,Poe,,1990-01-01,active,no,no,,,,,\n"},
        0,
        "2 guarantors are no patients (0901, 0902), of 4",
    ),
    (
        {"patients.csv": PATIENTS.replace("last_visit", "seen"), "ledger.csv": LEDGER.replace("type", "kind")},
        0,
        "note: ledger.csv: has no column for type, and the patients have no last visit: every charge counts as a visit",
    ),
    ({"patients.csv": spoken("Spanish", "Klingon", "es-MX")}, 0, 'note: patients.csv, column "language": 1 word is no language that dipay knows, in 1 row: a cell of 7 letters (1). Messages go out in the practice\'s. Say what they mean'),
    ({"patients.csv": spoken("Elvish", "Klingon", "Elvish")}, 0, '2 different words are no languages that dipay knows, in 3 rows: "Elvish" (2), a cell of 7 letters (1).'),
    ({"patients.csv": PATIENTS.replace(",Bo,", ",Visit evil.com,")}, 0, "note: patients.csv: 1 guarantor has no name to greet by in the place of the first name (0200): messages greet nobody."),
    ({"patients.csv": spoken("207-555-0101", "eng", "")}, 0, "that dipay knows, in 1 row: a cell of 10 digits (1)."),
]  # fmt: skip


def check(folder: Path, files: Mapping[str, str]) -> tuple[int, str]:
    write(folder, {"patients.csv": PATIENTS, "ledger.csv": LEDGER, **files})
    (folder / "config.yaml").write_text(render_settings_yaml({**EXAMPLE_VALUES, "exports.folder": "."}))
    result = CliRunner().invoke(app, ["check", "--config", str(folder / "config.yaml")], prog_name="dipay")
    return result.exit_code, result.stderr


@pytest.mark.parametrize(("files", "exit_code", "words"), UNSEEN)
def test_check_says_what_no_rule_can_see(tmp_path: Path, files: Mapping[str, str], exit_code: int, words: str) -> None:
    code, said = check(tmp_path, files)
    assert words in said
    assert code == exit_code


def test_check_says_nothing_of_what_is_read(tmp_path: Path) -> None:
    code, said = check(tmp_path, {})
    assert code == 0
    for words in ("looks like", "blank in every row", "no patient", "counts as a visit", "no language"):
        assert words not in said


def test_check_names_no_words_of_a_column_that_is_no_code(tmp_path: Path) -> None:
    people = "".join(f"{300 + n},,Al,Poe{n},,1990-01-01,active,no,no,,,,,,Note {n} of somebody\n" for n in range(31))
    code, said = check(tmp_path, {"patients.csv": spoken("en", "en", "en") + people})
    assert code == 0
    assert "31 different words are no languages that dipay knows, in 31 rows. Messages" in said
    assert "somebody" not in said


def at_their_keys(folder: Path, said: str) -> str:
    """What is said without lines and columns, at each of which the key that it speaks of must stand."""
    lines = (folder / "config.yaml").read_text("utf-8").splitlines()
    for line, column, key in re.findall(r"config\.yaml:(\d+):(\d+): ([\w.\[\]]+):", said):
        assert lines[int(line) - 1][int(column) - 1 :].startswith(f"{key.rpartition('.')[2]}:")
    return re.sub(r"config\.yaml:\d+:\d+:", "config.yaml:", said)


class TestPaymentLinks:
    """What `check` says of links by Stripe; it asks nobody but with --online."""

    KEY = "payment_link.stripe.api_key"

    def check(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, key: str, *more: str, **changes: object
    ) -> tuple[int, str, str]:
        write(folder, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
        monkeypatch.setenv("STRIPE_API_KEY", key)
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
        values = {**EXAMPLE_VALUES, "exports.folder": ".", "payment_link.provider": "stripe", "payment_link.url": None}
        values |= {"messaging.twilio.from": "+12075550100", "practice.phone": "+1 207-555-1212"}
        values |= {name.replace("__", "."): value for name, value in changes.items()}
        (folder / "config.yaml").write_text(render_settings_yaml(values))
        words = ["check", "--config", str(folder / "config.yaml"), *more]
        result = CliRunner().invoke(app, words, prog_name="dipay")
        if key:
            assert key not in result.output
        return result.exit_code, result.stdout, at_their_keys(folder, result.stderr)

    def test_a_restricted_test_key_in_a_rehearsal_is_in_order(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code, seen, said = self.check(tmp_path, monkeypatch, "rk_test_0123456789")
        assert code == 0
        assert "payment links by Stripe, with a key of kind rk_test" in seen
        assert "payment_link" not in said

    @pytest.mark.parametrize(
        ("key", "provider", "code", "words"),
        [
            ("rk_test_0123456789", "twilio", 1, "warning: config.yaml: payment_link.stripe.api_key: It is a test key: nobody could pay"),
            ("sk_test_0123456789", "outbox", 0, "note: config.yaml: payment_link.stripe.api_key: It is a secret key"),
            ("rk_live_0123456789", "outbox", 0, "note: config.yaml: payment_link.stripe.api_key: It is a live key, and messages go to the outbox"),
            ("pk_live_0123456789", "twilio", 1, "error: config.yaml: payment_link.stripe.api_key: It is not a key of Stripe's."),
            ("", "twilio", 1, "error: config.yaml: payment_link.stripe.api_key: env:STRIPE_API_KEY holds nothing."),
        ],
    )  # fmt: skip
    def test_what_stands_against_a_key(
        self, key: str, provider: str, code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found, _, said = self.check(tmp_path, monkeypatch, key, messaging__provider=provider)
        assert words in said
        assert found == code

    def test_a_live_key_with_a_real_provider_is_in_order(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        code, _, said = self.check(tmp_path, monkeypatch, "rk_live_0123456789", messaging__provider="twilio")
        assert (code, "payment_link" in said) == (0, False)

    def test_without_library_and_key_both_are_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("dipay.processors.stripe.find_spec", lambda name: None)
        code, _, said = self.check(tmp_path, monkeypatch, "")
        assert code == 1
        assert "holds nothing" in said
        assert 'pip install "dipay[stripe]"' in said

    def test_it_is_asked_with_online(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with processor_double() as double:
            base = {"payment_link__stripe__base_url": double.url}
            code, seen, _ = self.check(tmp_path, monkeypatch, double.api_key, **base)
            assert not double.requests
            code, seen, _ = self.check(tmp_path, monkeypatch, double.api_key, "--online", **base)
            assert code == 0
            assert "payment links by Stripe: reachable" in seen
            double.lacks = {"refunds"}
            code, _, said = self.check(tmp_path, monkeypatch, double.api_key, "--online", **base)
            assert code == 4
            assert "The Stripe key lacks a permission." in said
            double.revoked = True
            code, _, said = self.check(tmp_path, monkeypatch, double.api_key, "--online", **base)
            assert code == 4
            assert "Stripe does not accept the key." in said

    def test_a_secret_that_cannot_be_read_is_told_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        more = {"messaging__provider": "twilio", "messaging__twilio__auth_token": "file:token.txt"}
        for online in ((), ("--online",)):
            _, _, said = self.check(tmp_path, monkeypatch, "rk_live_0123456789", *online, **more)
            assert said.count("token.txt can't be read") == 1

    def test_texts_are_measured_with_a_link_as_long_as_stripes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The practice can't shorten it."""
        rest = 160 - len("Maple Street Dental: Pay (207) 555-0148 Reply STOP to opt out.")
        fits = "{practice}: Pay {link} {phone} " + "a" * (rest - 48) + " Reply STOP to opt out."
        for text, words in ((fits, ""), (fits.replace("Pay", "Payy"), "2 segments")):
            campaign = [{"day": 0, "text": text}]
            code, _, said = self.check(tmp_path, monkeypatch, "rk_test_0123456789", campaign__messages=campaign)
            assert code == 0
            assert (words in said) if words else ("segments" not in said)
            assert "the link's address" not in said


class TestTrust:
    """What `check` says of texts, of where links lead and of who answers, each at its line."""

    def check(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **changes: object) -> tuple[int, str, list[str]]:
        write(folder, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
        values = {**EXAMPLE_VALUES, "exports.folder": ".", "messaging.twilio.from": "+12075550100"}
        values |= {name.replace("__", "."): value for name, value in changes.items()}
        (folder / "config.yaml").write_text(render_settings_yaml(values), encoding="utf-8")
        result = CliRunner().invoke(app, ["check", "--config", str(folder / "config.yaml")], prog_name="dipay")
        said = at_their_keys(folder, result.stderr).splitlines()
        return result.exit_code, result.stdout, [each for each in said if "config.yaml" in each]

    def test_nothing_is_said_of_the_example(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        code, seen, said = self.check(tmp_path, monkeypatch)
        assert (code, said) == (0, [])
        assert "links lead to pay.example.com" in seen

    @pytest.mark.parametrize(
        ("changes", "code", "words"),
        [
            ({"payment_link__url": "https://bit.ly/{request_id}", "practice__website": "bit.ly"}, 1, "warning: config.yaml: payment_link.url: leads over bit.ly, a public link shortener"),
            ({"payment_link__url": "https://pay.oak.com/{request_id}"}, 0, "note: config.yaml: payment_link.url: leads to pay.oak.com, and practice.website is www.example.com"),
            ({"payment_link__url": "https://pay.example.com/{request_id}?id={guarantor_id}"}, 0, "note: config.yaml: payment_link.url: has {guarantor_id} in it"),
            ({"practice__website": None}, 0, "note: config.yaml: practice.website: is not set: patients can't see for themselves"),
            ({"messaging__send_window__from": "07:00"}, 1, "warning: config.yaml: messaging.send_window: The send window reaches outside 08:00 to 21:00, when Florida (section 559.72(17))"),
            ({"messaging__send_window__days": ["sat", "sun"]}, 1, "warning: config.yaml: messaging.send_window.days: The send window has Sundays"),
            ({"messaging__provider": "twilio"}, 1, "warning: config.yaml: practice.phone: is a number of films and examples"),
        ],
    )  # fmt: skip
    def test_what_is_said_of_settings(
        self, changes: dict[str, object], code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found, _, said = self.check(tmp_path, monkeypatch, **changes)
        assert len(said) == 1
        assert said[0].startswith(words)
        assert found == code

    def test_texts_are_told_by_message_and_language(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        good = "{practice}: {link} {phone} STOP"
        messages = [
            {"day": 0, "text": {"en": good, "es": f"{good} Aviso final"}},
            {"day": 7, "text": {"en": f"{good} 10% off", "es": "{practice}: {link} {phone}"}},
        ]
        code, _, said = self.check(tmp_path, monkeypatch, campaign__messages=messages)
        assert code == 1
        places = [each.split(" ")[0:3] for each in said]
        assert places == [
            ["warning:", "config.yaml:", "campaign.messages[0].text.es:"],
            ["warning:", "config.yaml:", "campaign.messages[1].text.en:"],
            ["note:", "config.yaml:", "campaign.messages[1].text.es:"],
        ]
        assert "threatens: aviso final." in said[0]

    def test_in_json_each_has_its_place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.check(tmp_path, monkeypatch, payment_link__url="https://pay.oak.com/{request_id}")
        words = ["check", "--json", "--config", str(tmp_path / "config.yaml")]
        answer = json.loads(CliRunner().invoke(app, words, prog_name="dipay").stdout)
        [problem] = [each for each in answer["problems"] if each["file"] == "config.yaml"]
        assert answer["status"] == "ok"
        lines = (tmp_path / "config.yaml").read_text("utf-8").splitlines()
        assert lines[problem["row"] - 1].startswith("  url:")
        assert (problem["severity"], problem["column"]) == ("note", 3)
        assert problem["message"].startswith("payment_link.url: leads to pay.oak.com")

    def test_registering_the_number_needs_two_pages(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        pages = "the privacy policy, and where patients agree to texts (docs/privacy-and-law.md)"
        real = {"messaging__provider": "twilio", "practice__phone": "+1 207-555-1212"}
        code, seen, said = self.check(tmp_path, monkeypatch, **real)
        assert (code, said) == (0, [])
        assert pages in seen
        code, seen, said = self.check(tmp_path, monkeypatch, **real, practice__website=None)
        assert code == 0
        assert pages in said[0]
        assert pages not in seen

    def test_the_notice_must_name_the_host_of_a_processors_links(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STRIPE_API_KEY", "rk_test_0123456789")
        link = {"payment_link__provider": "stripe", "payment_link__url": None}
        code, seen, said = self.check(tmp_path, monkeypatch, **link)
        assert (code, said) == (0, [])
        assert (
            "links lead to buy.stripe.com, or to your own domain at Stripe: the notice for patients must name it"
            in seen
        )
