"""Collations: the server changes no more than their names, so one of other rules is made anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, ObjectId, Precondition, Statement, Steps
from supaschema.core.sqltext import compose, ident, literal, relation_name
from supaschema.kinds.base import Context, Family, Kind, SqlField, SqlFieldKind
from supaschema.kinds.collation_definition import QUERY, Collation, made
from supaschema.kinds.comments import commented
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.renaming import renamed_and_moved, renaming

__all__ = ["Collation", "CollationKind"]


class CollationKind(Kind[Collation]):
    """Collations, named `(schema, collation)`."""

    name = "collation"
    definition = Collation
    family = Family.COLLATION
    addressed = True
    query = QUERY

    def create(self, id: ObjectId, new: Collation, context: Context) -> Steps:
        """Create it."""
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        # What is another one's is not live here: an extension's, or one of another encoding.
        taken = () if id in context.live else (_taken(id),)
        return Steps((Statement(made(ident(*id.name), new)), *comment, *_given(id, None, new, context)), taken)

    def alter(self, id: ObjectId, old: Collation, new: Collation, context: Context) -> Steps | None:
        """Change whose it is, and its comment; None where its rules are to be others."""
        if not self.like(old, new):
            return None
        comment = (_comment_on(id, new.comment),) if old.comment != new.comment else ()
        return Steps((*comment, *_given(id, old, new, context)))

    def drop(self, id: ObjectId, old: Collation, context: Context) -> Steps:
        """Drop it; the server refuses while something is ordered by it."""
        unfit = (_standing(id),) if id in context.fresh else ()
        return Steps((Statement(compose("drop collation {}", ident(*id.name))),), unfit)

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, and move it to its schema."""
        note = renaming(f"collation {relation_name(old.name)}")
        return tuple(Statement(query, hazards=(note,)) for query in renamed_and_moved("collation", old, new))

    def taken(self, id: ObjectId, definition: Collation) -> sql.Composable:
        """Return the query for the collation of its name."""
        return compose(_NAMED, schema=literal(id.name[0]), name=literal(id.name[1]))

    def like(self, old: Collation, new: Collation) -> bool:
        """Return whether they have the same rules."""
        return _rules(old) == _rules(new)

    def stands_on(self, id: ObjectId, definition: Collation) -> tuple[tuple[str, ...], ...]:
        """Return its schema, and itself."""
        return (("schema", id.name[0]), ("other", *id.name))

    def dry_run(self, id: ObjectId, definition: Collation) -> tuple[sql.Composable, ...]:
        """The same collation in the session's own schema."""
        return (made(ident("pg_temp", "supaschema_trial"), definition),)

    def sql_fields(self, id: ObjectId, definition: Collation) -> Mapping[str, SqlField]:
        """The locale, which the server writes in a standard form of its provider."""
        if definition.locale is None:
            return {}
        return {"locale": SqlField(SqlFieldKind.LOCALE, definition.locale, type=definition.provider)}

    def structure(self, definition: Collation) -> Definition:
        """Return all but the text."""
        return msgspec.structs.replace(definition, locale=None if definition.locale is None else "")

    def resolve(self, id: ObjectId, declared: Collation, live: Collation | None, context: Context) -> Collation:
        """Keep the owner that the declaration says nothing of."""
        if live is None or declared.owner is not None:
            return declared
        return msgspec.structs.replace(declared, owner=live.owner)


def _rules(definition: Collation) -> Collation:
    return msgspec.structs.replace(definition, owner=None, comment=None)


def _given(id: ObjectId, old: Collation | None, new: Collation, context: Context) -> Iterator[Statement]:
    return given_to_owner(compose("collation {}", ident(*id.name)), old.owner if old else None, new.owner, context)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("collation {}", ident(*id.name)), comment)


def _taken(id: ObjectId) -> Precondition:
    query = compose(_NAMED, schema=literal(id.name[0]), name=literal(id.name[1]))
    return Precondition(f"something has the name of collation {relation_name(id.name)}", query, shows_rows=True)


def _standing(id: ObjectId) -> Precondition:
    return Precondition(
        f"objects that no resource declares stand on collation {relation_name(id.name)}, which is to be made anew",
        # As an identifier: it is asked before whatever the plan renames.
        compose(_STANDING, collation=ident(*id.name)),
        shows_rows=True,
    )


_NAMED = """
    select pg_catalog.pg_describe_object('pg_catalog.pg_collation'::pg_catalog.regclass, l.oid, 0)
           || coalesce(' of extension ' || pg_catalog.quote_ident(e.extname), '')
      from pg_catalog.pg_collation l
      join pg_catalog.pg_namespace n on n.oid = l.collnamespace
      join pg_catalog.pg_database b on b.datname = pg_catalog.current_database()
      left join pg_catalog.pg_depend d
        on d.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass and d.objid = l.oid and d.deptype = 'e'
      left join pg_catalog.pg_extension e on e.oid = d.refobjid
     where n.nspname = {schema} and l.collname = {name} and l.collencoding in (-1, b.encoding)"""

# What is modelled steps aside, or is refused for.
_STANDING = """
    select pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
      from pg_catalog.pg_depend d
      left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid
      left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.objid
     where d.refclassid = 'pg_catalog.pg_collation'::pg_catalog.regclass
       and d.refobjid = pg_catalog.pg_collation_for(''::text collate {collation})::pg_catalog.regcollation
       and (c.relkind = 'f' or p.prokind = 'w')"""
