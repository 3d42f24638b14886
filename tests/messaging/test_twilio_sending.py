from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import time
from typing import Any

import pytest

from dipay.domain.outcomes import Accepted, InDoubt, NotSent, Outcome, RefusalKind, Refused
from dipay.domain.problems import CannotGoOn
from dipay.messaging import Outgoing, RateLimited, Sender
from dipay.messaging.twilio import TWILIO_URL, TwilioSender
from dipay.messaging.twilio_codes import CODES, IN_DOUBT_CODES, meaning_of
from dipay.wire import why_not_sent
from tests.messaging.behaviours import (
    Behaviour,
    accept,
    accept_as,
    answer,
    drip,
    drop,
    half,
    hang,
    refuse,
    refuse_by_problem_details,
    too_many,
)
from tests.messaging.double import ProviderDouble, provider_double

NUMBER = "+12075550148"
NAME = "Quintessa"
#: Nothing of these may be in a reason, an exception or a log.
CANARIES = (NUMBER, "2075550148", NAME, "4321.09", "tok3n")
MESSAGE = Outgoing(7, "tok3n", NUMBER, f"Maple: {NAME}, you owe 4321.09 https://pay.example.com/tok3n")

PORTAL = "<html><body>Please log in to the network</body></html>"
SERVER_ERROR = {"code": 20500, "message": f"Internal error {NUMBER}", "status": 500}

BEHAVIOURS: dict[str, tuple[Behaviour, type | RefusalKind]] = {
    "accept": (accept(), Accepted),
    "accept as MMS": (accept_as(sid="MM" + "0a" * 16), Accepted),
    "accept, failed at once": (accept_as(status="failed", error_code=21610), Accepted),
    "accept, an unknown status": (accept_as(status="teleported"), Accepted),
    "no sid": (accept_as(sid=None), InDoubt),
    "an empty sid": (accept_as(sid=""), InDoubt),
    "a sid of something else": (accept_as(sid="CA" + "0a" * 16), InDoubt),
    "a sid too long": (accept_as(sid="SM" + "0a" * 17), InDoubt),
    "a sid with a line break": (accept_as(sid="SM" + "0a" * 16 + "\n"), InDoubt),
    "a sid that is a number": (accept_as(sid=17), InDoubt),
    "an empty 201": (answer(201, accepted=True), InDoubt),
    "a 201 with a list": (answer(201, [], accepted=True), InDoubt),
    "a 201 with null": (answer(201, None, accepted=True), InDoubt),
    "a 201 with HTML": (answer(201, PORTAL, accepted=True), InDoubt),
    "a 200 with HTML": (answer(200, PORTAL), InDoubt),
    "a 204": (answer(204, accepted=True), InDoubt),
    "bad JSON": (answer(201, "{'sid': 'SM", accepted=True), InDoubt),
    "half an answer": (half(), InDoubt),
    "dropped by RST": (drop(reset=True), InDoubt),
    "dropped by FIN": (drop(reset=False), InDoubt),
    "dropped without accepting": (drop(accepted=False), InDoubt),
    "silence": (hang(), InDoubt),
    "silence without accepting": (hang(accepted=False), InDoubt),
    "drip": (drip(0.05), InDoubt),
    "drip from the first byte": (drip(0.05, status_line_too=True), InDoubt),
    "500 after accepting": (answer(500, SERVER_ERROR, accepted=True), InDoubt),
    "500 before accepting": (answer(500, SERVER_ERROR), InDoubt),
    "500 with a number's code": (answer(500, {"code": 21211, "message": "x"}), InDoubt),
    "502 with HTML": (answer(502, PORTAL), InDoubt),
    "503 with Retry-After": (answer(503, SERVER_ERROR, headers={"Retry-After": "1"}), InDoubt),
    "a server error's code in a 400": (refuse(20503), InDoubt),
    "a redirect": (answer(307, headers={"Location": "/elsewhere"}), InDoubt),
    "a redirect to GET": (answer(302, headers={"Location": "/elsewhere"}), InDoubt),
    "408": (answer(408, {"code": 20408, "message": "x"}), InDoubt),
    "409": (refuse(20409, 409), InDoubt),
    "400 with HTML": (answer(400, PORTAL), InDoubt),
    "422 without a code": (answer(422, {"message": NUMBER}), InDoubt),
    "an odd code": (answer(400, {"code": f"see {NUMBER}", "message": "x"}), InDoubt),
    "429": (too_many("7"), RefusalKind.SLOW_DOWN),
    "429 with HTML": (answer(429, PORTAL), RefusalKind.SLOW_DOWN),
    "429 with a number's code": (refuse(21211, 429), RefusalKind.SLOW_DOWN),
    "401": (refuse(20003, 401), RefusalKind.RUN_STOP),
    "401 with HTML": (answer(401, PORTAL), RefusalKind.RUN_STOP),
    "403 of a web filter": (answer(403, PORTAL), RefusalKind.RUN_STOP),
    "404 of an account": (refuse(20404, 404), RefusalKind.RUN_STOP),
    "404 with HTML": (answer(404, PORTAL), RefusalKind.RUN_STOP),
    "an unknown code": (refuse(29999), RefusalKind.UNKNOWN),
    "a code as text": (answer(400, {"code": "21614", "message": "x"}), RefusalKind.NUMBER),
    "a code in problem details": (refuse_by_problem_details(21610), RefusalKind.OPTED_OUT),
    "a server error in problem details": (refuse_by_problem_details(21610, 500), InDoubt),
}


