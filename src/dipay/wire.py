"""One HTTP request at a time for a provider's library: one try, a deadline for the whole, nothing in any log.

It stands in for the library's HTTP client, which knows a limit for a silence but none for an answer that drips.
Knows `requests` and `urllib3`, which the libraries bring, and loads them only to look at what they raised.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from dipay.domain.setting_types import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class TooSlow(Exception):  # noqa: N818  what happened, not a fault of the caller
    """The whole call took longer than it may; it may still be under way."""


class Elsewhere(Exception):  # noqa: N818
    """The library wanted to take the request, with its credentials, to another host."""


_LOGGERS: Final = (
    "stripe",
    "twilio",
    "twilio.http_client",
    "urllib3",
    "urllib3.connectionpool",
    "requests",
    "charset_normalizer",
)


def is_base_url(text: str) -> bool:
    """Whether requests may go there: over https, or plain http on this computer."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or parts.query or parts.fragment or re.fullmatch(r"[!-~]+", text) is None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(text))


def is_loopback(url: str) -> bool:
    """Whether the address is of this computer: what goes there must not take the way through a proxy."""
    return urlsplit(url).hostname in LOOPBACK


def quiet_loggers() -> None:
    """Silences the libraries' loggers, whatever others set up: they write addresses, and with them numbers."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class Wire:
    """Carries requests to `base_url`, each through a client of its own and within `total_seconds`.

    A new client each time, because a connection that was kept open may be dead, and a message sent into it would be
    in doubt. It must have the library's `request` and a `session` to close.

    `status` and `retry_after_seconds` are of the last request's answer, None where there was none. Not for threads.
    """

    is_async: Final = False

    def __init__(self, base_url: str, total_seconds: float, make_client: Callable[[], Any]) -> None:
        self._base_url = base_url
        self._total_seconds = total_seconds
        self._make_client = make_client
        self.status: int | None = None
        self.retry_after_seconds: float | None = None
        self._dated: tuple[datetime, float] | None = None

    def time_there(self) -> datetime | None:
        """What time it is now by the last answer that was dated (RFC 9110, Date); None where none was."""
        if self._dated is None:
            return None
        date, at = self._dated
        return date + timedelta(seconds=time.monotonic() - at)

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | str | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002  the library's; ours are set once
        allow_redirects: bool = False,  # noqa: ARG002  never: credentials and numbers would go along
    ) -> Any:
        """The answer as the library wants it; `TooSlow` at the deadline, and whatever `requests` raises."""
        self.status = self.retry_after_seconds = None
        if not url.startswith(f"{self._base_url}/"):
            raise Elsewhere
        answers: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()

        def call() -> None:
            try:
                client = self._make_client()
                try:
                    answers.put((client.request(method, url, params, data, headers, auth), None))
                finally:
                    client.session.close()
            except BaseException as error:  # it is raised by the one who waits
                answers.put((None, error))

        # A thread, because names are looked up without a limit and a dripping answer never is a silence.
        threading.Thread(target=call, name="dipay-provider", daemon=True).start()
        try:
            response, error = answers.get(timeout=self._total_seconds)
        except Empty:
            raise TooSlow from None
        if error is not None:
            raise error
        self.status = response.status_code
        self.retry_after_seconds = _retry_after(response.headers)
        date = _date(response.headers)
        if date is not None:
            self._dated = date, time.monotonic()
        return response


def is_timeout(error: BaseException) -> bool:
    """Whether the answer, or the connection, took longer than it may."""
    return isinstance(error, TooSlow) or type(error).__name__ in {"ReadTimeout", "ConnectTimeout", "Timeout"}


def why_not_sent(error: BaseException) -> str | None:
    """Why nothing of the request can have left this computer, in words; None where the exception doesn't prove that."""
    import ssl

    from requests import exceptions as raised
    from urllib3 import exceptions as below

    if isinstance(error, Elsewhere):
        return "the answer led to another host"
    if isinstance(error, raised.ConnectTimeout):
        return "no connection could be made in time"
    if not isinstance(error, raised.ConnectionError) or not error.args:
        return None
    retried = error.args[0]
    reason = retried.reason if isinstance(retried, below.MaxRetryError) else None
    match reason:
        case below.ProxyError():  # only connecting to it, and asking it for the way through, fail with this one
            return "the proxy made no connection"
        case below.NameResolutionError():
            return "the host's name was not found"
        case below.NewConnectionError() | below.ConnectTimeoutError():
            return "no connection could be made"
        case below.SSLError() if any(isinstance(each, ssl.SSLCertVerificationError) for each in reason.args):
            return "the certificate is not the host's; a virus scanner or web filter may stand between"
        case _:
            return None


def _date(headers: Mapping[str, str] | None) -> datetime | None:
    """When the answer was made; None where it doesn't say so."""
    try:
        date = parsedate_to_datetime((headers or {}).get("Date", ""))
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)


def _retry_after(headers: Mapping[str, str] | None) -> float | None:
    """The seconds of a Retry-After header; where it is a date, counted from the answer's own."""
    value = (headers or {}).get("Retry-After", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 9:
        return float(value)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime((headers or {}).get("Date", ""))
    except (TypeError, ValueError):
        return None
    return max(0.0, wait.total_seconds())
