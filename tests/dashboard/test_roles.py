"""Who sees what on the page, and what each may do: an admin, a reader, another organization's owner, and nobody."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from localdb import sample
from tests.dashboard.conftest import ROOT
from tests.dashboard.visitor import Visitor
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.sessions import Connection
from tools.dashboard.server import StandIn

ADMIN, READER, STRANGER = "admin@org1.example.com", "reader@org1.example.com", "owner@org2.example.com"
OURS = [f"Connector {n}" for n in range(1, 9)]
THEIRS = [f"Connector {n}" for n in range(9, 17)]
EVERYBODYS = ["Connectors", "Upload batches", "Syncs"]
FAILING, PAUSED, WELL, ALSO_WELL = (sample.sample_id("connector", n) for n in (7, 5, 1, 4))
BATCH = sample.sample_id("batch", 1, 4)


@dataclass(frozen=True, slots=True)
class Act:
    """A button: its id before the dash, and whose it is; what confirms it; how it is written down; what is told."""

    button: str
    whose: UUID
    verb: str | None
    written: str
    told: str


ACTS = (
    Act("pause", WELL, None, "pause", "Connector 1 is paused."),
    Act("resume", WELL, None, "resume", "Connector 1 syncs again."),
    Act("sync", WELL, None, "sync now", "Connector 1 syncs as soon as a worker is free."),
    Act("change", WELL, None, "change frequency", "Connector 1 syncs weekly from now on."),
    Act("reset", FAILING, "Forget them", "reset errors", "The errors of Connector 7 are forgotten."),
    Act("retry", WELL, "Retry them", "retry webhook events", "1 events of Connector 1 wait to be tried again."),
    Act("cancel", BATCH, "Cancel the batch", "cancel upload batch", "Batch 4 is cancelled."),
)


@pytest.fixture
def owner(project: Database) -> Any:
    with project.connect() as connection:
        yield connection


def audit(connection: Connection) -> int:
    return int(str(one(connection, "select count(*) from connector_actions")))


def fail_an_event(connection: Connection, connector: UUID) -> None:
    connection.execute(
        "insert into connector_webhook_events"
        " (org_id, connector_id, event_type, payload, retry_count, processing_error)"
        " select org_id, id, 'file.created', '{\"text\": \"private\"}', 3, 'timeout'"
        " from connector_configs where id = %s",
        [connector],
    )


def test_a_reader_sees_the_own_organization_and_no_way_to_act(visitor: Visitor) -> None:
    visitor.sign_in(READER)

    assert sorted(visitor.texts("h3")) == OURS
    assert visitor.texts("h2") == EVERYBODYS
    assert "signed in as reader" in visitor.text("#read-only")
    assert visitor.texts("main button, main select") == []
    visitor.click(f"#summary-{WELL}")
    visitor.until(f"document.querySelector('#history-{WELL} table') !== null")
    assert visitor.texts(f"#history-{WELL} caption") == ["Recent syncs"]


def test_an_admin_sees_queue_and_audit_too_and_of_the_own_organization_alone(visitor: Visitor) -> None:
    visitor.sign_in(ADMIN)

    # What fails comes first, then by name.
    assert visitor.texts("h3") == ["Connector 7", *(name for name in OURS if name != "Connector 7")]
    assert visitor.texts("h2") == ["Connectors", "Webhook events", "Upload batches", "Syncs", "What admins did"]
    assert visitor.text("#read-only") == ""
    assert visitor.text(f"#connector-{FAILING} .health") == "failing"
    assert visitor.text(f"#connector-{PAUSED} .health") == "paused"
    assert "Connector 9" not in visitor.text("body")
    visitor.click(f"#summary-{WELL}")
    visitor.until(f"document.querySelectorAll('#history-{WELL} table').length === 2")
    assert visitor.texts(f"#history-{WELL} caption") == ["Recent syncs", "Recent webhook events"]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.button)
def test_every_act_works_and_is_written_down_where_admins_see_it(visitor: Visitor, owner: Connection, act: Act) -> None:
    if act.button == "retry":
        fail_an_event(owner, act.whose)
    before = audit(owner)
    visitor.sign_in(ADMIN)
    if act.button == "change":
        visitor.browser.tell(f"document.getElementById('frequency-{act.whose}').value = 'weekly'")
    visitor.click(f"#{act.button}-{act.whose}")
    if act.verb is not None:
        visitor.answer(act.verb)
    visitor.until("document.querySelector('#told').textContent !== ''")

    assert visitor.text("#told") == act.told
    assert visitor.text("#failed") == ""
    assert audit(owner) == before + 1
    visitor.until(f"document.querySelectorAll('[aria-labelledby=what-admins-did] tbody tr').length >= {before + 1}")
    newest = visitor.texts("[aria-labelledby=what-admins-did] tbody tr:first-child td")
    assert newest[1:3] == ["you", act.written]


@pytest.mark.parametrize("way", ["Leave it", "Escape"])
def test_what_is_not_confirmed_is_not_done(visitor: Visitor, owner: Connection, way: str) -> None:
    fail_an_event(owner, WELL)
    before = audit(owner)
    visitor.sign_in(ADMIN)
    visitor.click("#retry-all")
    visitor.until("document.activeElement?.textContent === 'Leave it'")
    if way == "Escape":
        visitor.press("Escape")
        visitor.until("document.querySelector('dialog') === null")
    else:
        visitor.answer(way)

    assert visitor.browser.tell("document.activeElement.id") == "retry-all"
    assert audit(owner) == before


MEANWHILE = (
    ("update users set role = 'reader' where email = 'admin@org1.example.com'", "only owners and admins"),
    (f"update connector_configs set is_active = false where id = '{ALSO_WELL}'", "is paused. Resume it first."),
    (f"delete from connector_configs where id = '{ALSO_WELL}'", "It is not there any more"),
)


@pytest.mark.parametrize(("change", "told"), MEANWHILE, ids=["role", "paused", "deleted"])
def test_what_somebody_else_did_meanwhile_is_told_in_plain_words(
    visitor: Visitor, owner: Connection, change: str, told: str
) -> None:
    before = audit(owner)
    visitor.sign_in(ADMIN)
    with owner.transaction():
        undone = owner.execute(
            "select row_to_json(c)::text from connector_configs as c where id = %s", [ALSO_WELL]
        ).fetchone()
        owner.execute(change.encode())
    try:
        visitor.click(f"#sync-{ALSO_WELL}")
        visitor.until("document.querySelector('#failed').textContent !== ''")
        assert told in visitor.text("#failed")
        assert visitor.text("#told") == ""
        assert visitor.browser.tell(f"document.getElementById('sync-{ALSO_WELL}').disabled") is False
    finally:
        owner.execute("update users set role = 'admin' where email = 'admin@org1.example.com'")
        owner.execute("delete from connector_configs where id = %s", [ALSO_WELL])
        owner.execute(
            "insert into connector_configs select * from json_populate_record(null::connector_configs, %s)", undone
        )
    assert audit(owner) == before


def calls() -> dict[str, dict[str, Any]]:
    connector = {"connector_id": str(FAILING)}
    return {
        "pause_connector": connector,
        "resume_connector": connector,
        "sync_connector_now": connector,
        "change_connector_frequency": {**connector, "frequency": "daily"},
        "reset_connector_errors": connector,
        "retry_webhook_events": connector,
        "cancel_upload_batch": {"batch_id": str(sample.sample_id("batch", 1, 8))},
    }


def state(connection: Connection) -> list[Any]:
    return connection.execute(
        "select array_agg(config order by config.id)::text from connector_configs as config"
        " union all select array_agg(batch order by batch.id)::text from file_upload_batches as batch"
        " union all select count(*)::text from connector_actions"
    ).fetchall()


def test_no_forged_id_reaches_another_organization(visitor: Visitor, owner: Connection) -> None:
    before = state(owner)
    visitor.sign_in(STRANGER)

    assert sorted(visitor.texts("h3")) == sorted(THEIRS)
    assert not set(OURS) & {name for row in visitor.texts("main tbody td:first-child") for name in row.split("\n")}
    for function, arguments in calls().items():
        status, told = visitor.asks(f"/rest/v1/rpc/{function}", arguments)
        assert (status, told["code"]) == (500, "P0002"), function
    status, told = visitor.asks(f"/rest/v1/connector_health?select=name&connector_id=eq.{FAILING}")
    assert (status, told) == (200, [])
    # The id that a button sends, changed on its way.
    visitor.browser.tell(
        f"{{const ask = fetch; window.fetch = (where, how) => ask(where, {{...how, body: how?.body?.replaceAll("
        f"'{sample.sample_id('connector', 9)}', '{FAILING}')}})}}"
    )
    visitor.click(f"#pause-{sample.sample_id('connector', 9)}")
    visitor.until("document.querySelector('#failed').textContent !== ''")
    assert "belongs to another organization" in visitor.text("#failed")
    assert state(owner) == before


def test_a_reader_who_asks_the_api_by_hand_is_refused(visitor: Visitor, owner: Connection) -> None:
    before = state(owner)
    visitor.sign_in(READER)

    for function, arguments in calls().items():
        status, told = visitor.asks(f"/rest/v1/rpc/{function}", arguments)
        assert (status, told["code"]) == (403, "42501"), function
    for relation in ("connector_actions", "connector_webhook_events", "connector_webhook_health"):
        assert visitor.asks(f"/rest/v1/{relation}?select=connector_id") == (200, []), relation
    assert visitor.asks("/rest/v1/connector_configs?select=credentials")[0] == 403
    assert state(owner) == before


def test_nobody_sees_the_way_in_and_nothing_else(visitor: Visitor, site: StandIn) -> None:
    visitor.come()
    visitor.until("document.querySelector('form.sign-in') !== null")

    assert visitor.texts("h2") == ["Sign in"]
    for function, arguments in calls().items():
        assert visitor.asks(f"/rest/v1/rpc/{function}", arguments)[0] == 401, function
    for relation in ("connector_health", "connector_actions", "connector_sync_logs", "file_upload_batches"):
        assert visitor.asks(f"/rest/v1/{relation}?select=org_id")[0] == 401, relation
    site.asked.clear()
    visitor.type(ADMIN)
    visitor.press("Tab")
    visitor.type("guessed")
    visitor.press("Enter")
    visitor.until("document.querySelector('#failed').textContent !== ''")
    assert visitor.text("#failed") == "Email and password do not belong together."
    assert site.asked == ["POST /auth/v1/token"]


@pytest.mark.parametrize(
    ("picture", "width", "dark"), [("dashboard.png", 800, False), ("dashboard-narrow.png", 360, True)]
)
def test_the_page_of_the_docs_shows_small_pictures_of_it(
    visitor: Visitor, owner: Connection, picture: str, width: int, *, dark: bool
) -> None:
    path = ROOT / "docs" / picture
    if os.environ.get("PICTURE") == "write":
        owner.execute(
            "update connector_configs set sync_status = 'error', error_count = 3, last_error = 'token expired',"
            " last_error_at = now() - interval '1 hour', sync_frequency = 'hourly', next_sync_at = now() where id = %s",
            [FAILING],
        )
        visitor.sign_in(ADMIN, width=width, dark=dark)
        path.write_bytes(visitor.browser.picture())
    assert f"({picture})" in (ROOT / "docs" / "dashboard.md").read_text(encoding="utf-8")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size < 150_000
