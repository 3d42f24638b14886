"""The page that leads from a PMS's export to the first real text: its commands, in its order, do what it says."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.messaging.double import ProviderDouble, provider_double
from tests.sending.in_process import run_here

PAGE = Path(__file__).parents[1] / "docs" / "start.md"
OWN_PHONE = "+12075550190"
#: What is asked on a terminal, as options.
ANSWERS = {
    "init": '--yes --name "Harbor Family Dental" --phone 207-555-0199 --timezone America/New_York '
    '--link "https://pay.example.com/pay?ref={request_id}" --column patients.language=Lang',
    "send": "--yes", "request": "--yes",
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder for dipay, with the exports of a PMS that nobody knows: an aging report with titles, and a patient list."""
    today = datetime.now(UTC).date()
    seen = (today - timedelta(60)).strftime("%m/%d/%Y")
    people = ["Pt No,Last,First,Resp Party No,DOB,Cell,Text OK,Last Seen,Lang"]
    people += [
        f"{number},{last},Pat,{number},1970-01-01,(207) 555-01{number % 100:02d},Y,{seen},{language}"
        for number, last, language in ((2001, "Vega", "SPA"), (2004, "Okafor", ""), (2007, "Price", ""))
    ]
    people.append(f"9999,Test,Desk,9999,1980-01-01,{OWN_PHONE},Y,{seen},")
    aged = ["Harbor Family Dental", "Accounts Receivable by Responsible Party", ""]
    aged.append("Resp Party No,Resp Party,Current,Over 30 Days,Over 60 Days,Over 90 Days,Acct Total,Est Ins,Pat Resp")
    aged += [
        '2001,"Vega, Pat",0.00,230.25,0.00,0.00,230.25,40.00,190.25',
        '2004,"Okafor, Pat",120.00,0.00,0.00,310.00,430.00,0.00,430.00',
        '2007,"Price, Pat",20.00,0.00,0.00,0.00,20.00,0.00,20.00',
        ',"Grand Total",140.00,230.25,0.00,310.00,680.25,40.00,640.25',
    ]
    (tmp_path / "exports").mkdir()
    for name, lines in (("Patient List.csv", people), ("AR Report.csv", aged)):
        (tmp_path / "exports" / name).write_text("\n".join(lines) + "\n")
    return tmp_path


def commands(text: str) -> list[str]:
    """The commands of the page's blocks, without what is said beside them."""
    blocks = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("dipay ")]
    return [re.split(r" {2,}", line)[0] for line in lines if line != "dipay demo"]  # which has tests of its own


def settings_by_the_page(text: str, config: Path, double: ProviderDouble) -> None:
    """Puts into the settings what the page says about the provider; here it is a double, which answers at any hour."""
    [block] = re.findall(r"^ *```yaml\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    before, sign, twilio = config.read_text().partition("  twilio:")
    before = before.replace("provider: outbox", "provider: twilio")
    assert "  provider: twilio\n" in block
    for line in block.splitlines():
        key, _, value = re.sub(r" +#.*", "", line).strip().partition(": ")
        if value and key != "provider":
            twilio, count = re.subn(rf"(?<= {key}: )\S+", value, twilio, count=1)
            assert count == 1, key
    twilio = twilio.replace("base_url: null", f'base_url: "{double.url}"', 1)
    before = before.replace('from: "09:00"', 'from: "00:00"').replace('to: "20:00"', 'to: "23:59"')
    config.write_text(before.replace("thu, fri, sat]", "thu, fri, sat, sun]") + sign + twilio)
    for name, secret in (("twilio-sid.txt", double.account_sid), ("twilio-token.txt", double.auth_token)):
        (config.parent / name).write_text(secret)
        (config.parent / name).chmod(0o600)


def test_the_page_leads_to_the_first_real_text_and_the_first_patients(office: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    rehearsed, real = text.split("## 7.")
    steps = commands(rehearsed)
    assert steps[0] == "dipay --version"
    assert {"dipay init --folder exports", "dipay check", "dipay list", "dipay why Vega", "dipay send"} <= set(steps)
    said = {}
    for step in steps:
        words = shlex.split(step)[1:]
        result = run_here(office, *words, *shlex.split(ANSWERS.get(words[0], "") if "--dry-run" not in words else ""))
        assert result.exit_code == 0, (step, result.output, result.stderr)
        said[step] = result.output
    assert "Lang" not in said["dipay init --folder exports"].partition("read by nothing")[2].partition("\n")[0]
    assert "provider" not in said["dipay check"]
    assert "190.25" in said["dipay why Vega"]
    assert "To ask today: 2 first requests" in said["dipay list"]

    with provider_double() as double:
        settings_by_the_page(text, office / "config.yaml", double)
        online = run_here(office, "check", "--online")
        assert online.exit_code == 1, online.output  # for the hours, which are the test's own
        [request, limited] = commands(real)
        assert limited == "dipay send --limit 5"
        result = run_here(office, *shlex.split(request)[1:], "--yes")
        assert result.exit_code == 0, result.output
        [post] = double.posts_to(OWN_PHONE)
        assert post.text.startswith("Harbor Family Dental: ")
        double.incoming(OWN_PHONE, "I already paid")
        assert run_here(office, "sync").exit_code == 1
        assert "dipay paid 9999" in run_here(office, "replies").output
        assert run_here(office, "paid", "9999").exit_code == 0
        double.incoming(OWN_PHONE, "STOP")
        run_here(office, "sync")
        refused = run_here(office, *shlex.split(request)[1:], "--yes")
        assert refused.exit_code == 2, refused.output
        assert "opted out" in refused.output
        assert len(double.posts_to(OWN_PHONE)) == 1
        result = run_here(office, *shlex.split(limited)[1:], "--yes")
        assert [len(double.posts_to(f"+120755501{number:02d}")) for number in (1, 4, 7)] == [1, 1, 0], result.output
        days = json.loads(run_here(office, "history", "9999", "--json").stdout)["data"]
        assert "STOP" in json.dumps(days)
