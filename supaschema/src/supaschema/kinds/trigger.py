"""Triggers on tables and views."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Facts, Hazard, HazardNote, Lock, LockMode, ObjectId, Statement, Steps
from supaschema.core.renames import spelled
from supaschema.core.secret_texts import MASK
from supaschema.core.sqltext import Name, compose, ident, idents, literal, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind, SqlField, SqlFieldKind
from supaschema.kinds.comments import commented
from supaschema.kinds.renaming import roughly_alike
from supaschema.supabase.platform import WEB_HOOKS

ENABLING = {
    "origin": "enable",
    "disabled": "disable",
    "replica": "enable replica",
    "always": "enable always",
}
"""ALTER's words for what pg_trigger.tgenabled and pg_event_trigger.evtenabled hold."""


_HEAD = re.compile(r'^(CREATE (?:CONSTRAINT )?TRIGGER )(?:"(?:[^"]|"")*"|[^\s"]+) ')
"""How the server's text of a trigger begins: with its name."""


class Trigger(Definition, frozen=True, kw_only=True):
    """A trigger's definition.

    Attributes:
        timing: `before`, `after` or `instead of`.
        events: What fires it: `insert`, `update`, `delete`, `truncate`, in this order.
        update_of: The columns whose update fires it, sorted; empty means any.
        for_each: `row` or `statement`.
        when: A condition over OLD and NEW.
        function: The function called, `schema.name`.
        arguments: Its string arguments.
        enabled: `origin` (the usual), `disabled`, `replica` or `always`.
        constraint: Whether it is a constraint trigger.
        deferrable: Whether a transaction may put it off to its end.
        initially_deferred: Whether it is put off where the transaction does not say.
        transitions: Names of the tables of old and new rows that the function sees.
        comment: Its comment; empty: none. What says nothing of it keeps it.
        text: What the server prints, for putting back one that was there before. No property to compare.

    """

    timing: str
    events: tuple[str, ...]
    update_of: tuple[str, ...] = ()
    for_each: str
    when: str | None = None
    function: str
    arguments: tuple[str, ...] = ()
    enabled: str = "origin"
    constraint: bool = False
    deferrable: bool = False
    initially_deferred: bool = False
    transitions: tuple[str, ...] = ()
    comment: str | None = None
    text: str | None = None


def fires(table: Name, live: Facts) -> bool:
    """Return whether a trigger fires when an application writes a row of a table."""
    return any(
        isinstance(definition, Trigger) and id.name[:2] == table and definition.enabled in ("origin", "always")
        for id, definition in live.items()
    )


