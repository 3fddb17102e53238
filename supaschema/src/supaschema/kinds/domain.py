"""Domains: default, NOT NULL, owner and comment change in place; over another type one is made anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from psycopg import sql

from supaschema.core.errors import DependencyError
from supaschema.core.model import Definition, Mode, ObjectId, Precondition, Statement, Steps
from supaschema.core.sqltext import Name, compose, ident, raw_sql, relation_name
from supaschema.core.type_names import canonical_type
from supaschema.kinds import domain_values
from supaschema.kinds.base import Context, Family, Kind, SqlField, SqlFieldKind
from supaschema.kinds.column_default import default_action, default_clause, uncollated
from supaschema.kinds.comments import commented
from supaschema.kinds.context import Held
from supaschema.kinds.domain_definition import QUERY, Domain
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.referred_types import collations_of, types_of
from supaschema.kinds.renaming import relation_named, renamed_and_moved, renaming
from supaschema.kinds.type_uses import columns_of

__all__ = ["Domain", "DomainKind"]


class DomainKind(Kind[Domain]):
    """Domains, named `(schema, domain)`."""

    name = "domain"
    definition = Domain
    family = Family.TYPE
    addressed = True
    has_values_beneath = True
    query = QUERY

    def create(self, id: ObjectId, new: Domain, context: Context) -> Steps:
        """Create it."""
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        return Steps((Statement(_make(id, new)), *comment, *_given(id, None, new, context)))

    def alter(self, id: ObjectId, old: Domain, new: Domain, context: Context) -> Steps | None:
        """Change what it has; None where it is to be over another type, which the server does not change."""
        if canonical_type(old.type) != canonical_type(new.type) or old.collation != new.collation:
            _require_unused(id, context)
            return None
        statements: list[Statement] = []
        unfit: tuple[Precondition, ...] = ()
        if old.default != new.default:
            statements.append(_alter(id, default_action(new.default)))
        if old.not_null and not new.not_null:
            statements.append(_alter(id, sql.SQL("drop not null")))
        elif new.not_null and not old.not_null:
            found = domain_values.held(id, context)
            statements.append(_refuse_null(id, found))
            unfit = tuple(domain_values.preconditions(id, found, "NOT NULL", None))
        if old.comment != new.comment:
            statements.append(_comment_on(id, new.comment))
        return Steps((*statements, *_given(id, old, new, context)), unfit)

    def drop(self, id: ObjectId, old: Domain, context: Context) -> Steps:
        """Drop it; the server refuses while something is of it."""
        unfit = (_standing(id),) if id in context.fresh else ()
        return Steps((Statement(compose("drop domain {}", ident(*id.name))),), unfit)

    def checks(self, id: ObjectId, old: Domain | None, new: Domain) -> Name | None:
        """Return it where it comes to refuse NULL."""
        return id.name if new.not_null and not (old is not None and old.not_null) else None

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, and move it to its schema."""
        note = renaming(f"domain {relation_name(old.name)}")
        return tuple(Statement(query, hazards=(note,)) for query in renamed_and_moved("domain", old, new))

    def taken(self, id: ObjectId, definition: Domain) -> sql.Composable:
        """Return the query for the relation or type of its name."""
        return relation_named(*id.name)

    def like(self, old: Domain, new: Domain) -> bool:
        """Return whether they are over the same type and collation, and refuse NULL alike."""
        alike = canonical_type(old.type) == canonical_type(new.type) and old.collation == new.collation
        return alike and old.not_null == new.not_null

    def eased(self, definition: Domain, beneath: ObjectId) -> Domain | None:
        """Its default may call a function or name a type, and goes for a moment; what it is over is there to stay."""
        if definition.default is None or beneath.kind not in (
            "function",
            "collation",
            "enum_type",
            "domain",
            "composite_type",
            "composite_attribute",
            "range_type",
        ):
            return None
        over = (*types_of(definition.type), *collations_of(definition.collation))
        if beneath.name[:2] in {it.name for it in over if (it.kind == "collation") is (beneath.kind == "collation")}:
            return None
        return msgspec.structs.replace(definition, default=None)

    def references(self, id: ObjectId, definition: Domain) -> tuple[ObjectId, ...]:
        """Return the type that it is over, and its collation."""
        return (*types_of(definition.type), *collations_of(definition.collation))

    def dry_run(self, id: ObjectId, definition: Domain) -> tuple[sql.Composable, ...]:
        """The same domain in the session's own schema."""
        return (_make(ObjectId(self.name, ("pg_temp", "supaschema_trial")), definition),)

    def sql_fields(self, id: ObjectId, definition: Domain) -> Mapping[str, SqlField]:
        """The type that it is over, and its default."""
        fields = {"type": SqlField(SqlFieldKind.TYPE, definition.type)}
        if definition.default is not None:
            default = uncollated(definition.default)
            fields["default"] = SqlField(SqlFieldKind.EXPRESSION, default, type=definition.type)
        return fields

    def structure(self, definition: Domain) -> Definition:
        """Return all but the texts."""
        default = None if definition.default is None else ""
        return msgspec.structs.replace(definition, type="", default=default)

    def resolve(self, id: ObjectId, declared: Domain, live: Domain | None, context: Context) -> Domain:
        """Keep the owner that the declaration says nothing of."""
        if live is None or declared.owner is not None:
            return declared
        return msgspec.structs.replace(declared, owner=live.owner)


