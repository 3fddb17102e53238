"""Rules on tables and views. No resource declares them: they come back with what they hang on."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.model import Definition, Lock, LockMode, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident, literal, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind

# ALTER TABLE's words for what pg_rewrite.ev_enabled holds.
_ENABLING = {
    "origin": "enable",
    "disabled": "disable",
    "replica": "enable replica",
    "always": "enable always",
}


class Rule(Definition, frozen=True, kw_only=True):
    """A rule's definition.

    Attributes:
        text: What the server prints for the whole.
        enabled: `origin` (the usual), `disabled`, `replica` or `always`.
        comment: Its comment; empty: none.

    """

    text: str
    enabled: str = "origin"
    comment: str = ""


class RuleKind(Kind[Rule]):
    """Rules, named `(schema, relation, rule)`; not the one that makes a view a view.

    They have no address: what no kind looks after is told by name, and a rule is only ever brought back.
    """

    name = "rule"
    definition = Rule
    family = Family.RELATION
    needs_values = True
    query = """
        select array[n.nspname, c.relname, w.rulename]::text[],
               pg_catalog.jsonb_build_object(
                 'text', pg_catalog.rtrim(pg_catalog.pg_get_ruledef(w.oid), ';'),
                 'enabled', case w.ev_enabled when 'O' then 'origin' when 'D' then 'disabled'
                    when 'R' then 'replica' else 'always' end,
                 'comment', coalesce(pg_catalog.obj_description(w.oid, 'pg_rewrite'), ''))
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_rewrite w on w.ev_class = c.oid and w.rulename <> '_RETURN'
         where {scope}
    """

    def create(self, id: ObjectId, new: Rule, context: Context) -> Steps:
        """Create it as it was."""
        statements = [Statement(raw_sql(new.text), locks=(_lock(id),))]
        if new.enabled != "origin":
            statements.append(_enable(id, new))
        if new.comment:
            statements.append(_comment_on(id, new))
        return Steps(tuple(statements))

    def alter(self, id: ObjectId, old: Rule, new: Rule, context: Context) -> Steps:
        """Replace it in place."""
        statements = []
        if old.text != new.text:
            query = sql.SQL("create or replace rule ") + raw_sql(new.text.removeprefix("CREATE RULE "))
            statements.append(Statement(query, locks=(_lock(id),)))
        if old.enabled != new.enabled:
            statements.append(_enable(id, new))
        if old.comment != new.comment:
            statements.append(_comment_on(id, new))
        return Steps(tuple(statements))

    def drop(self, id: ObjectId, old: Rule, context: Context) -> Steps:
        """Drop it."""
        query = compose("drop rule {} on {}", ident(id.name[2]), ident(*id.name[:2]))
        return Steps((Statement(query, locks=(_lock(id),)),))

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its table or view."""
        return (ObjectId("table", id.name[:2]), ObjectId("view", id.name[:2]))


def _enable(id: ObjectId, new: Rule) -> Statement:
    words = raw_sql(_ENABLING[new.enabled])
    query = compose("alter table {} {} rule {}", ident(*id.name[:2]), words, ident(id.name[2]))
    return Statement(query, locks=(_lock(id),))


def _comment_on(id: ObjectId, new: Rule) -> Statement:
    value = literal(new.comment) if new.comment else sql.SQL("null")
    return Statement(compose("comment on rule {} on {} is {}", ident(id.name[2]), ident(*id.name[:2]), value))


def _lock(id: ObjectId) -> Lock:
    return Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
