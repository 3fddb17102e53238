"""A domain as a definition, and how the catalog has it."""

from __future__ import annotations

from typing import LiteralString

from supaschema.core.model import Definition


class Domain(Definition, frozen=True, kw_only=True):
    """A domain; what it checks are facts of their own (`domain_check`).

    Attributes:
        type: The type that it is over.
        collation: The collation's name, with its schema where that is not pg_catalog; None: the type's.
        default: The default's expression, of columns of it that have none.
        not_null: Whether it refuses NULL.
        owner: The role that owns it. What says nothing of it keeps it.
        comment: Its comment.

    """

    type: str
    collation: tuple[str, ...] | None = None
    default: str | None = None
    not_null: bool = False
    owner: str | None = None
    comment: str | None = None


QUERY: LiteralString = """
    select array[n.nspname, t.typname]::text[],
           pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
             'type', pg_catalog.format_type(t.typbasetype, t.typtypmod),
             'collation', case when t.typcollation <> b.typcollation then (
                select case when cn.nspname = 'pg_catalog' then pg_catalog.jsonb_build_array(co.collname)
                            else pg_catalog.jsonb_build_array(cn.nspname, co.collname) end
                  from pg_catalog.pg_collation co
                  join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
                 where co.oid = t.typcollation) end,
             'default', pg_catalog.pg_get_expr(t.typdefaultbin, 0),
             'not_null', t.typnotnull,
             'owner', pg_catalog.pg_get_userbyid(t.typowner),
             'comment', pg_catalog.obj_description(t.oid, 'pg_type'))),
           'pg_catalog.pg_type'::regclass::oid, t.oid, 0
      from pg_catalog.pg_type t
      join pg_catalog.pg_namespace n on n.oid = t.typnamespace
      join pg_catalog.pg_type b on b.oid = t.typbasetype
     where t.typtype = 'd' and {scope}
"""