class TriggerKind(Kind[Trigger]):
    """Triggers, named `(schema, table, trigger)`; not those that the server makes for keys and partitions."""

    name = "trigger"
    definition = Trigger
    family = Family.RELATION
    parts = 3
    needs_values = True
    # tgtype's bits: 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate, 64 instead of.
    # tgargs: strings, each ended by a zero byte. tgqual cannot be deparsed alone, for it names two rows.
    addressed = True
    query = """
        select array[n.nspname, c.relname, t.tgname]::text[],
               jsonb_strip_nulls(jsonb_build_object(
                 'timing', case t.tgtype & 66 when 2 then 'before' when 64 then 'instead of' else 'after' end,
                 'events', (
                    select jsonb_agg(e.name order by e.place)
                      from (values (1, 4, 'insert'), (2, 16, 'update'), (3, 8, 'delete'), (4, 32, 'truncate'))
                           e(place, bit, name)
                     where t.tgtype & e.bit > 0),
                 'update_of', (
                    select jsonb_agg(a.attname order by a.attname)
                      from pg_catalog.pg_attribute a
                     where a.attrelid = t.tgrelid and a.attnum = any (t.tgattr::smallint[])),
                 'for_each', case when t.tgtype & 1 > 0 then 'row' else 'statement' end,
                 'when', case when t.tgqual is not null then substring(
                    pg_catalog.pg_get_triggerdef(t.oid) from ' WHEN [(](.*)[)] EXECUTE FUNCTION ') end,
                 'function', fn.nspname || '.' || f.proname,
                 'arguments', (
                    select jsonb_agg(pg_catalog.convert_from(pg_catalog.decode(m.parts[1], 'hex'),
                             pg_catalog.getdatabaseencoding()) order by m.place)
                      from pg_catalog.regexp_matches(pg_catalog.encode(t.tgargs, 'hex'), '((?:..)*?)00', 'g')
                           with ordinality m(parts, place)),
                 'enabled', case t.tgenabled when 'O' then 'origin' when 'D' then 'disabled'
                    when 'R' then 'replica' else 'always' end,
                 'constraint', t.tgconstraint <> 0,
                 'deferrable', t.tgdeferrable,
                 'initially_deferred', t.tginitdeferred,
                 'transitions', case when coalesce(t.tgoldtable, t.tgnewtable) is not null then
                    jsonb_build_array(coalesce(t.tgoldtable, ''), coalesce(t.tgnewtable, '')) end,
                 'comment', coalesce(pg_catalog.obj_description(t.oid, 'pg_trigger'), ''),
                 'text', pg_catalog.pg_get_triggerdef(t.oid))),
               'pg_catalog.pg_trigger'::regclass::oid, t.oid, 0
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal and t.tgparentid = 0
          join pg_catalog.pg_proc f on f.oid = t.tgfoid
          join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
         where {scope}
    """

    def create(self, id: ObjectId, new: Trigger, context: Context) -> Steps:
        """Create it; a new table's at once, for nobody waits for it."""
        statements = [Statement(_make(id, new, replace=False), locks=(_lock(id),))]
        if new.enabled != "origin":
            statements.append(_enable(id, new))
        if new.comment:
            statements.append(_comment_on(id, new.comment))
        return Steps(tuple(statements))

    def alter(self, id: ObjectId, old: Trigger, new: Trigger, context: Context) -> Steps | None:
        """Replace it in place; the server cannot do that with a constraint trigger."""
        statements = []
        replaced = _shape(old) != _shape(new)
        if replaced and (old.constraint or new.constraint):
            return None
        if replaced:
            statements.append(Statement(_make(id, new, replace=True), locks=(_lock(id),)))
        # A replaced trigger is enabled, whatever it was before.
        if new.enabled != ("origin" if replaced else old.enabled):
            statements.append(_enable(id, new))
        if old.comment != new.comment:
            statements.append(_comment_on(id, new.comment))
        return Steps(tuple(statements))

    def drop(self, id: ObjectId, old: Trigger, context: Context) -> Steps:
        """Drop it."""
        query = compose("drop trigger {} on {}", ident(id.name[2]), ident(*id.name[:2]))
        lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
        what = f"Writes to {relation_name(id.name)} no longer call {old.function}."
        note = HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what)
        hazards = () if id in context.fresh or _is_called_else(id, old, context) else (note,)
        return Steps((Statement(query, locks=(lock,), hazards=hazards),))

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it."""
        name, table = ident(old.name[2]), ident(*new.name[:2])
        query = compose("alter trigger {} on {} rename to {}", name, table, ident(new.name[2]))
        return (Statement(query, locks=(Lock(relation_name(new.name), LockMode.ACCESS_EXCLUSIVE),)),)

    def renamed(self, definition: Trigger, old: ObjectId, new: ObjectId) -> Trigger:
        """Return it with its name in what the server prints."""
        if definition.text is None:
            return definition
        text = _HEAD.sub(lambda head: f"{head[1]}{spelled(new.name[2])} ", definition.text, count=1)
        return msgspec.structs.replace(definition, text=text)

    def like(self, old: Trigger, new: Trigger) -> bool:
        """Return whether they fire alike and call the same."""
        one, other = (msgspec.structs.replace(_shape(item), when=None) for item in (old, new))
        return one == other and roughly_alike(old.when, new.when)

    def descends(self, definition: Trigger, *, partitioned: bool) -> bool:
        """A partitioned table's trigger for each row has one on each partition."""
        return partitioned and definition.for_each == "row"

    def unfit(self, definition: Trigger, relkind: str) -> str | None:
        """A foreign table's trigger sees no tables of rows, and is put off to no end of a transaction."""
        if relkind != "f":
            return None
        if definition.constraint:
            return "constraint triggers"
        return "triggers that see tables of rows" if any(definition.transitions) else None

    def unfit_among_tables(self, definition: Trigger) -> str | None:
        """What fires for each row sees no tables of rows there: a statement's rows may be those of several tables."""
        is_unfit = definition.for_each == "row" and any(definition.transitions)
        return "a trigger for each row that sees tables of rows" if is_unfit else None

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its table or view."""
        return (ObjectId("table", id.name[:2]), ObjectId("view", id.name[:2]))

    def stands_on(self, id: ObjectId, definition: Trigger) -> tuple[tuple[str, ...], ...]:
        """Return its table with the schema, and its function with that one's."""
        schema, _, name = definition.function.partition(".")
        return (*super().stands_on(id, definition), ("schema", schema), ("routine", schema, name))

    def sql_fields(self, id: ObjectId, definition: Trigger) -> Mapping[str, SqlField]:
        """The condition."""
        if definition.when is None:
            return {}
        relation = (id.name[0], id.name[1])
        slot = SqlField(
            SqlFieldKind.EXPRESSION, definition.when, type="boolean", relation=relation, row_names=("old", "new")
        )
        return {"when": slot}

    def told(self, definition: Trigger) -> Trigger:
        """Return the trigger, of a web hook without its arguments: they hold the keys of the service that it calls."""
        if not definition.function.startswith(f"{WEB_HOOKS}."):
            return definition
        masks = (MASK,) * len(definition.arguments)
        return msgspec.structs.replace(definition, arguments=masks, text=definition.text and MASK)

    def structure(self, definition: Trigger) -> Definition:
        """Return all but the condition's text and the server's own."""
        return msgspec.structs.replace(definition, when=None if definition.when is None else "", text=None)

    def resolve(self, id: ObjectId, declared: Trigger, live: Trigger | None, context: Context) -> Trigger:
        """Keep the comment that the declaration says nothing of."""
        if declared.comment is not None or live is None:
            return declared
        return msgspec.structs.replace(declared, comment=live.comment)


