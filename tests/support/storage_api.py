"""A local stand-in for Supabase's Storage API: the part that deletes buckets, with its manners.

Failures have status 400 and their own code in the body; emptying is only begun by the request for it; a token goes into
two headers, a key that is no token into one.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import psycopg

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJl"
KEY = "sb_secret_c29tZXRoaW5nIHJhbmRvbQ"
EMPTYING_SECONDS = 1.0

Answer = tuple[int, dict[str, str]]


@dataclass(slots=True)
class StandIn:
    """What the stand-in was asked, and how it is to behave."""

    url: str
    """The database whose buckets it serves, as a role that may delete there."""
    address: str = ""
    asked: list[str] = field(default_factory=list)
    emptying: list[threading.Timer] = field(default_factory=list)

    def answer(self, method: str, path: str, authorization: str | None, key: str | None) -> Answer:
        """Answer a request."""
        self.asked.append(f"{method} {path}")
        allowed = (TOKEN, f"Bearer {TOKEN}"), (KEY, None)
        if (key, authorization) not in allowed:
            return refused("403", "AccessDenied", f"signature verification failed for {key}")
        _, _, _, _, name, *action = path.split("/")
        bucket = unquote(name)
        with psycopg.connect(self.url, autocommit=True) as connection:
            if connection.execute("select from storage.buckets where id = %s", [bucket]).fetchone() is None:
                return refused("404", "NoSuchBucket", "Bucket not found")
            if (method, action) == ("POST", ["empty"]):
                self.emptying.append(threading.Timer(EMPTYING_SECONDS, self._empty, [bucket]))
                self.emptying[-1].start()
                return 200, {"message": "Empty bucket has been queued."}
            if connection.execute("select 1 from storage.objects where bucket_id = %s", [bucket]).fetchone():
                return refused("409", "ResourceNotEmpty", "The bucket you tried to delete is not empty")
            self._delete(connection, "delete from storage.buckets where id = %s", bucket)
        return 200, {"message": "Successfully deleted"}

    def _empty(self, bucket: str) -> None:
        with psycopg.connect(self.url) as connection:
            self._delete(connection, "delete from storage.objects where bucket_id = %s", bucket)

    @staticmethod
    def _delete(connection: psycopg.Connection[tuple[object, ...]], query: str, bucket: str) -> None:
        with connection.transaction():
            connection.execute("select set_config('storage.allow_delete_query', 'true', true)")
            connection.execute(query.encode(), [bucket])


def refused(code: str, name: str, message: str) -> Answer:
    """Return a failure as the Storage API words it."""
    return 400, {"statusCode": code, "error": name, "code": name, "message": message}


@contextmanager
def storage_api(url: str) -> Iterator[StandIn]:
    """Serve the buckets of a database until the block ends."""
    stand_in = StandIn(url)

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = stand_in.answer(
                self.command, self.path, self.headers.get("Authorization"), self.headers.get("apikey")
            )
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_DELETE = _serve  # noqa: N815 - http.server names the methods

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for timer in stand_in.emptying:
            timer.join()
