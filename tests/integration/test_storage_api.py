"""Deleting buckets by the Storage API: what is asked, what is refused, and that the key is told to nobody."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from supaschema.core.errors import ApplyError, PreconditionError, SupaschemaError
from supaschema.supabase import storage_api as module
from supaschema.supabase.storage_api import StorageApi
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.impostor import self_signed
from tests.support.storage_api import KEY, TOKEN, StandIn, storage_api

NAME = "it's (a) name & more, 100"


@pytest.fixture
def stand_in(database: Database) -> Iterator[StandIn]:
    """A Storage API for the test's database, which has a bucket."""
    with database.connect_superuser() as connection:
        connection.execute("insert into storage.buckets (id, name) values (%s, %s)", [NAME, NAME])
    with storage_api(database.superuser_url) as serving:
        yield serving


def files(database: Database, *names: str) -> None:
    """Put files into the bucket."""
    with database.connect_superuser() as connection:
        for name in names:
            connection.execute("insert into storage.objects (bucket_id, name) values (%s, %s)", [NAME, name])


def delete(
    database: Database, stand_in: StandIn, key: str = TOKEN, *, force: bool = False, blind: bool = False
) -> None:
    """Delete the bucket; `blind`: as if its files came after the look at them."""
    with database.connect() as connection:
        StorageApi(stand_in.address, key, threading.Event()).delete(
            NAME,
            force=force,
            holds_files=lambda: (
                not blind
                and bool(one(connection, "select exists (select from storage.objects where bucket_id = %s)", NAME))
            ),
        )


def there(database: Database) -> bool:
    """Return whether the bucket is there."""
    with database.connect() as connection:
        return NAME in column(connection, "select id from storage.buckets")


@pytest.mark.parametrize("key", [TOKEN, KEY])
def test_an_empty_bucket_is_deleted_with_either_kind_of_key(database: Database, stand_in: StandIn, key: str) -> None:
    delete(database, stand_in, key)
    assert not there(database)
    assert stand_in.asked == ["DELETE /storage/v1/bucket/it%27s%20%28a%29%20name%20%26%20more%2C%20100"]
    delete(database, stand_in, key)


def test_files_are_deleted_only_by_force_and_waited_for(database: Database, stand_in: StandIn) -> None:
    files(database, "a/1.pdf", "a/2.pdf")
    with pytest.raises(PreconditionError, match=r"the bucket holds files\. .* forceDestroy: true"):
        delete(database, stand_in)
    assert stand_in.asked == []
    delete(database, stand_in, force=True)
    assert [asked.partition(" ")[0] for asked in stand_in.asked] == ["POST", "DELETE"]
    assert not there(database)


def test_a_file_that_comes_meanwhile_is_kept(database: Database, stand_in: StandIn) -> None:
    files(database, "late.pdf")
    with pytest.raises(PreconditionError, match="the bucket holds files"):
        delete(database, stand_in, blind=True)
    assert there(database)


def test_emptying_that_does_not_end_is_said(
    database: Database, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(database, "1.pdf")
    monkeypatch.setattr(module, "EMPTYING_SECONDS", 0.1)
    with pytest.raises(ApplyError, match=r"has not emptied it within .* Run the command again"):
        delete(database, stand_in, force=True)


def test_waiting_ends_when_the_deployment_does(database: Database, stand_in: StandIn) -> None:
    files(database, "1.pdf")
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(ApplyError, match="the deployment was cancelled"):
        StorageApi(stand_in.address, TOKEN, cancelled).delete(NAME, force=True, holds_files=lambda: True)


def test_a_key_that_is_refused_is_not_repeated(database: Database, stand_in: StandIn) -> None:
    with pytest.raises(ApplyError, match=r"AccessDenied\)\. Check serviceRoleKey\.") as refused:
        delete(database, stand_in, "hunter2")
    assert "hunter2" not in str(refused.value)
    assert there(database)


def test_an_address_where_nobody_answers_is_named() -> None:
    api = StorageApi("http://127.0.0.1:1", TOKEN, threading.Event())
    with pytest.raises(SupaschemaError, match=r"bucket b: the Storage API at http://127.0.0.1:1 cannot be reached"):
        api.delete("b", force=False, holds_files=lambda: False)


@pytest.mark.parametrize("trusted", [True, False])
def test_no_file_gets_the_keys_by_which_the_way_could_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    certificate, log = self_signed(tmp_path), tmp_path / "keys"
    if certificate is None:
        pytest.skip("there is no openssl to make a certificate")
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    asked: list[str] = []

    class Secret(http.server.BaseHTTPRequestHandler):
        def do_DELETE(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    api = StorageApi(f"https://localhost:{server.server_port}", TOKEN, threading.Event())
    with nullcontext() if trusted else pytest.raises(ApplyError, match="certificate verify failed"):
        api.delete("b", force=False, holds_files=lambda: False)
    thread.join()
    server.server_close()
    assert asked == (["/storage/v1/bucket/b"] if trusted else [])
    assert not log.exists()


def test_the_key_follows_no_redirect(database: Database) -> None:
    asked: list[str] = []

    class Elsewhere(http.server.BaseHTTPRequestHandler):
        def do_DELETE(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", f"http://{self.headers['Host']}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    api = StorageApi(f"http://127.0.0.1:{server.server_port}", TOKEN, threading.Event())
    with pytest.raises(ApplyError, match=r"sends us elsewhere \(302\); the key is told to nobody"):
        api.delete("b", force=False, holds_files=lambda: False)
    thread.join()
    server.server_close()
    assert asked == ["/storage/v1/bucket/b"]