def assert_says_nothing_personal(outcome: Outcome) -> None:
    assert not any(canary in repr(outcome) for canary in CANARIES)


@pytest.mark.parametrize("turn", [1, 2, 3])
@pytest.mark.parametrize("name", BEHAVIOURS)
def test_each_behaviour_has_its_outcome_and_one_post(
    name: str, turn: int, make_sender: Any, double: ProviderDouble
) -> None:
    behaviour, expected = BEHAVIOURS[name]
    # A silence must run into the limit for silences, a drip into the one for the whole.
    sender: TwilioSender = make_sender(read_seconds=0.1, total_seconds=0.25 if "drip" in name else 5.0)
    double.script(behaviour, turn=turn)
    numbers = [f"+1207555010{place}" for place in range(1, 4)]
    numbers[turn - 1] = NUMBER
    outcomes = [sender.send(Outgoing(1, "tok3n", number, MESSAGE.text)) for number in numbers]

    assert [len(double.posts_to(number)) for number in numbers] == [1, 1, 1]
    outcome = outcomes.pop(turn - 1)
    assert all(isinstance(other, Accepted) for other in outcomes)
    if isinstance(expected, RefusalKind):
        assert isinstance(outcome, Refused)
        assert outcome.kind is expected
        assert outcome.code
        assert outcome.why.strip()
        assert not outcome.why.endswith(".")
    else:
        assert isinstance(outcome, expected)
    assert_says_nothing_personal(outcome)


def test_an_answer_within_the_limits_is_waited_for(make_sender: Any, double: ProviderDouble) -> None:
    double.script(drip(0.0001), to=NUMBER)
    assert isinstance(make_sender(read_seconds=2, total_seconds=5).send(MESSAGE), Accepted)


@pytest.mark.parametrize("behaviour", [hang(), drip(0.05), drip(0.05, status_line_too=True)])
def test_a_call_takes_no_longer_than_its_deadline(
    behaviour: Behaviour, make_sender: Any, double: ProviderDouble
) -> None:
    double.script(behaviour, to=NUMBER)
    began = time.monotonic()
    outcome = make_sender(read_seconds=5, total_seconds=0.3).send(MESSAGE)
    assert time.monotonic() - began < 1.5
    assert outcome == InDoubt("Twilio did not answer in time")


def test_a_silence_is_given_up_before_the_deadline(make_sender: Any, double: ProviderDouble) -> None:
    double.script(hang(), to=NUMBER)
    began = time.monotonic()
    assert isinstance(make_sender(read_seconds=0.1, total_seconds=20).send(MESSAGE), InDoubt)
    assert time.monotonic() - began < 5


def test_after_a_call_was_given_up_the_next_one_is_its_own(sender: TwilioSender, double: ProviderDouble) -> None:
    double.script(drip(0.05), turn=1)
    assert isinstance(sender.send(MESSAGE), InDoubt)
    outcome = sender.send(Outgoing(8, "other", "+12075550101", "second"))
    assert isinstance(outcome, Accepted)
    assert double.messages[outcome.provider_id].text == "second"


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_code_table_decides(code: str, sender: TwilioSender, double: ProviderDouble) -> None:
    double.script(refuse(int(code)), to=NUMBER)
    outcome = sender.send(MESSAGE)
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.kind) == (code, CODES[code].kind)
    assert CODES[code].words in outcome.why
    assert isinstance(outcome, RateLimited) is (outcome.kind is RefusalKind.SLOW_DOWN)


