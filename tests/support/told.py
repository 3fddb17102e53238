"""A local stand-in for what is told of drift: a chat's webhook, and the issues of a repository on GitHub."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HOOK = "/services/T0/B0/secret-of-the-hook"
TOKEN = "ghs_secret-of-the-token"


@dataclass(slots=True)
class Others:
    """What was told, and how it is to behave."""

    address: str = ""
    token: str = TOKEN
    messages: list[str] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    status: int = 200
    """What it answers to all that it is asked; of 302 it names itself."""
    silence: float = 0.0

    def answer(self, method: str, path: str, value: Any, authorization: str | None) -> tuple[int, Any]:
        """Answer a request."""
        self.asked.append(f"{method} {path}")
        time.sleep(self.silence)
        if self.status != 200:
            return self.status, {}
        url = urlsplit(path)
        if url.path == HOOK:
            self.messages.append(value["text"])
            return 200, "ok"
        if authorization != f"Bearer {self.token}":
            return 401, {}
        return self._of_issues(method, url.path, value, parse_qs(url.query))

    def _of_issues(self, method: str, path: str, value: Any, query: dict[str, list[str]]) -> tuple[int, Any]:
        match = re.fullmatch(r"/repos/team/app/issues(?:/(\d+))?", path)
        if match is None:
            return 404, {}
        if method == "POST":
            self.add(**value)
            return 201, {}
        if method == "PATCH":
            self.issues[int(match[1]) - 1].update(value)
            return 200, {}
        size, page = int(query["per_page"][0]), int(query["page"][0])
        still = [each for each in self.issues if each["state"] == query["state"][0]]
        return 200, still[size * (page - 1) : size * page]

    def add(self, **values: Any) -> None:
        """Open an issue."""
        made = {"number": len(self.issues) + 1, "state": "open", "user": {"type": "Bot"}, "author_association": "NONE"}
        self.issues.append({**made, **values})


@contextmanager
def others() -> Iterator[Others]:
    """Run the stand-in."""
    told = Others()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            value = json.loads(body) if body else None
            status, answer = told.answer(self.command, self.path, value, self.headers.get("Authorization"))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", told.address + self.path)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - http.server names the methods

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
