"""What is tried on tables and views: on each as a whole, on each of its columns, and by detours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from psycopg import sql

from tests.access.planted import PROBES
from tests.access.trials import Reading, Trial

_OWN_ROW = "(org_id, connector_id) values (%(own)s, %(own_connector)s)"
_OTHER_ROW = "(org_id, connector_id) values (%(other)s, %(other_connector)s)"
_EVENT = "(org_id, connector_id, event_type, payload) values"
_BATCH = "(org_id, user_id, total_files) values"
_CONNECTOR = "(org_id, connector_type, credentials, webhook_secret) values"
_MADE = "(org_id, connector_type, credentials, created_by) values"
_DOCUMENT = "(org_id, connector_id, external_id) values"
_MOVED = "org_id = %(other)s, connector_id = null"

_OWN, _OTHER = "insert for the own org", "insert for another org"


@dataclass(frozen=True, slots=True)
class Written:
    """How a relation is written to.

    Attributes:
        inserts: By what a line of the page calls it: columns and values.
        change: What an UPDATE sets in every row it reaches.
        move: What an UPDATE sets to give rows to another organization.
        more: Further statements, by what a line calls them, and how their rows are read.

    """

    inserts: Mapping[str, str]
    change: str
    move: str | None = None
    more: Mapping[str, tuple[str, Reading]] = field(default_factory=dict)


_UPSERT = (
    "insert into public.connector_configs (id, org_id, connector_type, credentials)"
    " values ({id}, {org}, 'zoom', '{{}}')"
    " on conflict (id) do update set {change}"
)
_SECRETS = {
    "select *": "select * from public.connector_configs",
    "select the row as JSON": "select to_jsonb(c) from public.connector_configs as c",
    "select the row as text": "select c::text from public.connector_configs as c",
    "copy into a table": "create temp table copied as table public.connector_configs",
    "order by a secret": "select id from public.connector_configs order by credentials",
    "group by a secret": "select count(*) from public.connector_configs group by webhook_secret",
    "update by a secret": "update public.connector_configs set name = 'x' where webhook_secret like 'p%%'",
    "update from a secret": "update public.connector_configs set description = credentials::text",
    "update, returning a secret": "update public.connector_configs set name = 'x' returning webhook_secret",
    "delete by a secret": "delete from public.connector_configs where credentials ? 'token'",
    "delete, returning a secret": "delete from public.connector_configs returning credentials",
    "sample a secret's statistics": (
        "select most_common_vals from pg_catalog.pg_stats"
        " where tablename = 'connector_configs' and attname in ('credentials', 'webhook_secret')"
    ),
}
_CONNECTORS = {
    **{verb: (text, Reading.ANY) for verb, text in _SECRETS.items()},
    "write the secrets": (
        "update public.connector_configs set credentials = '{{}}', webhook_secret = 'new'",
        Reading.ORGANIZATIONS,
    ),
    "break a rule in every row": ("update public.connector_configs set sync_status = 'bogus'", Reading.ORGANIZATIONS),
    "upsert an own row": (_UPSERT.format(id="%(own_connector)s", org="%(own)s", change="name = 'x'"), Reading.DONE),
    "upsert another org's row": (
        _UPSERT.format(id="%(other_connector)s", org="%(own)s", change="name = 'x'"),
        Reading.DONE,
    ),
    "update: made by somebody else": (
        "update public.connector_configs set created_by = (select %(somebody)s::uuid)",
        Reading.ORGANIZATIONS,
    ),
    "upsert, setting what is excluded": (
        _UPSERT.format(id="%(own_connector)s", org="%(own)s", change="credentials = excluded.credentials"),
        Reading.DONE,
    ),
}
_EVENTS = Written(
    {
        _OWN: f"{_EVENT} (%(own)s, %(own_connector)s, 'changed', '{{}}')",
        _OTHER: f"{_EVENT} (%(other)s, %(other_connector)s, 'changed', '{{}}')",
    },
    change="processing_error = 'x'",
    move=_MOVED,
)
WRITTEN: Mapping[str, Written] = {
    "public.connector_configs": Written(
        {
            _OWN: f"{_CONNECTOR} (%(own)s, 'zoom', '{{}}', 's')",
            _OTHER: f"{_CONNECTOR} (%(other)s, 'zoom', '{{}}', 's')",
            "insert for the own org, made by somebody else": f"{_MADE} (%(own)s, 'zoom', '{{}}', %(somebody)s)",
        },
        change="name = 'x'",
        move="org_id = %(other)s",
        more=_CONNECTORS,
    ),
    "public.imported_documents": Written(
        {
            _OWN: f"{_DOCUMENT} (%(own)s, %(own_connector)s, 'new')",
            _OTHER: f"{_DOCUMENT} (%(other)s, %(other_connector)s, 'new')",
        },
        change="title = 'x'",
        move=_MOVED,
        more={"select what is softly deleted": ("select id from public.imported_documents", Reading.DELETED)},
    ),
    "public.connector_sync_logs": Written(
        {_OWN: _OWN_ROW, _OTHER: _OTHER_ROW}, change="error_message = 'x'", move=_MOVED
    ),
    "public.connector_webhook_events": _EVENTS,
    "public.file_upload_batches": Written(
        {
            "insert for the own org, as themselves": f"{_BATCH} (%(own)s, %(me)s, 1)",
            "insert for the own org, as somebody else": f"{_BATCH} (%(own)s, %(somebody)s, 1)",
            "insert for the own org, as nobody": f"{_BATCH} (%(own)s, null, 1)",
            _OTHER: f"{_BATCH} (%(other)s, %(me)s, 1)",
        },
        change="batch_name = 'x'",
        move="org_id = %(other)s",
    ),
    "public.connector_actions": Written(
        {
            _OWN: "(org_id, action) values (%(own)s, 'pause')",
            _OTHER: "(org_id, action) values (%(other)s, 'pause')",
        },
        change="details = '{{\"x\": 1}}'",
        move="org_id = %(other)s",
    ),
    "public.jobs": Written(
        {
            _OWN: "(type, payload, org_id) values ('x', '{{}}', %(own)s)",
            _OTHER: "(type, payload, org_id) values ('x', '{{}}', %(other)s)",
        },
        change="run_after = now()",
        move="org_id = %(other)s",
    ),
    "public.webhook_events": _EVENTS,
    "private.queue_turns": Written(
        {
            _OWN: "(org_id, queue) values (%(own)s, 'syncs')",
            _OTHER: "(org_id, queue) values (%(other)s, 'syncs')",
        },
        change="served_at = now()",
        move="org_id = %(other)s",
    ),
    "private.webhook_rate_counters": Written(
        {"insert": "(connector_id) select id from public.connector_configs limit 0"}, change="events = 1"
    ),
}
"""Every table and view of the system that can be written to."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view as the catalog has it."""

    name: str
    columns: tuple[str, ...]
    is_table: bool

    @property
    def sql(self) -> sql.Identifier:
        """The name, quoted."""
        return sql.Identifier(*self.name.split(".", 1))


