"""What hangs on a table that is archived: what has a name of its own there, and what calls things that stay behind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from supaschema.core.sqltext import MAX_IDENTIFIER_BYTES, Name, compose, ident
from supaschema.database.connect import Connection
from supaschema.database.extensions import OF_AN_EXTENSION

_OF = " of "

_CALLING: dict[str, LiteralString] = {
    "default": "alter table {table} alter column {name} drop default",
    "check": "alter table {table} drop constraint {name}",
    "exclusion": "alter table {table} drop constraint {name}",
    "calling index": "drop index {whole}",
    "generated": "alter table {table} drop column {name}",
}
"""What is taken off because it calls something or names a type, in this order; it comes back as it is declared."""

_RENAMING: dict[str, LiteralString] = {
    "index": "alter index {whole} rename to {other}",
    "sequence": "alter sequence {whole} rename to {other}",
}
"""What shares the names of its schema with everything there; a constraint is called as its index is."""


@dataclass(frozen=True, slots=True)
class Part:
    """An index, an owned sequence, or what calls a function or names a type of others: what it is and its name.

    Of a column whose type others made: that type, and the server's own one as which the archive keeps its values, of a
    domain the one beneath it, of others text. Of one whose collation others made: its type, which is then collated as
    the server does, and that collation.
    """

    what: str
    name: str
    type: str | None = None
    kept_as: str | None = None
    collation: str | None = None


def parts_of(connection: Connection, tables: Collection[Name]) -> dict[Name, tuple[Part, ...]]:
    """Return what hangs on tables, by what it is and by name; asks once, however many there are."""
    found: dict[Name, list[Part]] = {table: [] for table in tables}
    if found:
        names = {"schemas": [table[0] for table in found], "names": [table[1] for table in found]}
        for schema, name, *part in sorted(connection.execute(_PARTS, names), key=lambda row: row[:4]):
            found[schema, name].append(Part(*part))
    return {table: tuple(parts) for table, parts in found.items()}


def take_off(table: Name, parts: Collection[Part]) -> Iterator[sql.Composed]:
    """Yield the statements that take off what stands on others: the archive must hold nobody from dropping that."""
    for what, statement in _CALLING.items():
        for part in (part for part in parts if part.what == what):
            whole = ident(table[0], part.name)
            yield compose(statement, table=ident(*table), name=ident(part.name), whole=whole)


def unpublish(table: Name, parts: Collection[Part]) -> Iterator[sql.Composed]:
    """Yield the statements that take a table out of publications: nobody is told of what the archive holds."""
    for part in parts:
        if part.what == "publication":
            yield compose("alter publication {} drop table only {}", ident(part.name), ident(*table))


def rename_away(table: Name, parts: Collection[Part]) -> Iterator[sql.Composed]:
    """Yield the statements that give what hangs on a table names that nothing else has in the archive."""
    gone = {part.name for part in parts if part.what in ("calling index", "exclusion")}
    for part in parts:
        if part.what in _RENAMING and part.name not in gone:
            whole, other = ident(table[0], part.name), ident(_archived(table, part.name))
            yield compose(_RENAMING[part.what], whole=whole, other=other)


def rename_back(table: Name, parts: Collection[Part], known: Collection[str]) -> Iterator[sql.Composed]:
    """Yield the statements that give what hangs on a table that came back its own names.

    Args:
        table: Schema and name.
        parts: What hangs on it, under the names that it had in the archive.
        known: Names that are declared: of a long name the archive has a hash.

    """
    for part in parts:
        own = own_name(table, part.name, known)
        if part.what in _RENAMING and own != part.name:
            yield compose(_RENAMING[part.what], whole=ident(table[0], part.name), other=ident(own))


def own_name(table: Name, name: str, known: Collection[str]) -> str:
    """Return the name that something had before its table was archived, or has if it was never renamed."""
    own = name.removesuffix(f"{_OF}{'.'.join(table)}")
    return next((other for other in sorted(known) if _archived(table, other) == name), own)


def sequences(table: Name, kept: Name, parts: Collection[Part], known: Collection[str]) -> dict[Name, Name]:
    """Return the sequences that a table has taken along: by schema and name in the archive those from before."""
    names = {part.name: own_name(table, part.name, known) for part in parts if part.what == "sequence"}
    return {(kept[0], away): (table[0], own) for away, own in names.items()}


def names_back(table: Name, parts: Collection[Part], known: Collection[str]) -> frozenset[Name]:
    """Return the names that the indexes and sequences of a table have again once it has come back."""
    return frozenset((table[0], own_name(table, part.name, known)) for part in parts if part.what in _RENAMING)


def _archived(table: Name, name: str) -> str:
    whole = f"{name}{_OF}{'.'.join(table)}"
    plain = _OF not in name and not any("." in part or _OF in part for part in table)
    if plain and len(whole.encode()) <= MAX_IDENTIFIER_BYTES:
        return whole
    return hashlib.sha256(json.dumps([*table, name]).encode()).hexdigest()[:32]


# A sequence that a column owns moves with it; what the server itself brings has no row in pg_depend. A type of an
# extension stays with that, unless who deploys made the extension, and may drop it. A column that is another table's is
# not to be altered alone; a partition is a table of its own by the time that it is archived.
_PARTS: LiteralString = (
    """
    with recursive base(type, beneath, modifier) as (
      select y.oid, y.typbasetype, y.typtypmod from pg_catalog.pg_type y where y.typtype = 'd'
      union all
      select b.type, y.typbasetype, case when b.modifier < 0 then y.typtypmod else b.modifier end
        from base b join pg_catalog.pg_type y on y.oid = b.beneath and y.typtype = 'd'
    ), archived as (
      select c.oid, n.nspname::text, c.relname::text, c.relkind, c.relispartition
        from unnest(%(schemas)s::text[], %(names)s::text[]) as wanted(schema, name)
        join pg_catalog.pg_namespace n on n.nspname = wanted.schema
        join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = wanted.name
    ), types as (
      select y.oid
        from pg_catalog.pg_type y
        join pg_catalog.pg_namespace n on n.oid = y.typnamespace and n.nspname <> 'pg_catalog'
        left join pg_catalog.pg_type e on e.typarray = y.oid
       where not exists (
               select from pg_catalog.pg_depend d
                 join pg_catalog.pg_extension x on x.oid = d.refobjid
                where d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid in (y.oid, e.oid)
                  and pg_catalog.pg_get_userbyid(x.extowner) <> current_user and """
    + OF_AN_EXTENSION
    + """)
    ), typed as (
      select t.nspname, t.relname, t.oid as owner, a.attnum, a.attname, a.atttypid,
             pg_catalog.format_type(a.atttypid, a.atttypmod) as type
        from archived t
        join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
        join types y on y.oid = a.atttypid
       where t.relkind = 'r' and (a.attinhcount = 0 or t.relispartition)
    ), sequences as (
      select t.oid as owner, s.oid, s.relname
        from archived t
        join pg_catalog.pg_depend d
          on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = t.oid
         and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype in ('a', 'i')
        join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
    ), defaults as (
      select t.nspname, t.relname, t.oid as owner, f.oid, a.attname, a.attgenerated
        from archived t
        join pg_catalog.pg_attrdef f on f.adrelid = t.oid
        join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = f.adnum
    ), calling as (
      select d.classid, d.objid
        from pg_catalog.pg_depend d
       where d.refclassid in ('pg_catalog.pg_proc'::pg_catalog.regclass,
                              'pg_catalog.pg_operator'::pg_catalog.regclass)
      union all
      select d.classid, d.objid
        from types y
        join pg_catalog.pg_depend d
          on d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid = y.oid and d.objsubid = 0
      union all
      select d.classid, d.objid
        from typed y
        join pg_catalog.pg_depend d
          on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = y.owner
         and d.refobjsubid = y.attnum and d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
        join defaults f on f.oid = d.objid and f.attgenerated <> ''
      union all
      select d.classid, d.objid
        from typed y
        join pg_catalog.pg_depend d
          on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = y.owner
         and d.refobjsubid = y.attnum and d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
      union all
      select d.classid, d.objid
        from typed y
        join pg_catalog.pg_index i on i.indrelid = y.owner and (i.indexprs is not null or i.indpred is not null)
        join pg_catalog.pg_depend d
          on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = i.indexrelid
         and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = y.owner
         and d.refobjsubid = y.attnum
      union all
      select 'pg_catalog.pg_class'::pg_catalog.regclass, x.oid
        from typed y
        join pg_catalog.pg_index i on i.indrelid = y.owner and y.attnum = any (i.indkey::pg_catalog.int2[])
        join pg_catalog.pg_class x on x.oid = i.indexrelid
        join pg_catalog.pg_am m on m.oid = x.relam and m.amname not in ('btree', 'hash')
      union all
      select d.classid, d.objid
        from defaults f
        join pg_catalog.pg_depend d
          on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.objid = f.oid
         and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> f.owner
       where d.refobjid not in (select s.oid from sequences s where s.owner = f.owner)
    )
    select t.nspname, t.relname, 'index', x.relname::text, null, null, null
      from archived t
      join pg_catalog.pg_index i on i.indrelid = t.oid
      join pg_catalog.pg_class x on x.oid = i.indexrelid
    union all
    select t.nspname, t.relname, 'sequence', s.relname::text, null, null, null
      from archived t join sequences s on s.owner = t.oid
    union all
    select f.nspname, f.relname, case f.attgenerated when '' then 'default' else 'generated' end, f.attname::text,
           null, null, null
      from defaults f
     where ('pg_catalog.pg_attrdef'::pg_catalog.regclass, f.oid) in (select k.classid, k.objid from calling k)
    union all
    select t.nspname, t.relname, 'check', k.conname::text, null, null, null
      from archived t
      join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.contype = 'c'
     where ('pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid) in (select k.classid, k.objid from calling k)
    union all
    select t.nspname, t.relname, case when k.oid is null then 'calling index' else 'exclusion' end, x.relname::text,
           null, null, null
      from archived t
      join pg_catalog.pg_index i on i.indrelid = t.oid
      join pg_catalog.pg_class x on x.oid = i.indexrelid
      left join pg_catalog.pg_constraint k on k.conindid = x.oid and k.contype in ('x', 'p', 'u') and k.conrelid = t.oid
     where ('pg_catalog.pg_class'::pg_catalog.regclass, x.oid) in (select k.classid, k.objid from calling k)
    union all
    select t.nspname, t.relname, 'publication', p.pubname::text, null, null, null
      from archived t
      join pg_catalog.pg_publication_rel m on m.prrelid = t.oid
      join pg_catalog.pg_publication p on p.oid = m.prpubid and pg_catalog.pg_has_role(p.pubowner, 'USAGE')
    union all
    select y.nspname, y.relname, 'typed', y.attname::text, y.type,
           coalesce((
             select pg_catalog.format_type(b.beneath, b.modifier)
               from base b
               join pg_catalog.pg_type s on s.oid = b.beneath and s.typtype <> 'd'
              where b.type = y.atttypid and s.oid not in (select z.oid from types z)), 'text'), null
      from typed y
     where y.attnum not in (
             select a.attnum
               from calling k
               join defaults f on k.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and k.objid = f.oid
               join pg_catalog.pg_attribute a on a.attrelid = f.owner and a.attname = f.attname
              where f.owner = y.owner and f.attgenerated <> '')
    union all
    select t.nspname, t.relname, 'collated', a.attname::text, null, pg_catalog.format_type(a.atttypid, a.atttypmod),
           pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(l.collname)
      from archived t
      join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      join pg_catalog.pg_collation l on l.oid = a.attcollation
      join pg_catalog.pg_namespace n on n.oid = l.collnamespace and n.nspname <> 'pg_catalog'
     where t.relkind = 'r' and (a.attinhcount = 0 or t.relispartition) and a.attgenerated = ''
       and a.atttypid not in (select y.oid from types y)
       and not exists (
             select from pg_catalog.pg_depend d
              where d.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass and d.objid = l.oid and """
    + OF_AN_EXTENSION
    + """)
"""
)