def _is_called_else(id: ObjectId, trigger: Trigger, context: Context) -> bool:
    others = context.live.keys() - context.dropped - {id}
    stay = (context.live[other] for other in others if other.kind == id.kind and other.name[:2] == id.name[:2])
    return any(isinstance(item, Trigger) and item.function == trigger.function for item in stay)


def _shape(trigger: Trigger) -> Trigger:
    return msgspec.structs.replace(trigger, enabled="origin", comment=None, text=None)


def _make(id: ObjectId, new: Trigger, *, replace: bool) -> sql.Composable:
    if new.text is not None:
        text = raw_sql(new.text.removeprefix("CREATE TRIGGER "))
        return sql.SQL("create or replace trigger ") + text if replace else raw_sql(new.text)
    return compose(
        "create {}trigger {} {} {} on {}{} for each {}{} execute function {}({})",
        sql.SQL("constraint " if new.constraint else "or replace " if replace else ""),
        ident(id.name[2]),
        raw_sql(new.timing),
        sql.SQL(" or ").join(_event(event, new) for event in new.events),
        ident(*id.name[:2]),
        sql.SQL("").join((*_deferral(new), *_transitions(new))),
        raw_sql(new.for_each),
        compose(" when ({})", raw_sql(new.when)) if new.when is not None else sql.SQL(""),
        ident(*new.function.split(".", 1)),
        sql.SQL(", ").join(literal(argument) for argument in new.arguments),
    )


def _deferral(new: Trigger) -> Iterator[sql.Composable]:
    if new.deferrable:
        yield sql.SQL(" deferrable")
    if new.initially_deferred:
        yield sql.SQL(" initially deferred")


def _transitions(new: Trigger) -> Iterator[sql.Composable]:
    if not any(new.transitions):
        return
    yield sql.SQL(" referencing")
    for which, name in zip(("old", "new"), new.transitions, strict=True):
        if name:
            yield compose(" {} table as {}", raw_sql(which), ident(name))


def _event(event: str, trigger: Trigger) -> sql.Composable:
    if event == "update" and trigger.update_of:
        return compose("update of {}", idents(trigger.update_of))
    return raw_sql(event)


def _enable(id: ObjectId, new: Trigger) -> Statement:
    words = raw_sql(ENABLING[new.enabled])
    query = compose("alter table {} {} trigger {}", ident(*id.name[:2]), words, ident(id.name[2]))
    return Statement(query, locks=(_lock(id),))


def _lock(id: ObjectId) -> Lock:
    return Lock(relation_name(id.name), LockMode.SHARE_ROW_EXCLUSIVE)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("trigger {} on {}", ident(id.name[2]), ident(*id.name[:2])), comment)
