"""A cluster keeps its data, its port and its passwords, and copes with what a crash leaves."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from localdb import account, cluster, local, postmaster, servers, temporary
from localdb.__main__ import main
from localdb.cluster import Cluster
from localdb.errors import ClusterError, LocalDatabaseError


@pytest.fixture(scope="module")
def shared() -> Iterator[Cluster]:
    with temporary.temporary_cluster(17) as running:
        yield running


@pytest.fixture
def stopped(shared: Cluster) -> Iterator[Cluster]:
    """The shared cluster, not running; whatever a test does, it is found running afterwards."""
    shared.stop()
    yield shared
    shared.start()


def _ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row and row[0]


def test_a_cluster_is_utf8_on_one_address_with_scram(shared: Cluster) -> None:
    url = shared.superuser_url()
    assert _ask(url, "show server_encoding") == "UTF8"
    assert _ask(url, "show listen_addresses") == "127.0.0.1"
    assert _ask(url, "show unix_socket_directories") == ""
    assert _ask(url, "show max_connections") == "100"
    assert _ask(url, "select datcollate from pg_database where datname = 'postgres'") == "C.UTF-8"
    assert _ask(url, "select string_agg(distinct auth_method, ' ') from pg_hba_file_rules") == "scram-sha-256"
    assert _ask(url, "select rolname from pg_roles where oid = 10") == "supabase_admin"


def test_a_wrong_password_is_refused(shared: Cluster) -> None:
    url = shared.superuser_url().replace(shared.password("supabase_admin"), "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_secrets_are_readable_by_their_owner_only(shared: Cluster) -> None:
    for file in shared.directory.glob("password.*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not (shared.directory / "password.initdb").exists()


def test_a_role_without_a_kept_password_is_refused(shared: Cluster) -> None:
    with pytest.raises(ClusterError, match=r"there is no password\.anon"):
        shared.password("anon")


def test_starting_and_creating_again_do_nothing(shared: Cluster) -> None:
    before = shared.status()
    assert (shared.start(), shared.create(), shared.status()) == (False, False, before)


def test_data_and_port_survive_a_stop(shared: Cluster) -> None:
    port = shared.status().port
    with psycopg.connect(shared.superuser_url()) as connection:
        connection.execute("create table kept as select 42 as answer")
    assert shared.stop()
    assert not shared.stop()
    assert shared.status() == postmaster.Status(shared.data_dir)
    assert shared.start()
    assert shared.status().port == port
    assert _ask(shared.superuser_url(), "table kept") == 42


def test_a_taken_port_is_replaced_by_a_free_one(stopped: Cluster) -> None:
    taken = int((stopped.directory / "port").read_text())
    with socket.create_server(("127.0.0.1", taken)):
        assert stopped.start()
        assert stopped.status().port != taken
    assert _ask(stopped.superuser_url(), "select 1") == 1


def test_a_taken_port_that_was_asked_for_is_an_error(stopped: Cluster) -> None:
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        asked = replace(stopped, port=squatter.getsockname()[1])
        with pytest.raises(ClusterError, match=r"port \d+ is taken"):
            asked.start()


def test_settings_reach_the_server(stopped: Cluster) -> None:
    assert replace(stopped, settings={"application_name": "it's us"}).start()
    assert _ask(stopped.superuser_url(), "show application_name") == "it's us"
    stopped.stop()


def test_a_server_that_does_not_start_says_why(stopped: Cluster) -> None:
    with pytest.raises(ClusterError, match=r"(?s)does not start.*max_connections"):
        replace(stopped, settings={"max_connections": "many"}).start()


def test_a_killed_server_starts_again(shared: Cluster) -> None:
    pid = shared.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while shared.status().running:
        time.sleep(0.01)
    assert (shared.data_dir / "postmaster.pid").exists()
    assert shared.start()
    assert _ask(shared.superuser_url(), "select 1") == 1


def test_a_stranger_with_the_old_number_is_left_alone(stopped: Cluster) -> None:
    """After a restart of the machine the number in postmaster.pid may be any program's."""
    with subprocess.Popen(["sleep", "60"]) as stranger:
        lines = [str(stranger.pid), str(stopped.data_dir), "1", "5432", "", "127.0.0.1", "1 1", "ready"]
        (stopped.data_dir / "postmaster.pid").write_text("\n".join(lines) + "\n")
        assert not stopped.status().running
        assert not stopped.stop()
        assert stranger.poll() is None
        assert stopped.start()
        assert stranger.poll() is None
        stranger.kill()


def test_a_half_written_postmaster_file_means_not_running(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text("1\n")
    assert not postmaster.read_status(tmp_path).running


def test_an_interrupted_creation_is_begun_again() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        made = Cluster(servers.find(17), Path(folder), durable=False)
        (made.directory / "data.new" / "rest").mkdir(parents=True)
        assert made.create()
        assert (made.data_dir / "PG_VERSION").read_text() == "17\n"


def test_data_of_another_version_are_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("15\n")
    with pytest.raises(ClusterError, match="these are data of PostgreSQL 15, not 17"):
        Cluster(servers.find(17), tmp_path).start()


def test_before_the_first_start_there_is_no_url(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="Start the server first"):
        Cluster(servers.find(17), tmp_path).superuser_url()


def test_many_starts_at_once_make_one_server(stopped: Cluster) -> None:
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda _: stopped.start(), range(4)))
    assert sorted(started) == [False, False, False, True]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
def test_root_without_namespaces_runs_it_as_nobody() -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o711)
    try:
        made = Cluster(servers.find(17), folder, durable=False, account=account.nobody())
        made.start()
        pid = made.status().pid
        assert Path(f"/proc/{pid}").stat().st_uid == account.nobody().uid
        assert _ask(made.superuser_url(), "select 1") == 1
        assert made.stop()
    finally:
        shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
