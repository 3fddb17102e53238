"""What a domain checks of its values, each check by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Mode, ObjectId, Phase, Statement, Steps
from supaschema.core.sqltext import Name, compose, ident, literal, raw_sql
from supaschema.kinds import domain_values
from supaschema.kinds.base import Context, Family, Kind, SqlField, SqlFieldKind
from supaschema.kinds.comments import commented
from supaschema.kinds.renaming import roughly_alike


class DomainCheck(Definition, frozen=True, kw_only=True):
    """A check of a domain.

    Attributes:
        expression: What holds for each VALUE.
        type: The type of VALUE, which is the domain's own. Kept, not compared.
        validated: False while values that exist are not proven.
        comment: Its comment.

    """

    expression: str
    type: str
    validated: bool = True
    comment: str | None = None


class DomainCheckKind(Kind[DomainCheck]):
    """Checks of domains, named `(schema, domain, check)`."""

    name = "domain_check"
    definition = DomainCheck
    family = Family.TYPE
    parts = 3
    addressed = True
    query = """
        select array[n.nspname, t.typname, k.conname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'expression', pg_catalog.pg_get_expr(k.conbin, 0),
                 'type', pg_catalog.format_type(t.typbasetype, t.typtypmod),
                 'validated', k.convalidated,
                 'comment', pg_catalog.obj_description(k.oid, 'pg_constraint'))),
               'pg_catalog.pg_constraint'::regclass::oid, k.oid, 0
          from pg_catalog.pg_type t
          join pg_catalog.pg_namespace n on n.oid = t.typnamespace
          join pg_catalog.pg_constraint k on k.contypid = t.oid and k.contype = 'c'
         where {scope}
         order by k.oid
    """

    def create(self, id: ObjectId, new: DomainCheck, context: Context) -> Steps:
        """Add it: where values exist first for new ones, and then prove those that are there."""
        found = domain_values.held(id, context)
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        if not new.validated:
            return Steps((_add(id, new, valid=False), *comment))
        if not found.columns and not found.within:
            return Steps((_add(id, new), *comment))
        proven = _proven(id, new, context)
        if id in context.aside:
            # As it was, in one transaction with what changes beneath it, and proven later, while others go on.
            later = (replace(item, phase=Phase.TIDY) for item in proven.statements)
            return Steps((_add(id, new, valid=False), *comment, *later))
        return Steps((_add(id, new, valid=False), *comment, *proven.statements), proven.preconditions)

    def alter(self, id: ObjectId, old: DomainCheck, new: DomainCheck, context: Context) -> Steps | None:
        """Prove it, or comment on it; None where it says something else, or is to be proven no more."""
        if old.expression != new.expression or (old.validated and not new.validated):
            return None
        comment = (_comment_on(id, new.comment),) if old.comment != new.comment else ()
        proven = _proven(id, new, context) if new.validated and not old.validated else Steps()
        return Steps((*comment, *proven.statements), proven.preconditions)

    def drop(self, id: ObjectId, old: DomainCheck, context: Context) -> Steps:
        """Drop it."""
        return Steps(
            (Statement(compose("alter domain {} drop constraint {}", ident(*id.name[:2]), ident(id.name[2]))),)
        )

    def checks(self, id: ObjectId, old: DomainCheck | None, new: DomainCheck) -> Name | None:
        """Return the domain where all its values are to be proven."""
        is_proven = old is not None and old.validated and old.expression == new.expression
        return id.name[:2] if new.validated and not is_proven else None

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its domain."""
        return (ObjectId("domain", id.name[:2]),)

    def spoken_for_with(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """A domain is declared with all its checks."""
        return self.parents(id)

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it."""
        query = compose(
            "alter domain {} rename constraint {} to {}", ident(*new.name[:2]), ident(old.name[2]), ident(new.name[2])
        )
        return (Statement(query),)

    def taken(self, id: ObjectId, definition: DomainCheck) -> sql.Composable:
        """Return the query for the constraint of the domain that has its name."""
        return compose(
            """select pg_catalog.pg_describe_object('pg_catalog.pg_constraint'::regclass, k.oid, 0)
                 from pg_catalog.pg_constraint k
                 join pg_catalog.pg_type t on t.oid = k.contypid
                 join pg_catalog.pg_namespace n on n.oid = t.typnamespace
                where n.nspname = {} and t.typname = {} and k.conname = {}""",
            *map(literal, id.name),
        )

    def like(self, old: DomainCheck, new: DomainCheck) -> bool:
        """Return whether they say the same."""
        return old.validated == new.validated and roughly_alike(old.expression, new.expression)

    def holds_results(self, definition: DomainCheck) -> str | None:
        """It was true of each value when that was written."""
        return "values that exist are not checked again"

    def dry_run(self, id: ObjectId, definition: DomainCheck) -> tuple[sql.Composable, ...]:
        """A domain with this check alone in the session's own schema."""
        trial = ident("pg_temp", "supaschema_trial")
        texts = raw_sql(definition.type), raw_sql(definition.expression)
        return (compose("create domain {} as {} check ({})", trial, *texts),)

    def sql_fields(self, id: ObjectId, definition: DomainCheck) -> Mapping[str, SqlField]:
        """What it checks."""
        return {"expression": SqlField(SqlFieldKind.DOMAIN_CHECK, definition.expression, type=definition.type)}

    def structure(self, definition: DomainCheck) -> Definition:
        """Return all but the text, and but what is the domain's."""
        return msgspec.structs.replace(definition, expression="", type="")


def _add(id: ObjectId, new: DomainCheck, *, valid: bool = True) -> Statement:
    suffix = sql.SQL("" if valid else " not valid")
    name = ident(id.name[2])
    add = compose("add constraint {} check ({}){}", name, raw_sql(new.expression), suffix)
    return Statement(compose("alter domain {} {}", ident(*id.name[:2]), add))


def _proven(id: ObjectId, new: DomainCheck, context: Context) -> Steps:
    found = domain_values.held(id, context)
    reasons = tuple(domain_values.preconditions(id, found, f"the check {id.name[2]}", new.expression))
    each = [domain_values.against(column, new.expression) for column in found.columns]
    query = compose("alter domain {} validate constraint {}", ident(*id.name[:2]), ident(id.name[2]))
    statement = Statement(
        query,
        locks=domain_values.locks(found),
        hazards=domain_values.notes(found),
        mode=Mode.OWN_TRANSACTION if found.columns else Mode.TRANSACTION,
        computes=True,
        find=each[0] if len(each) == 1 else None,
    )
    return Steps((statement,), reasons)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("constraint {} on domain {}", ident(id.name[2]), ident(*id.name[:2])), comment)
