"""The page bears hostile texts, a narrow window, the dark, a keyboard, a lost connection and a session that ends."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localdb import sample
from tests.dashboard.visitor import LOADED, Visitor
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.sessions import Connection
from tools.dashboard import server
from tools.dashboard.configuration import CONFIGURATION
from tools.dashboard.server import StandIn

ADMIN, READER = "admin@org1.example.com", "reader@org1.example.com"
CONNECTOR, BATCH = sample.sample_id("connector", 1), sample.sample_id("batch", 1, 4)
MARKUP = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>\'"><a href=javascript:window.hit=1>'
LONGEST = "without_any_space_" * 40
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_CONTRAST = """
    (() => {
        const parts = color => color.match(/[\\d.]+/g).map(Number);
        const light = color => {
            const [r, g, b] = parts(color).slice(0, 3).map(part => part / 255)
                .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = element => {
            for (let each = element; each !== null; each = each.parentElement) {
                const color = getComputedStyle(each).backgroundColor;
                if (parts(color)[3] !== 0) return color;
            }
            return "rgb(255, 255, 255)";
        };
        return [...document.querySelectorAll("body *")]
            .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== ""))
            .filter(each => each.checkVisibility())
            .map(each => {
                const pair = [light(getComputedStyle(each).color), light(ground(each))].sort((a, b) => b - a);
                return [(pair[0] + 0.05) / (pair[1] + 0.05), each.tagName + "." + each.className];
            })
            .sort((a, b) => a[0] - b[0]);
    })()