def column_trials(relation: Relation, verb: str) -> tuple[Trial, ...]:
    """Return one trial for each column: whether it may be read, inserted or changed."""
    return tuple(
        Trial(
            relation.name,
            f"{verb} {column}",
            _COLUMN[verb].format(relation.sql, sql.Identifier(column)),
            Reading.ORGANIZATIONS if verb == "select" else Reading.DONE,
        )
        for column in relation.columns
    )


_COLUMN = {
    "select": sql.SQL("select {1} from {0}"),
    # Of no row: what the column itself allows.
    "insert": sql.SQL("insert into {0} ({1}) select null where false"),
    "update": sql.SQL("update {0} set {1} = null where false"),
}


def whole_trials(relation: Relation) -> tuple[Trial, ...]:
    """Return what is tried on a relation as a whole."""
    written = WRITTEN.get(relation.name)
    changes = () if written is None else _changes(relation, written)
    return (*changes, *(_structural(relation) if relation.is_table else ()))


def _changes(relation: Relation, written: Written) -> tuple[Trial, ...]:
    insert, update = sql.SQL("insert into {} ").format(relation.sql), sql.SQL("update {} set ").format(relation.sql)
    moves = () if written.move is None else (("update: give to another org", written.move),)
    return (
        *(Trial(relation.name, verb, insert + _plain(values)) for verb, values in written.inserts.items()),
        *(
            Trial(relation.name, verb, update + _plain(change), Reading.ORGANIZATIONS)
            for verb, change in (("update", written.change), *moves)
        ),
        Trial(relation.name, "delete", sql.SQL("delete from {}").format(relation.sql), Reading.ORGANIZATIONS),
        *(Trial(relation.name, verb, _plain(text), reading) for verb, (text, reading) in written.more.items()),
    )


def _structural(relation: Relation) -> tuple[Trial, ...]:
    statements = {
        "truncate": sql.SQL("truncate {} cascade").format(relation.sql),
        "refer to it by a foreign key": sql.SQL("create table {} (key uuid references {})").format(
            sql.Identifier(PROBES, "referring"), relation.sql
        ),
        "add a trigger": sql.SQL(
            "create trigger probe before update on {} for each row"
            " execute function pg_catalog.suppress_redundant_updates_trigger()"
        ).format(relation.sql),
    }
    return tuple(Trial(relation.name, verb, statement) for verb, statement in statements.items())


def _plain(text: str) -> sql.SQL:
    return sql.SQL(text.replace("{{", "{").replace("}}", "}"))
