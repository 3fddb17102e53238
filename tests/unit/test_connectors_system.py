"""The system as declared: complete, and within the rules for access."""

from __future__ import annotations

import dataclasses
import re
from typing import TypeVar

import pytest

from connectors import connector_configs, imported_documents, search, source, storage, system
from connectors.area import Part, check_order
from connectors.settings import Identity, StackSettings, WebhookLimit
from connectors.source import SourceError, quote_literal, quote_name, read_sql
from supaschema.declarations import (
    CronJob,
    Declaration,
    ExistingRows,
    Function,
    Index,
    InlinePolicy,
    ObjectSet,
    Policy,
    Table,
    TableAccess,
    TablePatch,
    View,
)
from tests.bench.queues import QUEUES

SETTINGS = StackSettings()
PARTS = {part.name: part for area in system.areas(SETTINGS) for part in area.parts}
D = TypeVar("D", bound=Declaration)
API_ROLES = {"authenticated", "service_role"}


def every(kind: type[D]) -> list[D]:
    """Return the declarations of one class, the members of sets among them."""
    return [declared for part in PARTS.values() for declared in declarations(part) if isinstance(declared, kind)]


def declarations(part: Part) -> tuple[Declaration, ...]:
    """Return what a part declares: one object, or those of a set."""
    return part.declaration.objects if isinstance(part.declaration, ObjectSet) else (part.declaration,)


def with_roles(*roles: str) -> StackSettings:
    """Return the settings of a stack with machine roles."""
    return dataclasses.replace(SETTINGS, machine_roles=roles)


FUNCTIONS = every(Function)
TABLES = every(Table)
POLICIES: list[tuple[str, InlinePolicy]] = [
    *((f"{access.schema}.{access.table}", policy) for access in every(TableAccess) for policy in access.policies),
    *((f"{policy.schema}.{policy.table}", policy) for policy in every(Policy)),
]


# Access


def test_anonymous_sessions_and_public_get_nothing():
    for declaration in every(Declaration):
        grants = getattr(declaration, "grants", ())
        assert {grant.to for grant in grants} <= API_ROLES
        assert set(getattr(declaration, "execute", ())) <= API_ROLES


def test_one_policy_per_table_role_and_action():
    seen = [(table, role, policy.command) for table, policy in POLICIES for role in policy.to]
    assert len(seen) == len(set(seen))


def test_policies_name_their_roles_and_ask_once_per_statement():
    for table, policy in POLICIES:
        assert set(policy.to) <= API_ROLES
        expression = f"{policy.using} {policy.check}"
        assert re.findall(r"private\.\w+\(\)", expression) == re.findall(
            r"(?<=\(select )private\.\w+\(\)(?=\))", expression
        ), table
        if policy.to == ("authenticated",):
            assert "private.current_org_id()" in expression


def test_rights_are_raised_in_private_only():
    assert {function.schema for function in FUNCTIONS if function.security_definer} == {"private"}
    assert all(view.security_invoker for view in every(View))


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: f"{function.schema}.{function.name}")
def test_a_function_has_a_fixed_path_a_comment_and_a_head(function):
    assert function.search_path == "pg_catalog, pg_temp"
    assert function.comment
    assert function.body.startswith("-- ")


def test_the_secrets_are_in_no_grant():
    access = connector_configs.access()
    readable = {column for grant in access.grants if grant.to == "authenticated" for column in grant.columns}
    granted = {column.name for column in connector_configs.columns().columns if column.grants}
    assert not {"credentials", "webhook_secret"} & (readable | granted)
    assert {column.name for column in connector_configs.columns().columns} - granted == {"webhook_secret"}


# Tables


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_foreign_key_has_its_index(table):
    leading = [index.keys for index in table.indexes if not index.where]
    leading += [unique.columns for unique in table.uniques]
    leading += [table.primary_key.columns]
    for key in table.foreign_keys:
        assert any(keys[: len(key.columns)] == key.columns for keys in leading), key


def test_queue_columns_leave_old_rows_alone():
    columns = {column.name: column for column in imported_documents.columns().columns}
    filled = set(imported_documents.backfill().assignments)
    assert filled == {name for name, column in columns.items() if column.existing_rows is ExistingRows.NULL}
    assert filled == {"processing_status", "chunks_generated", "embeddings_generated", "first_synced_at"}


def test_the_indexes_that_are_asked_for_by_name():
    names = {index.name for index in every(Index)} | {index.name for table in TABLES for index in table.indexes}
    names |= {str(unique.name) for table in TABLES for unique in table.uniques}
    assert names >= {
        "idx_connector_configs_next_sync",
        "idx_imported_docs_chunks",
        "idx_imported_docs_deleted",
        "idx_imported_docs_hash",
        "idx_imported_docs_processing_status",
        "idx_sync_logs_connector",
        "idx_sync_logs_org",
        "idx_sync_logs_status",
        "idx_upload_batches_org",
        "idx_upload_batches_status",
        "idx_upload_batches_user",
        "idx_webhook_events_connector",
        "idx_webhook_events_dedup",
        "idx_webhook_events_received",
        "idx_webhook_events_unprocessed",
    }