def _require_unused(id: ObjectId, context: Context) -> None:
    """Refuse to make a domain anew of which, or of a domain over which, columns are."""
    columns = columns_of(id, (id,), context)
    if columns:
        raise DependencyError(
            f"it cannot be over another type while columns are of it: {', '.join(columns)}.",
            where=str(id),
            remedy="Nothing was changed. Make another domain, give the columns that type, and drop this one then.",
        )


def _make(id: ObjectId, new: Domain) -> sql.Composed:
    parts: list[sql.Composable] = [compose("create domain {} as {}", ident(*id.name), raw_sql(new.type))]
    if new.collation:
        parts.append(compose("collate {}", ident(*new.collation)))
    if new.default is not None:
        parts.append(default_clause(new.default))
    if new.not_null:
        parts.append(sql.SQL("not null"))
    return sql.SQL(" ").join(parts)


def _alter(id: ObjectId, action: sql.Composable) -> Statement:
    return Statement(compose("alter domain {} {}", ident(*id.name), action))


def _refuse_null(id: ObjectId, found: Held) -> Statement:
    query = compose("alter domain {} set not null", ident(*id.name))
    locks = domain_values.locks(found)
    mode = Mode.OWN_TRANSACTION if locks else Mode.TRANSACTION
    return Statement(query, locks=locks, hazards=domain_values.notes(found), mode=mode)


def _given(id: ObjectId, old: Domain | None, new: Domain, context: Context) -> Iterator[Statement]:
    return given_to_owner(compose("domain {}", ident(*id.name)), old.owner if old else None, new.owner, context)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("domain {}", ident(*id.name)), comment)


def _standing(id: ObjectId) -> Precondition:
    return Precondition(
        f"objects that no resource declares stand on domain {relation_name(id.name)}, which is to be over another type",
        compose(_STANDING, type=ident(*id.name)),
        shows_rows=True,
    )


# What is modelled steps aside, or is refused for. Of an array of it no value is made, so no check is run.
_STANDING = """
    select pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
      from pg_catalog.pg_type t
      join pg_catalog.pg_depend d
        on d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid in (t.oid, t.typarray)
       and d.deptype = 'n'
      left join pg_catalog.pg_type y on d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and y.oid = d.objid
      left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid
      left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.objid
     where t.typarray = pg_catalog.pg_typeof(array[]::{type}[])
       and (y.typtype <> 'd' or c.relkind in ('c', 'f') or p.prokind = 'w'
            or d.classid in ('pg_catalog.pg_cast'::pg_catalog.regclass,
                             'pg_catalog.pg_operator'::pg_catalog.regclass,
                             'pg_catalog.pg_opclass'::pg_catalog.regclass,
                             'pg_catalog.pg_amop'::pg_catalog.regclass,
                             'pg_catalog.pg_amproc'::pg_catalog.regclass))"""
