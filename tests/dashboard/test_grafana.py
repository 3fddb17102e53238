"""Grafana's own components draw each panel of both dashboards from what is answered; the docs show these pictures."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from localdb import platform
from roles import CONNECTOR_MONITOR
from tests.dashboard.conftest import EVENTS, PASSWORD, ROOT
from tests.dashboard.day import TIMES, played
from tests.fixtures.postgres import Database, Server, create
from tests.fixtures.roles import machine_logins
from tests.support.chromium import Browser, browser
from tests.support.exporter import EXPORTER, exported
from tests.support.prometheus import PROMETHEUS, STEP, prometheus, series
from tools.dashboard.configuration import FILES
from tools.dashboard.server import served

ADMIN = "admin@org1.example.com"
WIDTH = 1200
DAY = 24 * 3600
DASHBOARDS = {name: ROOT / "monitoring" / "dashboards" / f"{name}.json" for name in ("operators", "organizations")}
MOST_BYTES = 250_000
_NEEDS = "needs npm, prometheus, promtool and sql_exporter (Debian: nodejs npm prometheus prometheus-sql-exporter)"
_SECONDS = 20
_SEEN = """
    Object.fromEntries([...document.querySelectorAll("section[data-title]:not([data-type=row])")].map(section => {
        const colored = canvas => {
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", {willReadFrequently: true});
            copy.drawImage(canvas, 0, 0);
            const drawn = copy.getImageData(0, 0, canvas.width, canvas.height).data;
            let found = 0;
            for (let at = 0; at < drawn.length; at += 4) {
                const [least, most] = [Math.min(...drawn.slice(at, at + 3)), Math.max(...drawn.slice(at, at + 3))];
                if (drawn[at + 3] > 100 && most - least > 60) found += 1;
            }
            return found;
        };
        return [section.dataset.title, {
            text: section.innerText,
            colored: [...section.querySelectorAll("canvas")].reduce((sum, canvas) => sum + colored(canvas), 0),
            rows: [...section.querySelectorAll("[role=row]")].map(row =>
                [...row.querySelectorAll("[role=cell]")].map(cell => cell.innerText)).filter(row => row.length > 0),
        }];
    }))
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A dashboard and what its panels' queries are answered, by the panels' titles."""

    dashboard: Mapping[str, Any]
    answers: Mapping[str, list[dict[str, Any]]]
    until: int

    @property
    def panels(self) -> list[dict[str, Any]]:
        """Those that show something."""
        return [panel for panel in self.dashboard["panels"] if panel["type"] != "row"]


@pytest.fixture(scope="module")
def drawer() -> Path:
    """The folder with what draws. It must not go unnoticed in CI that something is missing."""
    if not (shutil.which("npm") and PROMETHEUS and EXPORTER):
        assert not os.environ.get("CI") or "prometheus" in os.environ.get("TESTS_WITHOUT", ""), _NEEDS
        pytest.skip(_NEEDS)
    (ROOT / ".local").mkdir(exist_ok=True)
    with (ROOT / ".local" / "pictures.lock").open("w") as lock:
        # Another worker may be building it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["scripts/pictures.sh", "--build"], cwd=ROOT, check=True)
    return ROOT / "monitoring" / "pictures" / "dist"


@pytest.fixture(scope="module")
def shown(
    drawer: Path, server: Server, provisioned_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Shown]]:
    """Both dashboards and the answers: of a day for the operators, of its end for an organization's admins."""
    database = create(server, "grafana", provisioned_template)
    platform.load_sample_after_up(database.url, EVENTS)
    folder = tmp_path_factory.mktemp("prometheus")
    until = int(time.time())
    read = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in DASHBOARDS.items()}
    states = _states(database, folder)
    with prometheus(folder, states, until - DAY, DAY // TIMES) as address:
        metrics = {
            panel["title"]: series(address, panel["targets"][0]["expr"], until - DAY, until)
            for panel in read["operators"]["panels"]
            if panel["type"] != "row"
        }
    rows = _rows(
        database, folder, {each["title"]: each["targets"][0]["url"] for each in read["organizations"]["panels"]}
    )
    yield {
        "operators": Shown(read["operators"], metrics, until),
        "organizations": Shown(read["organizations"], rows, until),
    }
    platform.drop_database(server.superuser_url, database.name)


@pytest.fixture(scope="module")
def window(drawer: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser") / "profile") as found:
        yield found


def _states(database: Database, folder: Path) -> list[dict[str, str]]:
    """Return what is exported at each time of the day, with how drift and validation ended, as the scripts note it."""
    states = []
    with machine_logins(database) as urls, database.connect() as owner:
        for number in played(owner):
            checks = _checks(folder / f"checks-{number}", drift=2 if number in {5, 6} else 0)
            states.append(exported(urls[CONNECTOR_MONITOR.name]) | checks)
    return states


def _checks(folder: Path, drift: int) -> dict[str, str]:
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    noted = f". scripts/common.sh; STACK=local; record_outcome drift {drift}; record_outcome validation 0"
    told = {**os.environ, "SUPASCHEMA_METRICS": str(folder)}
    subprocess.run(["bash", "-euc", noted], cwd=folder, env=told, check=True)
    lines = [line for file in folder.glob("*.prom") for line in file.read_text(encoding="ascii").splitlines()]
    return {name: value for name, _, value in (line.rpartition(" ") for line in lines)}


def _rows(database: Database, folder: Path, asked: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Return what an admin is answered by the API's stand-in."""
    (page := folder / "page").mkdir()
    for name in FILES:
        (page / name).touch()
    with served(database.url, page, PASSWORD) as stand_in:

        def answer(path: str, token: str, body: bytes | None = None) -> Any:
            headers = {"apikey": stand_in.key, "Authorization": f"Bearer {token}"}
            request = urllib.request.Request(f"{stand_in.address}{path}", body, headers)  # noqa: S310 - it is http
            with urllib.request.urlopen(request) as told:  # noqa: S310
                return json.load(told)

        who = json.dumps({"email": ADMIN, "password": PASSWORD}).encode()
        token = answer("/auth/v1/token?grant_type=password", stand_in.key, who)["access_token"]
        return {title: answer(f"/rest/v1{path}", token) for title, path in asked.items()}


def draw(window: Browser, drawer: Path, shown: Shown) -> dict[str, dict[str, Any]]:
    """Draw a dashboard, and return what is seen of each panel, by its title."""
    window.complaints.clear()
    window.requests.clear()
    window.show((drawer / "index.html").as_uri(), width=WIDTH, dark=False)
    span = {"from": (shown.until - DAY) * 1000, "to": shown.until * 1000, "step": STEP}
    given = ", ".join(json.dumps(each) for each in (shown.dashboard, shown.answers, span, WIDTH))
    window.tell(f"draw({given})")
    window.heighten(window.tell("document.querySelector('main').offsetHeight"))
    end = time.monotonic() + _SECONDS
    while window.tell("document.querySelectorAll('section[data-title]').length") < len(shown.dashboard["panels"]):
        assert time.monotonic() < end, window.complaints
        time.sleep(0.05)
    window.ask(
        "Runtime.evaluate",
        expression="new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))",
        awaitPromise=True,
    )
    seen: dict[str, dict[str, Any]] = window.tell(_SEEN)
    return seen


@pytest.mark.long
@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_panel_is_drawn_with_what_was_answered(
    shown: dict[str, Shown], window: Browser, drawer: Path, name: str
) -> None:
    asked = shown[name]
    seen = draw(window, drawer, asked)
    picture = ROOT / "docs" / f"grafana-{name}.png"
    if os.environ.get("PICTURE") == "write":
        picture.write_bytes(window.picture())

    assert window.complaints == []
    assert [each for each in window.requests if not each.startswith(("file:", "data:"))] == []
    assert list(seen) == [panel["title"] for panel in asked.panels]
    for panel in asked.panels:
        title, answer = panel["title"], asked.answers[panel["title"]]
        assert answer, f"{title}: nothing was answered"
        assert panel["type"] in {"timeseries", "table"}
        (_lines_are_seen if panel["type"] == "timeseries" else _rows_are_seen)(panel, answer, seen[title])


def _lines_are_seen(panel: dict[str, Any], answer: list[dict[str, Any]], seen: dict[str, Any]) -> None:
    legend = panel["targets"][0]["legendFormat"]
    for one in answer:
        named = legend
        for label, value in one["metric"].items():
            named = named.replace(f"{{{{{label}}}}}", value)
        assert named in seen["text"], panel["title"]
    assert seen["colored"] > WIDTH // 4, f"{panel['title']}: no line is seen"


def _rows_are_seen(panel: dict[str, Any], answer: list[dict[str, Any]], seen: dict[str, Any]) -> None:
    columns = panel["targets"][0]["columns"]
    for column in columns:
        assert column["text"] in seen["text"], panel["title"]
    assert 0 < len(seen["rows"]) <= len(answer)
    for row, told in zip(seen["rows"], answer, strict=False):
        texts = dict(zip((column["selector"] for column in columns), row, strict=True))
        for column in columns:
            if column["type"] == "string":
                assert texts[column["selector"]].strip() == (told[column["selector"]] or "")


@pytest.mark.parametrize("name", DASHBOARDS)
def test_the_docs_show_a_small_picture(name: str) -> None:
    picture = ROOT / "docs" / f"grafana-{name}.png"
    assert f"({picture.name})" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < MOST_BYTES
