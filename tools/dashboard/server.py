"""One server on this machine for the page and what it asks: its files, sign-in, and the database's API."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from connectors.settings import Identity
from tools.dashboard import auth, configuration, rest
from tools.dashboard.exchange import Answer, Refusal, Request

HOST = "127.0.0.1"
_MOST_BYTES = 100_000
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # A page cannot say of itself who may show it inside another.
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


@dataclass(slots=True)
class StandIn:
    """What plays a project for the page.

    Attributes:
        url: The database, as a role that may become what people are.
        files: The folder with the page's files.
        people: Who may sign in.
        key: The publishable key.
        address: Where it is served; known once it is.
        asked: Every request's method and path.

    """

    url: str
    files: Path
    people: auth.Auth
    key: str = field(default_factory=lambda: f"sb_publishable_{secrets.token_urlsafe(16)}")
    address: str = ""
    asked: list[str] = field(default_factory=list)

    def answer(self, request: Request) -> Answer:
        """Answer a request."""
        self.asked.append(f"{request.method} {request.path}")
        try:
            if request.headers.get("host") != urlsplit(self.address).netloc:
                # A name that somebody else let point here would be asked with this page's rights.
                return Answer(421, f"This is served as {self.address}".encode(), "text/plain; charset=utf-8")
            if auth.is_asked(request.path) or rest.is_asked(request.path):
                return self._ask(request)
            return self._file(request)
        except Refusal as refused:
            return refused.answer()

    def _ask(self, request: Request) -> Answer:
        if request.headers.get("apikey") != self.key:
            return Answer.of({"message": "Invalid API key"}, 401)
        if auth.is_asked(request.path):
            return self.people.answer(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        role, claims = auth.role_of(token, self.key, self.people.secret)
        return rest.answer(self.url, request, role, claims)

    def _file(self, request: Request) -> Answer:
        name = request.path.removeprefix("/") or "index.html"
        if request.method != "GET" or name not in (*configuration.FILES, configuration.CONFIGURATION):
            return Answer(404, b"There is no such file.", "text/plain; charset=utf-8")
        path = self.files / name
        return Answer(200, path.read_bytes(), f"{_TYPES[path.suffix]}; charset=utf-8")


@contextmanager
def served(url: str, built: Path, password: str, port: int = 0) -> Iterator[StandIn]:
    """Serve the page and its project until the block ends.

    Args:
        url: The database.
        built: The folder with the page as it was built.
        password: Everybody's.
        port: Where; 0: wherever there is room.

    Raise:
        ConfigurationError: The page is not built.
        OSError: The port is taken.

    """
    with tempfile.TemporaryDirectory() as folder:
        stand_in = StandIn(url, Path(folder), auth.Auth(url, password))
        server = ThreadingHTTPServer((HOST, port), _handler(stand_in))
        try:
            stand_in.address = f"http://{HOST}:{server.server_port}"
            told = configuration.Configuration(stand_in.address, stand_in.key, Identity())
            configuration.write(built, stand_in.files, told)
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield stand_in
            finally:
                server.shutdown()
                thread.join()
        finally:
            server.server_close()


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def _serve(self) -> None:
            length = self.headers.get("Content-Length", "0")
            if not length.isdecimal() or int(length) > _MOST_BYTES:
                self.close_connection = True
                self._tell(Answer(413))
                return
            split = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = tuple(parse_qsl(split.query, keep_blank_values=True))
            body = self.rfile.read(int(length))
            self._tell(stand_in.answer(Request(self.command, split.path, query, headers, body)))

        def _tell(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in {**_HEADERS, "Content-Type": answer.type}.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = _serve  # noqa: N815 - http.server names the methods

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: an address may hold what somebody looked for."""

    return Handler