def test_the_code_table_is_whole() -> None:
    assert {meaning.kind for meaning in CODES.values()} == set(RefusalKind) - {RefusalKind.UNKNOWN}
    assert not IN_DOUBT_CODES & set(CODES)
    for code, meaning in CODES.items():
        assert code.isdigit()
        assert meaning.words[0].isupper()
        assert not meaning.words.endswith(".")
        assert meaning.advice.endswith(".")
        assert not meaning.why.endswith(".")
    assert meaning_of("29999").kind is RefusalKind.UNKNOWN
    assert "29999" in meaning_of("29999").why
    assert meaning_of("").kind is RefusalKind.UNKNOWN


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        (None, None),
        ("soon", None),
        ("-3", None),
        ("999999999999", None),
        ("Mon, 23 Nov 2026 14:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 13:00:00 GMT", 0.0),
    ],
)
def test_the_wait_a_slow_down_asks_for(
    header: str | None, seconds: float | None, sender: TwilioSender, double: ProviderDouble
) -> None:
    headers = {"Date": "Mon, 23 Nov 2026 14:00:00 GMT"} | ({"Retry-After": header} if header else {})
    double.script(answer(429, {"code": 20429}, headers=headers), to=NUMBER)
    outcome = sender.send(MESSAGE)
    assert isinstance(outcome, RateLimited)
    assert outcome.retry_after_seconds == seconds


def test_what_goes_over_the_wire(make_sender: Any, double: ProviderDouble) -> None:
    text = "Zoë's bill & more: 100% €5 +1\nhttps://pay.example.com/?a=1&b=2"
    service = "MG" + "0b" * 16
    make_sender().send(Outgoing(1, "t", NUMBER, text))
    make_sender(from_number=None, messaging_service_sid=service).send(Outgoing(2, "t", NUMBER, text))
    make_sender(messaging_service_sid=service).send(Outgoing(3, "t", NUMBER, text))
    assert [(post.to, post.text, post.sender, post.service) for post in double.posts] == [
        (NUMBER, text, double.number, ""),
        (NUMBER, text, "", service),
        (NUMBER, text, double.number, service),
    ]


def test_wrong_credentials_stop_the_run(make_sender: Any, double: ProviderDouble) -> None:
    outcome = make_sender(auth_token="another").send(MESSAGE)
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.kind) == ("20003", RefusalKind.RUN_STOP)
    assert not double.posts


def test_a_person_who_opted_out_at_the_provider_is_not_texted(sender: TwilioSender, double: ProviderDouble) -> None:
    double.incoming(NUMBER, "stop")
    outcome = sender.send(MESSAGE)
    assert isinstance(outcome, Refused)
    assert outcome.kind is RefusalKind.OPTED_OUT
    assert not [each for each in double.messages.values() if each.direction != "inbound"]