def test_names_fit():
    names = [
        *(policy.name for _, policy in POLICIES),
        *(check.name for patch in every(TablePatch) for check in patch.checks),
    ]
    assert all(len(name.encode()) <= 63 for name in names)


def test_buckets_are_private_and_large_enough():
    for name in storage.BUCKETS:
        bucket = storage.bucket(name)
        assert not bucket.public
        assert bucket.file_size_limit == 5_368_709_120
        assert bucket.allowed_mime_types is not None
        assert len(set(bucket.allowed_mime_types)) == 28


# Settings


def test_settings_reach_what_they_speak_of():
    settings = dataclasses.replace(
        SETTINGS,
        identity=Identity("app.people", "subject", "user_id"),
        search_language="english",
        webhook_limit=WebhookLimit(5, 1, "refuse"),
    )
    changed = {part.name: part.declaration for area in system.areas(settings) for part in area.parts}
    different = {name for name, part in PARTS.items() if changed[name] != part.declaration}
    assert different == {
        "private.current_member",
        "idx_imported_docs_search",
        "idx_transcript_chunks_search",
        "idx_recordings_search",
        "private.search_org_content",
        "public.check_webhook_rate_limit",
    }
    member = changed["private.current_member"]
    assert isinstance(member, Function)
    assert 'from "app"."people" as member' in member.body
    assert "nullif(auth.jwt() ->> 'user_id', '')" in member.body
    assert 'member."subject"::text = wanted' in member.body
    limit = changed["public.check_webhook_rate_limit"]
    assert isinstance(limit, Function)
    assert [argument.default for argument in limit.arguments] == [None, "5", "1", "'refuse'"]


def test_retention_is_the_purges_default():
    (job, *_) = every(CronJob)
    assert job.command == "select public.purge_connector_sync_logs()"
    purge = PARTS["public.purge_connector_sync_logs"].declaration
    assert isinstance(purge, Function)
    assert purge.arguments[0].default == "90"


def test_index_and_search_say_the_same():
    key = search.index("simple").keys[0]
    body = search.search_org_content("simple").body
    assert key[1:-1].replace("(title", "(document.title").replace("(content", "(document.content") in body
    recordings = search.recordings_index("simple").keys[0]
    assert recordings[1:-1].replace("(title", "(recording.title").replace("(desc", "(recording.desc") in body
    assert search.chunks_index("simple").keys[0][1:-1].replace("chunk_text", "chunk.chunk_text") in body


def test_an_auditor_brings_one_function_that_nobody_else_may_call():
    settings = with_roles("connector_worker", "schema_auditor")
    check_order(system.areas(settings))
    added = {part.name: part.declaration for area in system.areas(settings) for part in area.parts}
    assert {name for name in added if added[name] != getattr(PARTS.get(name), "declaration", None)} == {
        "private.queue_plans"
    }
    plans = added["private.queue_plans"]
    assert isinstance(plans, Function)
    assert (plans.security_definer, plans.search_path, plans.execute) == (True, "pg_catalog, pg_temp", ())


def test_an_auditor_is_told_the_plans_of_the_queries_that_are_measured():
    text = read_sql("sql/functions/private/queue_plans.sql").replace("pg_catalog.now()", "now()")
    asked = re.sub(r"'\s+'", "", text).replace("''", "'")
    assert re.findall(r"\('([^']+)',", asked) == [queue.name for queue in QUEUES]
    assert [queue.name for queue in QUEUES if f"'{queue.query}'" not in asked] == []


# Source files


def test_every_file_is_used():
    parts = [part for area in system.areas(with_roles("schema_auditor")) for part in area.parts]
    used = {getattr(declared, "file", None) for part in parts for declared in declarations(part)}
    found = {str(file.relative_to(source.ROOT)) for kind in ("functions", "views") for file in source_files(kind)}
    assert found == used - {None}


def source_files(kind: str):
    """Return the files of one kind."""
    return (source.ROOT / "sql" / kind).rglob("*.sql")


def test_blanks_and_values_must_fit():
    file = "sql/functions/private/current_member.sql"
    with pytest.raises(SourceError, match="identity_claim, identity_column, identity_table"):
        read_sql(file)
    with pytest.raises(SourceError, match="spare"):
        read_sql("sql/functions/private/touch_updated_at.sql", {"spare": "x"})


@pytest.mark.parametrize("name", ["", "a b", 'a"b', "a.b.c", "a;", ".a", "ä"])
def test_an_odd_name_is_not_quoted(name):
    with pytest.raises(SourceError):
        quote_name(name)


def test_quoting():
    assert quote_name("public.users") == '"public"."users"'
    assert quote_literal("it's") == "'it''s'"
    with pytest.raises(SourceError):
        quote_literal("a\\b")