"""


@pytest.fixture(scope="module", autouse=True)
def hostile(project: Database) -> None:
    """Texts that others write: markup where a name, an error and a type are, and words that do not end."""
    with project.connect() as connection:
        connection.execute(
            "update connector_configs"
            " set name = %s, last_error = %s, last_error_at = now(), error_count = 3 where id = %s",
            [MARKUP, MARKUP + LONGEST, CONNECTOR],
        )
        connection.execute("update file_upload_batches set batch_name = %s where id = %s", [MARKUP + LONGEST, BATCH])
        connection.execute(
            "update connector_sync_logs set error_message = %s where connector_id = %s", [MARKUP + LONGEST, CONNECTOR]
        )
        connection.execute(
            "insert into connector_webhook_events"
            " (org_id, connector_id, event_type, event_source, payload, headers, retry_count, processing_error)"
            ' select org_id, id, %s, %s, \'{"x": "in the payload"}\', \'{"x": "in a header"}\', 2, %s'
            " from connector_configs where id = %s",
            [MARKUP, MARKUP, MARKUP + LONGEST, CONNECTOR],
        )
        connection.execute(
            "insert into connector_actions (org_id, connector_id, action, details)"
            " select org_id, id, 'pause', %s from connector_configs where id = %s",
            [json.dumps({MARKUP: MARKUP + LONGEST, "more": {"a": [MARKUP]}}), CONNECTOR],
        )


@pytest.fixture
def connected(project: Database) -> Iterator[Connection]:
    with project.connect() as connection:
        yield connection


def unfold(visitor: Visitor) -> None:
    visitor.click(f"#summary-{CONNECTOR}")
    visitor.until(f"document.querySelectorAll('#history-{CONNECTOR} table').length === 2")


def test_markup_from_the_database_is_text_and_runs_nothing(visitor: Visitor) -> None:
    visitor.browser.complaints.clear()
    visitor.sign_in(ADMIN)
    unfold(visitor)
    visitor.click(f"#reset-{CONNECTOR}")
    visitor.until("document.querySelector('dialog[open]') !== null")
    asked = visitor.text("dialog h2")
    visitor.answer("Leave it")

    # Of a connector's name, errors, syncs and events, of a batch, and of an act.
    whole = visitor.text("body")
    assert whole.count(MARKUP) >= 8
    assert asked == f"Forget the errors of {MARKUP}?"
    assert visitor.browser.tell("window.hit ?? null") is None
    assert visitor.browser.tell("document.querySelectorAll('main img, main script, main a').length") == 0
    assert visitor.browser.complaints == []
    for never in ("in the payload", "in a header", "sample-token"):
        assert never not in whole


def test_the_policy_stops_what_a_text_could_not(visitor: Visitor) -> None:
    """Had markup become an element all the same, it could neither run nor tell anybody."""
    visitor.sign_in(ADMIN)
    tried = """
        (async () => {
            const script = document.createElement("script");
            const said = [];
            try { script.text = "window.hit = 1"; document.body.append(script); } catch (e) { said.push(e.name); }
            try { document.body.innerHTML = "<b>x</b>"; } catch (e) { said.push(e.name); }
            try { eval("window.hit = 1"); } catch (e) { said.push(e.name); }
            await fetch("https://example.com/").catch(e => said.push(e.name));
            return [said, window.hit ?? null];
        })()
    """
    found = visitor.browser.ask(
        "Runtime.evaluate",
        expression=tried,
        awaitPromise=True,
        returnByValue=True,
        allowUnsafeEvalBlockedByCSP=False,
    )
    said, hit = found["result"]["value"]
    assert len(said) == 4
    assert hit is None
    assert not any("example.com" in address for address in visitor.browser.requests)


@pytest.mark.parametrize(("width", "dark"), [(360, False), (360, True), (1400, True)])
def test_nothing_is_wider_than_the_window_and_everything_can_be_read(
    visitor: Visitor, width: int, *, dark: bool
) -> None:
    visitor.come(width=width, dark=dark)
    visitor.until("document.querySelector('form.sign-in') !== null")
    assert visitor.browser.tell(_OVERFLOW) == 0
    visitor.sign_in(ADMIN, width=width, dark=dark)
    unfold(visitor)
    assert visitor.browser.tell("innerWidth") == width
    assert visitor.browser.tell(_OVERFLOW) == 0
    ground = visitor.browser.tell("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") != dark
    seen = visitor.browser.tell(_CONTRAST)
    assert len(seen) > 100
    # WCAG 2.1, 1.4.3: 4.5 to 1 at least.
    assert [each for each in seen if each[0] < 4.5] == []
    visitor.click("#retry-all")
    visitor.until("document.querySelector('dialog[open]') !== null")
    assert visitor.browser.tell(_OVERFLOW) == 0
    visitor.answer("Leave it")


def named(visitor: Visitor) -> dict[str, list[str]]:
    """Return what a screen reader is told of: the names of everything of each role."""
    found: dict[str, list[str]] = {}
    for node in visitor.browser.ask("Accessibility.getFullAXTree")["nodes"]:
        if not node["ignored"]:
            found.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
    return found


def test_everything_has_a_name_that_is_read_out(visitor: Visitor) -> None:
    visitor.come()
    visitor.until("document.querySelector('form.sign-in') !== null")
    assert named(visitor)["textbox"] == ["Email", "Password"]
    visitor.sign_in(ADMIN)
    unfold(visitor)
    seen = named(visitor)
    for role in ("button", "combobox", "heading", "region", "DisclosureTriangle"):
        assert seen[role], role
        assert "" not in seen[role], role
    assert seen["combobox"] == ["Frequency"] * 8
    assert visitor.browser.tell("document.documentElement.lang") == "en"


def test_the_focus_stays_where_the_work_is(visitor: Visitor) -> None:
    visitor.sign_in(ADMIN)
    for act, after in (("pause", "title"), ("resume", "title"), ("change", "change")):
        visitor.browser.tell("document.querySelector('#told').textContent = ''")
        visitor.browser.tell(f"document.getElementById('{act}-{CONNECTOR}').focus()")
        visitor.press("Enter")
        visitor.until("document.querySelector('#told').textContent !== ''")
        visitor.until(f"document.activeElement.id === '{after}-{CONNECTOR}'")


def test_a_lost_connection_is_told_and_nothing_is_said_to_be_done(visitor: Visitor, connected: Connection) -> None:
    visitor.sign_in(ADMIN)
    acts = "select count(*) from connector_actions"
    before = one(connected, acts)
    lost: dict[str, Any] = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    visitor.browser.ask("Network.emulateNetworkConditions", offline=True, **lost)
    try:
        visitor.until("document.querySelector('#failed').textContent.includes('What you see may be old')")
        visitor.click(f"#sync-{CONNECTOR}")
        visitor.until("document.querySelector('#failed').textContent.includes('cannot be reached')")
        assert visitor.text("#told") == ""
        assert visitor.browser.tell(LOADED)
    finally:
        visitor.browser.ask("Network.emulateNetworkConditions", offline=False, **lost)
    assert one(connected, acts) == before
    visitor.until("document.querySelector('#failed').textContent === ''")


def test_who_leaves_without_a_connection_is_gone_all_the_same(visitor: Visitor) -> None:
    visitor.sign_in(ADMIN)
    lost: dict[str, Any] = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    visitor.browser.ask("Network.emulateNetworkConditions", offline=True, **lost)
    try:
        visitor.click("#sign-out")
        visitor.until("document.querySelector('form.sign-in') !== null")
        assert visitor.browser.tell("Object.keys(sessionStorage).filter(each => each.includes('auth')).length") == 0
    finally:
        visitor.browser.ask("Network.emulateNetworkConditions", offline=False, **lost)


@pytest.mark.parametrize("where", ["the project's", "the tab's"])
@pytest.mark.parametrize("press", ["#refresh", f"#pause-{CONNECTOR}"])
def test_a_session_that_ended_is_told_and_leads_to_the_way_in(
    visitor: Visitor, site: StandIn, where: str, press: str
) -> None:
    visitor.sign_in(ADMIN)
    if where == "the tab's":
        visitor.browser.tell("sessionStorage.clear()")
    else:
        site.people.end_all()
    visitor.click(press)
    visitor.until("document.querySelector('form.sign-in') !== null")

    assert visitor.text("#failed") == "Your session has ended. Sign in again."
    assert visitor.texts("h3, table, #who") == []


def test_a_session_is_prolonged_and_lasts_over_a_reload(visitor: Visitor, site: StandIn) -> None:
    # The library prolongs what ends within a minute and a half.
    site.people.seconds = 60
    try:
        visitor.sign_in(READER)
        site.asked.clear()
        visitor.browser.show("about:blank", width=1000, dark=False)
        visitor.browser.show(visitor.address, width=1000, dark=False)
        visitor.until(LOADED)
    finally:
        site.people.seconds = 3600
    assert "POST /auth/v1/token" in site.asked
    visitor.click("#sign-out")
    visitor.until("document.querySelector('form.sign-in') !== null")
    assert visitor.text("#told") == "You are signed out."
    assert visitor.text("#failed") == ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"publishableKey": "sb_secret_x"}, "is not a publishable one"),
        ({"publishableKey": "e30.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.x"}, "is not a publishable one"),
        ({"supabaseUrl": None}, "names no project"),
    ],
)
def test_a_page_that_was_set_up_wrongly_says_so_and_asks_nobody(
    visitor: Visitor, site: StandIn, change: dict[str, Any], told: str
) -> None:
    file = site.files / CONFIGURATION
    right = file.read_text(encoding="utf-8")
    file.write_text(json.dumps({**json.loads(right), **change}), encoding="utf-8")
    try:
        visitor.come()
        visitor.until("document.querySelector('#failed').textContent !== ''")
    finally:
        file.write_text(right, encoding="utf-8")
    assert told in visitor.text("#failed")
    asked = visitor.browser.tell("performance.getEntriesByType('resource').map(each => new URL(each.name).pathname)")
    assert sorted(asked) == ["/config.json", "/dashboard.js", "/style.css"]


def test_a_role_that_is_not_told_is_shown_no_acts(visitor: Visitor, site: StandIn) -> None:
    file = site.files / CONFIGURATION
    right = file.read_text(encoding="utf-8")
    file.write_text(json.dumps({**json.loads(right), "identity": None}), encoding="utf-8")
    try:
        visitor.sign_in(ADMIN)
    finally:
        file.write_text(right, encoding="utf-8")
    assert "Your role is not known here" in visitor.text("#read-only")
    assert visitor.texts("main button") == []


@pytest.mark.parametrize("header", [True, False])
def test_no_other_page_shows_it_inside_itself(
    visitor: Visitor, site: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, header: bool
) -> None:
    """By the server's header, and where a server sends none, by itself: before it asks which project it is for."""
    if not header:
        monkeypatch.delitem(server._HEADERS, "Content-Security-Policy")
    around = tmp_path / "around.html"
    around.write_text(f'<!doctype html><iframe src="{visitor.address}"></iframe>', encoding="utf-8")
    site.asked.clear()
    # The document is complete when the frame is.
    visitor.browser.show(around.as_uri(), width=1000, dark=False)
    time.sleep(0.3)
    asked = {"GET /"} if header else {"GET /", "GET /style.css", "GET /dashboard.js"}
    assert set(site.asked) == asked
