"""What a settings file must not get away with, and what hostile ones must not cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time as clock
from datetime import time
from pathlib import Path
from string import Formatter

import pytest

from dipay.config import load_settings, read_settings
from dipay.domain.messages import MessageValues, render_message, without_name
from dipay.domain.problems import CannotGoOn
from dipay.domain.replies import classify_reply
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.setting_reader import ManyUnreadable, read_group
from dipay.domain.settings import DEFAULT_MESSAGES, CampaignMessage, PaymentSettings
from tests.settings.test_settings import SMALLEST, problems, read

MESSAGING = "messaging: {twilio: {auth_token: TOKEN}}\n"
AN_ADDRESS = "monitor_url: ADDRESS\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("payment_settings: {minimum_balance: abc}\n", "4:20: payment_settings.minimum_balance: is not an amount. Write an amount such as 25.00."),
        ("payment_settings: {hold_above: '12,34'}\n", "4:20: payment_settings.hold_above: is not an amount: it has a decimal comma. Write an amount such as 25.00."),
        ("payment_settings: {hold_above: '--'}\n", "4:20: payment_settings.hold_above: is not an amount. Write an amount such as 25.00."),
        ("payment_settings: {minimum_balance: 99999999.99}\n", "4:20: payment_settings.minimum_balance: is too large to be an amount. Write an amount such as 25.00."),
        ("payment_settings: {aging: OVER_60}\n", '4:20: payment_settings.aging: is not one of its values. Did you mean "over_60"? Use current, over_30, over_60, over_90, any.'),
        ("messaging: {send_window: {from_: '10:00'}}\n", '4:27: messaging.send_window.from_: is not a setting. Did you mean "from"? Known here: from, to, days.'),
        ("messaging: {send_window: {days: []}}\n", "4:27: messaging.send_window.days: is empty. Name at least one."),
        ("messaging: {send_window: {days: [mon, Monday]}}\n", "4:27: messaging.send_window.days: names one twice. Remove one of them."),
        ("messaging: {send_window: {days: [monkey]}}\n", "4:34: messaging.send_window.days[0]: is not a day of the week. Use mon, tue, wed, thu, fri, sat, sun."),
        ("messaging: {send_window: {to: 8pm}}\n", '4:27: messaging.send_window.to: is not a time of day. Write it like "09:00" or "20:00".'),
        ("messaging: {send_window: {to: 1200}}\n", '4:27: messaging.send_window.to: is not a time of day. Write it like "09:00" or "20:00".'),
        ("state: ${HOME}/dipay.db\n", "4:1: state: holds ${...}, which is not filled in. Write the value itself."),
        ('state: "a\\0b"\n', "4:1: state: holds a line break or control character. Write it in one line; in double quotes a backslash is written twice."),
        (AN_ADDRESS.replace("ADDRESS", '"https://[bad"'), "4:1: monitor_url: is not an address. Write it like https://pay.example.com/maple."),
        (AN_ADDRESS.replace("ADDRESS", '"https://example.com:99999"'), "4:1: monitor_url: is not an address. Write it like https://pay.example.com/maple."),
        (AN_ADDRESS.replace("ADDRESS", '"https://u:pw@example.com"'), "4:1: monitor_url: has a user name or password in it. Remove what stands before the @."),
        (AN_ADDRESS.replace("ADDRESS", '"https://example.com/a b"'), "4:1: monitor_url: has blanks or characters that no address has. Write them percent-encoded."),
        (AN_ADDRESS.replace("ADDRESS", "http://example.com"), "4:1: monitor_url: is not a secure address. Write one that begins with https://."),
        (AN_ADDRESS.replace("ADDRESS", "http://127.0.0.1.example.com"), "4:1: monitor_url: is not a secure address. Write one that begins with https://."),
        ("campaign: {messages: [{day: 0, text: '{{link}}'}]}\n", "4:32: campaign.messages[0].text: has no {link}. Put {link} where the payment link belongs."),
        ("campaign: {messages: [{day: -1, text: '{link}'}]}\n", "4:24: campaign.messages[0].day: is not a whole number. Write it in digits, such as 30."),
        ('"\\e[31mstate": x\n', '4:1: ?[31mstate: is not a setting. Did you mean "state"? Known here: practice, exports, payment_settings, campaign, payment_link, snooze, messaging, retention, state, monitor_url.'),
    ],
)  # fmt: skip
def test_exact_words(text: str, said: str) -> None:
    assert problems(SMALLEST + text) == [f"config.yaml:{said}"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("timezone:", "country: UK, timezone:", '1:48: practice.country: is not a country. Did you mean "GB"? Write its two letters, such as US.'),
        ("name: Maple", 'name: "Map\\nle"', "1:12: practice.name: holds a line break or control character. Write it in one line; in double quotes a backslash is written twice."),
        ("ledger: l.csv", "ledger: null, balances: null", "2:1: exports: names neither a ledger nor balances. Add `ledger:` or `balances:`."),
        ("ledger: l.csv", "ledger: l.csv, columns: {ledger: {type: ''}}", "2:62: exports.columns.ledger.type: is not a caption. Write the column's caption as it stands in the export."),
        ('{url: "https://pay.example.com/{request_id}"}', "{}", "3:1: payment_link.url: is missing. Add it, such as `url: https://pay.example.com/maple?ref={request_id}`."),
        ('{url: "https://pay.example.com/{request_id}"}', "{provider: template}", "3:1: payment_link.url: is missing. Add it, such as `url: https://pay.example.com/maple?ref={request_id}`."),
        ('{url: "https://pay.example.com/{request_id}"}', "{provider: strip}", '3:16: payment_link.provider: is not one of its values. Did you mean "stripe"? Use template, stripe.'),
        ("https://pay.example.com/{request_id}", "https://{request_id}.example.com/", "3:16: payment_link.url: has a placeholder in the host's name. Use placeholders only behind the first slash."),
        ("https://pay.", "https://u:pw@pay.", "3:16: payment_link.url: has a user name or password in it. Remove what stands before the @."),
        ("{request_id}", "{{request_id}}", "3:16: payment_link.url: has no {request_id}. Put {request_id} where each request's own code belongs."),
        ("/{request_id}", "/?a=1", "3:16: payment_link.url: has no {request_id}. Put {request_id} where each request's own code belongs; a page that knows no codes takes https://pay.example.com/?a=1&ref={request_id}."),
        ("https://pay.example.com/{request_id}", "pay.example.com/#bill", "3:16: payment_link.url: is not a secure address. Write one that begins with https://, such as https://pay.example.com/#bill."),
        ("https://pay.example.com/{request_id}", "https://pay.example.com/#bill", "3:16: payment_link.url: has no {request_id}. Put {request_id} where each request's own code belongs; a page that knows no codes takes https://pay.example.com/?ref={request_id}#bill."),
        ("https://pay.example.com/{request_id}", "none", "3:16: payment_link.url: is not a secure address. Write one that begins with https://."),
        ("https://pay.example.com/{request_id}", "https://none", "3:16: payment_link.url: has no {request_id}. Put {request_id} where each request's own code belongs."),
        ("https://pay.example.com/{request_id}", "https://u:pw@pay.example.com/", "3:16: payment_link.url: has a user name or password in it. Remove what stands before the @."),
        ("https://pay.example.com/{request_id}", "http://pay.example.com/", "3:16: payment_link.url: is not a secure address. Write one that begins with https://."),
        ("https://pay.", "pay.", "3:16: payment_link.url: is not a secure address. Write one that begins with https://, such as https://pay.example.com/{request_id}."),
        ("{request_id}", "${request_id}", "3:16: payment_link.url: holds ${...}, which is not filled in. Write the whole address; placeholders look like {request_id}."),
    ],
)  # fmt: skip
def test_exact_words_about_what_is_required(old: str, new: str, said: str) -> None:
    assert old in SMALLEST
    assert f"config.yaml:{said}" in problems(SMALLEST.replace(old, new))


def test_every_wrong_placeholder_is_said() -> None:
    said = problems(SMALLEST.replace("{request_id}", "{request}{amount_cent}"))
    assert ['Did you mean "request_id"?' in said[0], 'Did you mean "amount_cents"?' in said[1]] == [True, True]
    assert len(problems(SMALLEST + "campaign: {messages: [{day: 0, text: '{link}{a}{b}{a}'}]}\n")) == 2


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("0123456789abcdef0123456789abcdef", "must not hold the secret itself"),
        ("env:0123456789abcdef0123456789abcdef", "must not hold the secret itself"),
        ("'env: abcdef0123456789abcdef0123456789 '", "must not hold the secret itself"),
        ("keyring:SK0123456789abcdef0123456789abcdef", "must not hold the secret itself"),
        ("sk_live_0123456789", "must not hold the secret itself"),
        ("env:rk_test_0123456789", "must not hold the secret itself"),
        ("12345678901234567890", "must not hold the secret itself"),
        ("[hunter2hunter2]", "must not hold the secret itself"),
        ("'env: '", "does not say where the secret is"),
        ("env:$hunter2", "names no environment variable"),
        ("'file:${HUNTER2}'", "holds ${...}, which is not filled in"),
    ],
)
def test_no_word_of_a_secret_is_said(token: str, said: str) -> None:
    with pytest.raises(CannotGoOn) as caught:
        read(SMALLEST + MESSAGING.replace("TOKEN", token))
    text = "\n".join([*map(str, caught.value.problems), repr(caught.value), repr(caught.value.__cause__)])
    assert said in text
    for word in ("0123456789", "hunter2", "HUNTER2"):
        assert word not in text


def test_weekdays_may_be_written_out() -> None:
    days = read(SMALLEST + "messaging: {send_window: {days: [Monday, tues, WED]}}\n").settings.messaging.send_window
    assert days.days == ("mon", "tue", "wed")


@pytest.mark.parametrize("value", [25.0, True, -1, "25.005", "1e3", "NaN", 10**12])
def test_code_can_not_take_dollars_for_cents(value: object) -> None:
    with pytest.raises(ManyUnreadable):
        read_group(PaymentSettings, {"minimum_balance": value})
    assert PaymentSettings(minimum_balance=2500).minimum_balance == 2500


DEFAULT_TEXTS = [(day, language, text) for day in DEFAULT_MESSAGES for language, text in day.texts.items()]
A_LINK = "https://pay.example.com/maple?ref=" + "x" * 24


@pytest.mark.parametrize("name", ["Jennifer", "Guadalupe", "José", "Ángel"])
@pytest.mark.parametrize(("message", "language", "text"), DEFAULT_TEXTS)
def test_default_texts_cost_one_message_with_a_usual_name_and_link(
    message: CampaignMessage, language: str, text: str, name: str
) -> None:
    values = MessageValues("Maple Street Dental", "+1 207-555-0148", name, "$1,234.56", A_LINK)
    rendered = render_message(text, values)
    if name == "Ángel":
        assert rendered.charge == "3 segments because of Á, which the short alphabet lacks"
    else:
        assert (rendered.encoding, rendered.charge) == ("GSM-7", "1 segment")
    assert rendered.text.startswith(f"Maple Street Dental: {name}, ")
    nameless = render_message(without_name(text), values).text
    assert nameless.startswith("Maple Street Dental: ")
    assert nameless[len("Maple Street Dental: ")].islower()


@pytest.mark.parametrize(("message", "language", "text"), DEFAULT_TEXTS)
def test_default_texts_say_who_writes_how_to_pay_and_how_to_opt_out(
    message: CampaignMessage, language: str, text: str
) -> None:
    assert {name for _, name, _, _ in Formatter().parse(text) if name} == {"practice", "first_name", "link", "phone"}
    ends = {"en": " Reply STOP to opt out.", "es": " Responda STOP para salir."}
    assert text.endswith(ends[language])
    # What our own message says, quoted in a reply, is no opt-out; sent alone it is one.
    assert classify_reply(f'"{text}" ya pagué') is ReplyKind.ALREADY_PAID
    assert classify_reply(f"{text} I already paid this") is ReplyKind.ALREADY_PAID
    assert classify_reply(ends[language]) is ReplyKind.OPT_OUT


def test_default_messages_are_three_in_english_and_spanish() -> None:
    assert [(each.day, *each.texts) for each in DEFAULT_MESSAGES] == [(day, "en", "es") for day in (0, 7, 14)]
    texts = [text for _, _, text in DEFAULT_TEXTS]
    assert len(set(texts)) == 6


#: libyaml composes by recursion in C: in a process of its own, so that a crash of the process would be seen.
DEEP = {
    "closed brackets": '"x: " + "[" * 100_000 + "]" * 100_000',
    "open brackets": '"x: " + "[" * 250_000',
    "closed braces": '"x: " + "{a: " * 40_000 + "}" * 40_000',
    "dashes": '"x:\\n  " + "- " * 100_000 + "a"',
    "indents": '"".join(" " * depth + "a:\\n" for depth in range(600))',
    "aliases": '"a: &a [x]\\n" + "".join(f"k{i}: &b{i} [*a, *a, *a]\\n" for i in range(5000))',
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_hostile_nesting_ends_in_a_problem_quickly(text: str) -> None:
    program = (
        "from pathlib import Path\nfrom dipay.config import read_settings\nfrom dipay.domain.problems import CannotGoOn\n"
        f"try:\n    read_settings(({text}).encode(), Path('config.yaml'))\n"
        "except CannotGoOn as error:\n    print(error.exit_code, error.problems[0].message)\n"
    )
    began = clock.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 ")
    assert clock.monotonic() - began < 10


def test_reading_settings_imports_nothing_heavy() -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom dipay.config import read_settings\n"
        f"read_settings({SMALLEST.encode()!r}, Path('config.yaml'))\n"
        "heavy = {'pandas', 'pyarrow', 'rich', 'textual', 'typer', 'twilio', 'phonenumbers', 'platformdirs', 'sqlite3', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_a_file_of_any_size_is_read_no_further_than_needed(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    with path.open("wb") as file:
        file.truncate(4 * 1024**3)  # a hole: takes no room on the disk
    with pytest.raises(CannotGoOn, match="is larger than 256 kB"):
        load_settings(path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may look into every folder")
def test_a_folder_that_is_closed_to_us(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    with pytest.raises(CannotGoOn, match="can't be read: Permission denied"):
        load_settings(closed / "config.yaml")


def test_a_home_that_nobody_has(tmp_path: Path) -> None:
    loaded = read_settings(SMALLEST.encode(), tmp_path / "config.yaml")
    assert loaded.resolve("~nobody-of-that-name/x") == tmp_path / "~nobody-of-that-name" / "x"


def test_places_of_items_in_lists() -> None:
    loaded = read(SMALLEST + "campaign:\n  messages:\n    - day: 0\n      text: '{link}'\n")
    assert loaded.place("campaign.messages[0].text") == "config.yaml:7"
    assert loaded.settings.messaging.send_window.from_ == time(9)
