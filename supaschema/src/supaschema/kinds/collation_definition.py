"""A collation as a definition, how the catalog has it, and what makes it."""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from supaschema.core.model import Definition
from supaschema.core.sqltext import compose, literal, raw_sql


class Collation(Definition, frozen=True, kw_only=True):
    """A collation. Its version is the server's to know: nobody declares it.

    Attributes:
        provider: Whose rules it has: `icu`, `libc` or `builtin`.
        locale: The locale; None: it is the operating system's, which has two.
        lc_collate: Of the operating system's: the locale by which texts are ordered.
        lc_ctype: The one by which characters are told.
        deterministic: Whether texts that are not the same byte by byte are never equal.
        rules: Rules on top of those of the locale.
        owner: The role that owns it. What says nothing of it keeps it.
        comment: Its comment.

    """

    provider: str
    locale: str | None = None
    lc_collate: str | None = None
    lc_ctype: str | None = None
    deterministic: bool = True
    rules: str | None = None
    owner: str | None = None
    comment: str | None = None


# As JSON: which columns hold the locale and the rules is told by the server's version. One of another encoding nobody
# can name here.
QUERY: LiteralString = """
    select array[n.nspname, l.collname]::text[],
           pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
             'provider', case l.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
             'locale', coalesce(j.said ->> 'colllocale', j.said ->> 'colliculocale'),
             'lc_collate', case l.collprovider when 'c' then l.collcollate end,
             'lc_ctype', case l.collprovider when 'c' then l.collctype end,
             'deterministic', l.collisdeterministic,
             'rules', j.said ->> 'collicurules',
             'owner', pg_catalog.pg_get_userbyid(l.collowner),
             'comment', pg_catalog.obj_description(l.oid, 'pg_collation'))),
           'pg_catalog.pg_collation'::regclass::oid, l.oid, 0
      from pg_catalog.pg_collation l
      join pg_catalog.pg_namespace n on n.oid = l.collnamespace
      join pg_catalog.pg_database b on b.datname = pg_catalog.current_database()
     cross join lateral (select pg_catalog.to_jsonb(l) as said) j
     where l.collencoding in (-1, b.encoding) and {scope}
"""


def made(name: sql.Composable, new: Collation) -> sql.Composed:
    """Return the statement that makes a collation."""
    parts: list[sql.Composable] = [compose("provider = {}", raw_sql(new.provider))]
    for word, value in (
        ("locale", new.locale),
        ("lc_collate", new.lc_collate),
        ("lc_ctype", new.lc_ctype),
        ("rules", new.rules),
    ):
        if value is not None:
            parts.append(compose("{} = {}", raw_sql(word), literal(value)))
    if not new.deterministic:
        parts.append(sql.SQL("deterministic = false"))
    return compose("create collation {} ({})", name, sql.SQL(", ").join(parts))