class TestSurelyNotSent:
    def test_connection_refused(self, make_sender: Any) -> None:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))  # bound and not listening
            sender = make_sender(base_url=f"http://127.0.0.1:{held.getsockname()[1]}")
            outcome = sender.send(MESSAGE)
        assert isinstance(outcome, NotSent)
        assert_says_nothing_personal(outcome)

    def test_name_not_found(self, make_sender: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def not_found(*_: object, **__: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", not_found)
        outcome = make_sender(base_url="https://api.dipay.invalid").send(MESSAGE)
        assert outcome == NotSent("Twilio could not be reached: the host's name was not found")

    def test_no_connection_in_time(self, make_sender: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def too_late(*_: object, **__: object) -> None:
            raise TimeoutError

        monkeypatch.setattr("urllib3.util.connection.create_connection", too_late)
        assert isinstance(make_sender().send(MESSAGE), NotSent)

    @pytest.mark.parametrize("answers", [None, b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"])
    def test_a_proxy_that_makes_no_way(
        self, answers: bytes | None, make_sender: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as proxy:
            port = proxy.getsockname()[1]
            if answers is None:
                proxy.close()
            else:
                serve_once(proxy, answers)
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
            monkeypatch.delenv("NO_PROXY", raising=False)
            monkeypatch.delenv("no_proxy", raising=False)
            outcome = make_sender(base_url=None).send(MESSAGE)
        assert outcome == NotSent("Twilio could not be reached: the proxy made no connection")

    def test_a_certificate_of_somebody_else(self) -> None:
        import ssl

        from requests import exceptions as raised
        from urllib3 import exceptions as below

        def as_raised(reason: Exception) -> Exception:
            return raised.SSLError(below.MaxRetryError(None, "/", below.SSLError(reason)))  # type: ignore[arg-type]

        assert why_not_sent(as_raised(ssl.SSLCertVerificationError())) is not None
        assert why_not_sent(as_raised(ssl.SSLEOFError())) is None
        assert why_not_sent(RuntimeError()) is None


def serve_once(server: socket.socket, answers: bytes) -> None:
    import threading

    def run() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(answers)

    threading.Thread(target=run, daemon=True).start()


def test_the_environment_does_not_bend_the_host(
    double: ProviderDouble, make_sender: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "ashburn")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "f" * 32)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert isinstance(make_sender().send(MESSAGE), Accepted)
    assert len(double.posts) == 1


def test_without_base_url_it_is_twilio(make_sender: Any) -> None:
    assert make_sender(base_url=None)._wire._base_url == TWILIO_URL


def test_a_redirect_is_not_followed(sender: TwilioSender, double: ProviderDouble) -> None:
    with provider_double() as other:
        target = f"{other.url}/2010-04-01/Accounts/{other.account_sid}/Messages.json"
        double.script(answer(307, headers={"Location": target}), to=NUMBER)
        assert isinstance(sender.send(MESSAGE), InDoubt)
        assert not other.posts
        assert not other.gets


def test_nothing_personal_is_logged_whatever_others_set_up(
    sender: TwilioSender, double: ProviderDouble, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("", "twilio.http_client", "urllib3.connectionpool", "urllib3", "requests"):
        caplog.set_level(logging.DEBUG, name)
    sender.send(MESSAGE)
    double.script(drop(), to=NUMBER)
    sender.send(MESSAGE)
    sender.sent_to(NUMBER, double.now())
    assert not any(canary in caplog.text for canary in CANARIES)
    assert double.auth_token not in caplog.text


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"account_sid": "AC123"}, "account_sid"),
        ({"account_sid": ""}, "account_sid"),
        ({"auth_token": ""}, "auth_token"),
        ({"auth_token": "se cret"}, "auth_token"),
        ({"auth_token": "sécret"}, "auth_token"),
        ({"from_number": None}, "from"),
        ({"from_number": "555-0100"}, "from"),
        ({"messaging_service_sid": "MG1"}, "messaging_service_sid"),
        ({"base_url": "http://proxy.example.com"}, "base_url"),
        ({"base_url": "http://127.0.0.1.example.com"}, "base_url"),
        ({"base_url": "ftp://127.0.0.1"}, "base_url"),
        ({"base_url": "https://user:secret@example.com"}, "base_url"),
        ({"base_url": "https://example.com:port"}, "base_url"),
        ({"base_url": "api.twilio.com"}, "base_url"),
    ],
)
def test_settings_that_can_not_work(changes: dict[str, Any], key: str, make_sender: Any) -> None:
    with pytest.raises(CannotGoOn) as raised:
        make_sender(**changes)
    assert raised.value.exit_code == 2
    (problem,) = raised.value.problems
    assert problem.key == f"messaging.twilio.{key}"
    assert problem.fix
    assert not any(str(value) in str(problem) for value in changes.values() if value)


def test_all_problems_of_the_settings_at_once() -> None:
    with pytest.raises(CannotGoOn) as raised:
        TwilioSender("", "", base_url="http://example.com")
    assert len(raised.value.problems) == 4


def test_importing_the_package_loads_no_library() -> None:
    modules = "dipay.messaging, dipay.messaging.outbox, dipay.messaging.twilio, dipay.messaging.pace"
    script = f"import sys, json, {modules}; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout)
    assert not {"twilio", "requests", "urllib3"} & set(loaded)


def test_it_is_a_sender(sender: TwilioSender) -> None:
    checked: Sender = sender
    assert isinstance(checked, Sender)
    assert checked.name == "twilio"


def test_what_an_outgoing_message_shows_of_itself() -> None:
    assert not any(canary in repr(MESSAGE) for canary in CANARIES)
