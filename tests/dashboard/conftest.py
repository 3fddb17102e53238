"""The page, built and served with a project of its own; all tests of a file share both and the browser."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from localdb import platform
from tests.dashboard.visitor import Visitor
from tests.fixtures.postgres import Database, Server, create
from tests.support.chromium import browser
from tools.dashboard.server import StandIn, served

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "everybody's in these tests"
EVENTS = 2_000


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder with the page as it is built. It must not go unnoticed in CI that it cannot be."""
    if shutil.which("npm") is None:
        assert not os.environ.get("CI"), "needs Node.js"
        pytest.skip("needs Node.js (on Debian: apt-get install nodejs npm)")
    (ROOT / ".local").mkdir(exist_ok=True)
    with (ROOT / ".local" / "dashboard.lock").open("w") as lock:
        # Another worker may be building it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["scripts/dashboard.sh", "--build"], cwd=ROOT, check=True)
    return ROOT / "dashboard" / "dist"


@pytest.fixture(scope="module")
def project(server: Server, provisioned_template: str) -> Iterator[Database]:
    """A database with the connector system and its sample rows."""
    database = create(server, "dashboard", provisioned_template)
    platform.load_sample_after_up(database.url, EVENTS)
    yield database
    platform.drop_database(server.superuser_url, database.name)


@pytest.fixture(scope="module")
def site(project: Database, built: Path) -> Iterator[StandIn]:
    """The page's address, and the project behind it."""
    with served(project.url, built, PASSWORD) as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def visitor(site: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Somebody with a browser."""
    with browser(tmp_path_factory.mktemp("browser") / "profile") as found:
        yield Visitor(found, f"{site.address}/", PASSWORD)
