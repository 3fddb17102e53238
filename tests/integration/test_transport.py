"""To another machine: encrypted, and by a way of signing in that tells nobody the password; else refused in words."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import conninfo

from localdb.cluster import Cluster
from localdb.temporary import temporary_cluster
from supaschema.core.errors import ConnectionRefused
from supaschema.database.connect import Database as Connected
from supaschema.database.connect import check, connect
from supaschema.database.settings import Settings
from tests.fixtures.postgres import Database
from tests.support.impostor import Asks, impostor, self_signed

USER, PASSWORD = "owner", "planted-password"
ANY = ".".join("0000")
"""An address that leads to this machine, and is no name of a loopback address."""
OTHERS = (ANY, "127.1")
"""Where connections go out as to another machine, and come in here, whatever network there is."""


def own_address() -> str | None:
    """Return this machine's address in its network; None: it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            return None
        found: str = probe.getsockname()[0]
    return None if found.startswith("127.") else found


@pytest.fixture(params=[*OTHERS, "own"])
def other(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A host that counts as another machine, and the address at which to listen for it."""
    if request.param != "own":
        return request.param, "127.0.0.1"
    address = own_address()
    if address is None:
        pytest.skip("this machine is in no network")
    return address, address


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A server's key and certificate, which no authority has signed."""
    made = self_signed(tmp_path)
    if made is None:
        assert not os.environ.get("CI"), "needs openssl"
        pytest.skip("needs openssl")
    return made


def refused(url: str) -> str:
    """Connect in every way that there is, in vain; give the one sentence."""
    said = set()
    settings = Settings(database_url=url)
    database = Connected(settings)
    for way in (check, connect, lambda _: database.server, lambda _: database.dedicated()):
        with pytest.raises(ConnectionRefused) as refusal:
            way(settings)
        said.add(str(refusal.value))
        assert refusal.value.where
        assert refusal.value.remedy
    assert len(said) == 1
    assert PASSWORD not in "".join(said)
    return said.pop()


def url_at(host: str, port: int, **parameters: str) -> str:
    """Return a URL with the planted password."""
    more = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"postgresql://{USER}:{PASSWORD}@{host}:{port}/app?{more}"


@pytest.mark.parametrize("asks", Asks)
def test_a_server_that_refuses_tls_is_told_no_password(asks: Asks, other: tuple[str, str]) -> None:
    host, address = other
    with impostor(asks, host=address) as server:
        assert "the server offers no TLS" in refused(url_at(host, server.port))
    assert not server.knows(USER, PASSWORD)
    assert not any(USER.encode() in told for told in server.told)


@pytest.mark.parametrize("asks", Asks)
def test_a_server_with_any_certificate_is_told_no_password(asks: Asks, certificate: Path) -> None:
    with impostor(asks, certificate) as server:
        said = refused(url_at(OTHERS[0], server.port))
    assert "the server wants to be told who we are in a way that is not allowed" in said
    assert server.told
    assert not server.knows(USER, PASSWORD)


def test_the_impostor_hears_what_a_client_tells_it_that_does_not_take_care() -> None:
    with impostor(Asks.CLEARTEXT) as plain, pytest.raises(ConnectionRefused):
        check(Settings(database_url=url_at("127.0.0.1", plain.port)))
    with impostor(Asks.MD5) as hashed, pytest.raises(ConnectionRefused):
        check(Settings(database_url=url_at("127.0.0.1", hashed.port)))
    assert plain.knows(USER, PASSWORD)
    assert hashed.knows(USER, PASSWORD)


@pytest.mark.parametrize(
    ("parameters", "what"),
    [
        pytest.param({"sslmode": mode}, "sslmode admits a connection that is not encrypted.", id=f"sslmode={mode}")
        for mode in ("disable", "allow", "prefer", "", "verify")
    ]
    + [
        pytest.param({"require_auth": method}, "require_auth admits a server that is told", id=f"require_auth={method}")
        for method in ("password", "md5", "none", "!gss", "scram-sha-256,password", "", "oauth")
    ]
    + [
        pytest.param({"channel_binding": "disable"}, "channel_binding switches off", id="channel_binding"),
        pytest.param({"gssencmode": "prefer"}, "gssencmode puts another encryption", id="gssencmode"),
        pytest.param({"ssl_min_protocol_version": "TLSv1"}, "versions of TLS that can be broken", id="old TLS"),
        pytest.param({"ssl_min_protocol_version": ""}, "versions of TLS that can be broken", id="any TLS"),
        pytest.param({"service": "elsewhere"}, "the parameter service: what it stands for", id="service"),
        pytest.param({"sslkeylogfile": "keys"}, "the parameter sslkeylogfile", id="keys"),
        pytest.param({"replication": "database"}, "the parameter replication", id="replication"),
    ],
)
def test_a_url_that_asks_for_less_is_refused_before_anything_is_sent(parameters: dict[str, str], what: str) -> None:
    with impostor(Asks.CLEARTEXT) as server:
        assert what in refused(url_at(OTHERS[0], server.port, **parameters))
    assert server.told == []


@pytest.mark.parametrize(
    "hosts",
    [
        {"host": f"localhost,{ANY}"},
        {"host": "localhost", "hostaddr": ANY},
        {"host": ANY, "hostaddr": "127.0.0.1"},
        {"host": f"/run/postgresql,127.0.0.1,{ANY}"},
        {"hostaddr": ANY},
        {"host": "localhost.localdomain"},
        {"host": "LOCALHOST"},
        {"host": "127.0.0.1.example.com"},
        {"host": "::ffff:127.0.0.1"},
    ],
    ids=lambda hosts: " ".join(hosts.values()),
)
def test_every_host_counts_and_only_what_is_literally_loopback_is_near(hosts: dict[str, str]) -> None:
    url = conninfo.make_conninfo(user=USER, password=PASSWORD, dbname="app", sslmode="prefer", **hosts)
    assert "sslmode admits a connection that is not encrypted" in refused(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost", "/run/postgresql", "", "/run,::1"])
def test_this_machine_is_asked_for_nothing_more(host: str) -> None:
    from supaschema.database.dsn import parameters_of

    given = {"host": host, "sslmode": "disable", "user": USER}
    assert parameters_of(conninfo.make_conninfo("", **given)) == given
    assert "require_auth" not in parameters_of(conninfo.make_conninfo("", host=host, user=USER))


# A real server with a real certificate


@pytest.fixture
def tls(pg_major: int, certificate: Path) -> Iterator[Cluster]:
    """A server with TLS, whose certificate is for the name localhost."""
    with temporary_cluster(pg_major) as plain:
        with connect(Settings(database_url=plain.superuser_url())) as connection:
            library = connection.execute("show ssl_library").fetchone()
        if library == ("",):
            pytest.skip(f"this PostgreSQL {pg_major} is built without TLS")
        plain.stop()
        for name in ("key", "crt"):
            file = plain.data_dir / f"server.{name}"
            shutil.copyfile(certificate.with_suffix(f".{name}"), file)
            file.chmod(0o600)
            plain.account.give(file)
        serving = replace(plain, settings={"ssl": "on"})
        serving.start()
        yield serving


def at(server: Cluster, **parameters: str) -> str:
    """Return the server's URL with other parameters."""
    return conninfo.make_conninfo(server.superuser_url(), **parameters)


def test_a_server_with_tls_is_spoken_to_encrypted_and_by_scram(tls: Cluster) -> None:
    with connect(Settings(database_url=at(tls, host=OTHERS[0]))) as connection:
        assert connection.pgconn.ssl_in_use
        assert connection.pgconn.used_password


def test_a_certificate_is_trusted_for_its_name_and_by_its_authority_alone(tls: Cluster, certificate: Path) -> None:
    known = {"sslmode": "verify-full", "sslrootcert": str(certificate.with_suffix(".crt"))}
    with connect(Settings(database_url=at(tls, host="localhost", hostaddr="127.0.0.1", **known))) as connection:
        assert connection.pgconn.ssl_in_use
    other_name = at(tls, host=OTHERS[1], **known)
    unknown = at(tls, host="localhost", sslmode="verify-full", sslrootcert="system")
    missing = at(tls, host=OTHERS[0], sslmode="verify-full", sslrootcert=str(certificate.with_suffix(".none")))
    by_default = at(tls, host=OTHERS[0], sslrootcert="system")
    for url in (other_name, unknown, missing, by_default):
        said = refused(url)
        assert "the server's certificate is not trusted" in said
        assert tls.password("supabase_admin") not in said


def test_a_client_certificate_takes_the_place_of_a_password_where_the_server_is_proven(
    tls: Cluster, certificate: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "client"
    folder.mkdir()
    client = self_signed(folder, "supabase_admin")
    assert client is not None
    client.with_suffix(".key").chmod(0o600)
    ours = client.with_suffix(".crt")
    shutil.copyfile(ours, tls.data_dir / "client.crt")
    rules = "hostssl all all 127.0.0.1/32 cert\nhostnossl all all 127.0.0.1/32 scram-sha-256\n"
    (tls.data_dir / "pg_hba.conf").write_text(rules, encoding="ascii")
    tls.stop()
    tls.account.give(tls.data_dir / "client.crt")
    replace(tls, settings={"ssl": "on", "ssl_ca_file": "client.crt"}).start()
    parts = conninfo.conninfo_to_dict(tls.superuser_url())
    parts |= {"password": None, "host": "localhost", "hostaddr": "127.0.0.1", "sslmode": "verify-full"}
    parts |= {"sslcert": str(ours), "sslkey": str(client.with_suffix(".key"))}
    parts |= {"sslrootcert": str(certificate.with_suffix(".crt")), "require_auth": "none"}
    with connect(Settings(database_url=conninfo.make_conninfo("", **parts))) as connection:
        assert connection.pgconn.ssl_in_use
        assert not connection.pgconn.used_password


def test_a_proven_server_is_told_what_the_url_allows_it(certificate: Path) -> None:
    proven = {"hostaddr": "127.0.0.1", "sslmode": "verify-full", "sslrootcert": str(certificate.with_suffix(".crt"))}
    with impostor(Asks.CLEARTEXT, certificate) as server, pytest.raises(ConnectionRefused):
        check(Settings(database_url=url_at("localhost", server.port, require_auth="password", **proven)))
    assert server.knows(USER, PASSWORD)


def test_a_server_of_this_project_without_tls_is_refused_from_afar(database: Database) -> None:
    assert "the server offers no TLS" in refused(conninfo.make_conninfo(database.url, host=OTHERS[0]))