def test_an_installation_closed_to_nobody_is_copied(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    wheel = servers.find(17)
    shutil.copytree(wheel.bindir.parent, closed / "pginstall", symlinks=True)
    server = servers.Server(17, closed / "pginstall" / "bin", "test")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        bindir = account.nobody().bindir(server, Path(folder))
        assert bindir.is_relative_to(folder)
        assert account.nobody().run([bindir / "postgres", "--version"], Path(folder) / "log") == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
def test_a_folder_closed_to_nobody_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(ClusterError, match="SUPASCHEMA_LOCAL_DIR"):
        Cluster(servers.find(17), tmp_path / "pg", account=account.nobody()).start()


def test_a_temporary_server_whose_owner_was_killed_is_removed() -> None:
    program = (
        "from localdb.temporary import temporary_cluster\n"
        "with temporary_cluster(17) as made:\n"
        "    print(made.directory, flush=True)\n"
        "    input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        directory = Path(owner.stdout.readline().strip())
        temporary.remove_abandoned()
        assert postmaster.read_status(directory / "data").running
        owner.kill()
    temporary.remove_abandoned()
    assert not directory.exists()


@pytest.mark.parametrize(
    ("enough", "variable", "expected"), [(0, "", "memory"), (2**60, "", "disk"), (0, "named", "disk")]
)
def test_a_temporary_server_is_in_memory_only_where_there_is_enough_and_nothing_else_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enough: int, variable: str, expected: str
) -> None:
    for name in ("memory", "disk"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(temporary, "MEMORY", tmp_path / "memory")
    monkeypatch.setattr(temporary, "ENOUGH", enough)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "disk"))
    monkeypatch.setenv("TMPDIR", variable)
    assert temporary.place() == tmp_path / expected
    monkeypatch.setattr(temporary, "MEMORY", tmp_path / "nowhere")
    assert temporary.place() == tmp_path / "disk"


def test_the_command_line_starts_tells_and_stops(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        monkeypatch.setenv("SUPASCHEMA_LOCAL_DIR", folder)
        assert main(["status"]) == 3
        assert main(["url"]) == 1
        assert main(["start", "--existing"]) == 3
        assert main(["start"]) == 0
        assert main(["start"]) == 0
        assert main(["status"]) == 0
        assert main(["url", "--superuser"]) == 0
        assert main(["stop"]) == 0
        assert main(["stop"]) == 0
        assert main(["remove"]) == 0
        assert list(Path(folder).iterdir()) == []
    said = capsys.readouterr()
    assert "Start the server first" in said.err
    assert "already running" in said.out
    assert "@127.0.0.1:" in said.out
    assert "was not running" in said.out


def test_the_local_version_is_chosen_by_a_variable(tmp_path: Path) -> None:
    chosen = local.local_cluster({"SUPASCHEMA_LOCAL_PG": "18", "SUPASCHEMA_LOCAL_DIR": str(tmp_path)})
    assert (chosen.major, chosen.directory) == (18, tmp_path / "postgres-18")
    with pytest.raises(LocalDatabaseError, match="SUPASCHEMA_LOCAL_PG=new"):
        local.local_cluster({"SUPASCHEMA_LOCAL_PG": "new"})


def test_the_owner_is_the_one_of_the_platform() -> None:
    from localdb import platform

    assert cluster.OWNER == platform.OWNER


# Names that mean something to a shell, a URL, a configuration file or a terminal

HOSTILE = 'a %41 $(touch pwned) `touch pwned` "q" it\'s \\n é ;&|#?'


@pytest.fixture
def hostile() -> Iterator[Path]:
    """A folder of such a name, open to every account; what is run by its name would leave a file somewhere."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        named = Path(folder) / HOSTILE
        named.mkdir()
        yield named


def traces(folder: Path) -> list[Path]:
    return [place / "pwned" for place in (Path("/"), Path.home(), Path.cwd(), folder, folder.parent)]


def test_no_name_of_a_folder_is_run_by_a_shell(hostile: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SUPASCHEMA_CACHE", str(tmp_path))
    wheel = servers.find(17)
    shutil.copytree(wheel.bindir.parent, hostile / "pginstall", symlinks=True)
    server = servers.Server(17, hostile / "pginstall" / "bin", "a folder of an odd name")
    there = Cluster(server, hostile / "postgres-17", durable=False, settings={"application_name": "a\\b'c\\n"})
    try:
        if there.account.is_other:
            pytest.skip("another account runs servers here, and cannot enter the cache")
        assert there.start()
        assert _ask(there.superuser_url(), "show data_directory") == str(there.data_dir)
        assert _ask(there.superuser_url(), "show application_name") == "a\\b'c\\n"
        assert _ask(there.superuser_url(), "select 1 from pg_language where lanname = 'plpgsql'") == 1
        assert there.stop()
        assert there.start()
        assert not [trace for trace in traces(hostile) if trace.exists()]
    finally:
        there.remove()
        for trace in traces(hostile):
            trace.unlink(missing_ok=True)


def test_where_no_path_is_plain_it_is_refused_before_anything_is_run(
    hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPASCHEMA_CACHE", str(hostile / "cache"))
    server = servers.Server(17, hostile, "a folder of an odd name")
    for name in ("postgres", "initdb"):
        (hostile / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 17.0'\n")
        (hostile / name).chmod(0o755)
    with pytest.raises(ClusterError, match=r"which would take part of this one for commands\. Move the project"):
        Cluster(server, hostile / "postgres-17").start()
    assert not (hostile / "postgres-17" / "data").exists()
    assert not [trace for trace in traces(hostile) if trace.exists()]
