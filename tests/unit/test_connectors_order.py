"""The order in which the system comes to stand: what the parts' texts name, and what is safe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from connectors import connector_configs, imported_documents, storage, sync_logs, system, uploads, webhooks
from connectors.area import Area, OrderError, Part, check_order
from connectors.settings import StackSettings
from supaschema.declarations import Schema, Table, TableAccess
from tests.support.mocked import Registered, program


@cache
def registered(*roles: str) -> Mapping[str, Registered]:
    """Return what the program registers for a stack with these machine roles, by name."""
    return {item.name: item for item in program({"machineRoles": roles})}


def follows(name: str, other: str, *roles: str) -> bool:
    """Say whether a part is made after another, and goes before it, in a stack with these machine roles."""
    return any(step == other or follows(step, other, *roles) for step in registered(*roles)[name].after)


def test_the_order_is_sound():
    check_order(system.areas(StackSettings()))


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((Part("a", Schema(name="a")), Part("a", Schema(name="b"))), id="a name twice"),
        pytest.param((Part("a", Schema(name="a"), ("b",)), Part("b", Schema(name="b"))), id="a later part"),
        pytest.param((Part("a", Schema(name="a"), ("a",)),), id="itself"),
    ],
)
def test_an_unsound_order_is_refused(parts):
    with pytest.raises(OrderError, match='part "a"'):
        check_order([Area("x", parts)])


def test_secrets_are_unreadable_from_the_moment_they_exist():
    assert follows(connector_configs.COLUMNS, connector_configs.ACCESS)


def test_the_rule_on_deleted_documents_stands_before_the_columns_that_it_hides():
    assert follows(imported_documents.COLUMNS, imported_documents.ACCESS)


@pytest.mark.parametrize(
    "name",
    [
        imported_documents.FLAGS,
        "imported_documents-updated_at",
        "idx_imported_docs_chunks",
        "idx_imported_docs_processing_status",
        "idx_imported_docs_search",
    ],
)
def test_what_the_back_fill_would_disturb_follows_it(name):
    assert follows(name, imported_documents.BACKFILL)


def test_a_job_with_run_after_is_never_taken_without_effect():
    for trigger in ("jobs-honour_run_after-insert", "jobs-honour_run_after-update"):
        assert follows("jobs-org_id", trigger)
        assert follows(trigger, "jobs-run_after")


def test_access_opens_last():
    parts = [part for area in system.areas(StackSettings()) for part in area.parts]
    made = {(it.declaration.schema, it.declaration.name): it.name for it in parts if isinstance(it.declaration, Table)}
    opened = {
        (it.declaration.schema, it.declaration.table): it.name
        for it in parts
        if isinstance(it.declaration, TableAccess)
    }
    assert made.keys() < opened.keys()
    assert [name for place, name in made.items() if not follows(opened[place], name)] == []


@pytest.mark.parametrize("trigger", ["guard", "progress"])
def test_members_write_no_batch_before_its_triggers_stand(trigger):
    assert follows(uploads.ACCESS, f"file_upload_batches-{trigger}")


@pytest.mark.parametrize("table", [sync_logs.TABLE, webhooks.TABLE])
def test_nobody_writes_a_row_before_its_connector_is_asked_for(table):
    assert follows(f"{table}-access", f"{table}-known_connector")


@pytest.mark.parametrize("event", ["insert", "update"])
def test_a_documents_connector_is_asked_for_without_waiting_for_the_back_fill(event):
    assert not follows(f"imported_documents-known_connector-{event}", imported_documents.BACKFILL)


def test_files_are_opened_once_their_buckets_are_there():
    for action in ("select", "insert", "update", "delete"):
        assert all(follows(f"storage.objects {action}", f"bucket {bucket}") for bucket in storage.BUCKETS)


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("public.claim_due_syncs", connector_configs.TURNS_INDEX),
        ("public.claim_waiting_documents", "idx_imported_docs_waiting"),
        ("public.claim_webhook_events", webhooks.WAITING_INDEX),
        ("private.search_org_content", "idx_imported_docs_search"),
        ("private.search_org_content", "idx_transcript_chunks_search"),
        ("private.search_org_content", "idx_recordings_search"),
    ],
)
def test_what_would_read_a_whole_table_waits_for_its_index(name, index):
    assert follows(name, index)


@pytest.mark.parametrize("roles", [(), ("schema_auditor",)], ids=["a stack", "one with an auditor"])
def test_parts_follow_what_their_texts_name(roles):
    """What names a table or function of this stack comes after it, on the way up and down."""
    settings = StackSettings(machine_roles=roles)
    parts = {part.name for area in system.areas(settings) for part in area.parts}
    named = 0
    for part in parts:
        code = re.sub(r"--.*", "", "\n".join(texts(registered(*roles)[part].inputs)))
        for schema, name in set(re.findall(r"\b(public|private)\.(\w+)", code)):
            for other in {name if schema == "public" else "", f"{schema}.{name}"} & parts - {part}:
                assert follows(part, other, *roles), f"{part} names {other}"
                named += 1
    assert named > 50


def texts(value: Any) -> Iterator[str]:
    """Return every text in a resource's inputs."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)
