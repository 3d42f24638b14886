"""What the doubles of providers on 127.0.0.1 have in common: a server with a clock, and ways not to answer."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class HttpDouble:
    """A server for the handler's double. `now` is its clock, which answers are dated by unless they are `undated`."""

    def __init__(self, handler: type[HttpHandler]) -> None:
        self.undated = False
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.lock = threading.Lock()
        self._awake = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def pause(self, seconds: float) -> None:
        """Waits, but not beyond `wake` or the double's end."""
        if seconds:
            self._awake.wait(seconds)

    def wake(self) -> None:
        """Ends every pause, those to come too."""
        self._awake.set()

    def close(self) -> None:
        self.wake()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class HttpHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    @property
    def http(self) -> HttpDouble:
        """The double that it answers for."""
        raise NotImplementedError

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Nothing: a test's output is its own."""

    def content(self) -> str | None:
        """The body of the request; None where its sender was gone in the middle: no server takes half a request."""
        length = int(self.headers.get("Content-Length", "0"))
        content = self.rfile.read(length)
        if len(content) == length:
            return content.decode()
        self.close_connection = True
        return None

    def drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            # The socket is closed once nothing reads from it any more.
            self.rfile.close()
            self.connection.close()

    def answer(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        is_text = isinstance(body, str)
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        kind = "text/html" if is_text else "application/json;charset=utf-8"
        with suppress(OSError):
            self.send_response_only(status)
            date = "" if self.http.undated else format_datetime(self.http.now().astimezone(UTC), usegmt=True)
            usual = {"Date": date, "Content-Type": kind, "Content-Length": str(len(content))}
            for name, value in (usual | (headers or {})).items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)


class HttpCall:
    """One request under way, for a behaviour to answer."""

    def __init__(self, handler: HttpHandler) -> None:
        self._handler = handler

    def answer(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        """Answers with JSON, or with a text as it stands."""
        self._handler.answer(status, body, headers)

    def raw(self, *pieces: bytes, pause: float = 0.0) -> None:
        """Writes bytes as they stand, with a pause after each, and closes."""
        with suppress(OSError):
            for piece in pieces:
                self._handler.wfile.write(piece)
                self._handler.wfile.flush()
                self._handler.http.pause(pause)
        self._handler.close_connection = True

    def drop(self, *, reset: bool) -> None:
        """Ends the connection without an answer, by RST or by FIN."""
        if reset:
            self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.drop()
