"""Domains that check values: a column of one that comes has each row's value checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString

from supaschema.core.model import Delta
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.kinds.base import SqlFieldKind


def checked_domains(connection: Connection, deltas: Iterable[Delta], kinds: Kinds) -> frozenset[str]:
    """Return the types of what is new, as they are written, that are domains with a check or NOT NULL of their own."""
    texts = {
        field.text
        for delta in deltas
        if delta.old is None and delta.new is not None
        for field in kinds[delta.id.kind].sql_fields(delta.id, delta.new).values()
        # The server's own types, which are found without a schema, are none.
        if field.kind is SqlFieldKind.TYPE and "." in field.text
    }
    if not texts:
        return frozenset()
    return frozenset(text for (text,) in connection.execute(_CHECKED, [sorted(texts)]))


_CHECKED: LiteralString = """
    with recursive chain(text, oid) as (
      select w.text, pg_catalog.to_regtype(w.text)::pg_catalog.oid
        from unnest(%s::pg_catalog.text[]) as w(text)
      union
      select c.text, t.typbasetype
        from chain c join pg_catalog.pg_type t on t.oid = c.oid and t.typtype = 'd'
    )
    select distinct c.text
      from chain c
      join pg_catalog.pg_type t on t.oid = c.oid and t.typtype = 'd'
     where t.typnotnull or exists (select from pg_catalog.pg_constraint k where k.contypid = t.oid)
"""
