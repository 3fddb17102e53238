"""Rules on tables and views, as the server prints them: no declaration says one, they stand aside and come back."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, Lock, LockMode, ObjectId, Statement, Steps
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
        text: What the server prints.
        reaches: The other relations that it names, which are locked while it is made, `schema.name`.
        enabled: `origin` (the usual), `disabled`, `replica` or `always`.
        comment: Its comment.

    """

    text: str
    reaches: tuple[str, ...] = ()
    enabled: str = "origin"
    comment: str | None = None


class RuleKind(Kind[Rule]):
    """Rules, named `(schema, relation, rule)`; not the one that is a view."""

    name = "rule"
    definition = Rule
    family = Family.RELATION
    parts = 3
    needs_values = True
    addressed = True
    declarable = False
    query = """
        select array[n.nspname, c.relname, w.rulename]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'text', pg_catalog.pg_get_ruledef(w.oid),
                 'reaches', (
                    select pg_catalog.jsonb_agg(distinct rn.nspname || '.' || r.relname)
                      from pg_catalog.pg_depend d
                      join pg_catalog.pg_class r on r.oid = d.refobjid and r.oid <> w.ev_class and r.relkind <> 'S'
                      join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
                     where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
                       and d.refclassid = 'pg_catalog.pg_class'::regclass),
                 'enabled', case w.ev_enabled when 'O' then 'origin' when 'D' then 'disabled'
                    when 'R' then 'replica' else 'always' end,
                 'comment', pg_catalog.obj_description(w.oid, 'pg_rewrite'))),
               'pg_catalog.pg_rewrite'::regclass::oid, w.oid, 0
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_rewrite w on w.ev_class = c.oid and w.rulename <> '_RETURN'
         where c.relkind in ('r', 'p', 'v') and {scope}
    """

    def create(self, id: ObjectId, new: Rule, context: Context) -> Steps:
        """Create it as the server printed it."""
        return Steps((_make(id, new, raw_sql(new.text)), *_changes(id, Rule(text=new.text), new)))

    def alter(self, id: ObjectId, old: Rule, new: Rule, context: Context) -> Steps:
        """Replace it in place."""
        return Steps(tuple(_changes(id, old, new)))

    def drop(self, id: ObjectId, old: Rule, context: Context) -> Steps:
        """Drop it."""
        what = f"Writes to {relation_name(id.name)} no longer do what rule {id.name[2]} says."
        note = HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what)
        return Steps((_statement(id, compose("drop rule {} on {}", ident(id.name[2]), ident(*id.name[:2])), note),))

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its table or view."""
        return (ObjectId("table", id.name[:2]), ObjectId("view", id.name[:2]))


def _make(id: ObjectId, new: Rule, query: sql.Composable) -> Statement:
    own = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
    return Statement(query, locks=(own, *(Lock(relation, LockMode.ROW_EXCLUSIVE) for relation in new.reaches)))


def _changes(id: ObjectId, old: Rule, new: Rule) -> Iterator[Statement]:
    if old.text != new.text:
        yield _make(id, new, sql.SQL("create or replace rule ") + raw_sql(new.text.removeprefix("CREATE RULE ")))
    if old.enabled != new.enabled:
        words, name = raw_sql(_ENABLING[new.enabled]), ident(id.name[2])
        yield _statement(id, compose("alter table {} {} rule {}", ident(*id.name[:2]), words, name))
    if old.comment != new.comment:
        value = literal(new.comment) if new.comment else sql.SQL("null")
        query = compose("comment on rule {} on {} is {}", ident(id.name[2]), ident(*id.name[:2]), value)
        yield Statement(query, locks=(Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE),))


def _statement(id: ObjectId, query: sql.Composable, *notes: HazardNote) -> Statement:
    return Statement(query, locks=(Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE),), hazards=notes)
