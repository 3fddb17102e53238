"""Trigger: what a table calls when its rows change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.quoted import unquoted
from supaschema.core.renames import Rename
from supaschema.declarations import Trigger, TriggerEnabled, TriggerEvent
from supaschema.kinds import trigger as trigger_kind
from supaschema.lint.identifiers import name_problems
from supaschema.resources import renamed
from supaschema.resources.base import Resource

Name = tuple[str, str, str]

_TIMINGS = ("before", "after", "instead of")
_FOR_EACH = ("row", "statement")
_CAMEL = {
    "deferrable": "deferrable",
    "initially_deferred": "initiallyDeferred",
    "old_table": "oldTable",
    "new_table": "newTable",
}
_STRING = re.compile(r"'(?:[^']|'')*'")


class TriggerResource(Resource[Trigger]):
    """Triggers."""

    declaration = Trigger
    principal = "trigger"

    def identify(self, declared: Trigger) -> str:
        """Return `schema.table.trigger`."""
        return f"{declared.schema}.{declared.table}.{declared.name}"

    def imported(self, id: str, live: Facts) -> Trigger | None:
        """Return the live trigger's declaration."""
        # Each part may have dots of its own: what is live tells where one ends.
        found = next((it.name for it in live if it.kind == self.principal and ".".join(it.name) == id), None)
        return None if found is None else _declared_from(live, (found[0], found[1], found[2]))

    def problems(self, declared: Trigger) -> Iterable[DeclarationError]:
        """Return names that are too long, and combinations that the server refuses."""
        for field in ("name", "table", "schema"):
            yield from name_problems(getattr(declared, field), field=field)
        for field, value, admitted in (
            ("timing", declared.timing, _TIMINGS),
            ("forEach", declared.for_each, _FOR_EACH),
        ):
            if value not in admitted:
                remedy = f"Write one of: {', '.join(admitted)}."
                yield DeclarationError(f'"{value}" is not known.', field=field, remedy=remedy)
        schema, dot, function = declared.function.partition(".")
        if not (schema and dot and function):
            what = f'the function "{declared.function}" is named without its schema.'
            yield DeclarationError(what, field="function", remedy="Write schema.name.")
        yield from _event_problems(declared)
        yield from _instead_problems(declared)
        yield from _condition_problems(declared)
        yield from _constraint_problems(declared)
        yield from _table_problems(declared)

    def facts(self, declared: Trigger) -> tuple[Fact, ...]:
        """Return the trigger."""
        events = set(declared.events)
        definition = trigger_kind.Trigger(
            timing=declared.timing,
            events=tuple(event.value for event in TriggerEvent if event in events),
            update_of=tuple(sorted(declared.update_of)),
            for_each=declared.for_each,
            when=declared.when,
            function=unquoted(declared.function),
            arguments=declared.arguments,
            constraint=declared.constraint,
            deferrable=declared.deferrable or declared.initially_deferred,
            initially_deferred=declared.initially_deferred,
            transitions=(declared.old_table or "", declared.new_table or "") if _sees_tables(declared) else (),
            enabled=declared.enabled.value,
            comment=declared.comment,
        )
        return (Fact(ObjectId("trigger", (declared.schema, declared.table, declared.name)), definition),)

    def renames(self, declared: Trigger) -> tuple[Rename, ...]:
        """Return those of the trigger."""
        name = (declared.schema, declared.table, declared.name)
        return tuple(renamed.of_relation("trigger", name, declared.renamed_from))

    def former(self, declared: Trigger) -> tuple[str, ...]:
        """Return the ids of its former names."""
        return tuple(".".join(pair.old.name) for pair in self.renames(declared))

    def lift(self, facts: Facts, declared: Trigger) -> Mapping[str, Any]:
        """Return the trigger as the facts have it."""
        found = _declared_from(facts, (declared.schema, declared.table, declared.name), declared)
        return {} if found is None else found.to_inputs()


def _sees_tables(declared: Trigger) -> bool:
    return bool(declared.old_table or declared.new_table)


def _declared_from(facts: Facts, name: Name, known: Trigger | None = None) -> Trigger | None:
    found = facts.get(ObjectId("trigger", name))
    if not isinstance(found, trigger_kind.Trigger):
        return None
    old_table, new_table = found.transitions or ("", "")
    # Deferred, it is deferrable, whether the program says so or not.
    implied = found.initially_deferred and known is not None and not known.deferrable
    said = known is not None and known.comment is not None
    return Trigger(
        schema=name[0],
        table=name[1],
        name=name[2],
        timing=found.timing,
        events=tuple(TriggerEvent(event) for event in found.events),
        update_of=found.update_of,
        for_each=found.for_each,
        when=found.when,
        function=found.function,
        arguments=found.arguments,
        constraint=found.constraint,
        deferrable=found.deferrable and not implied,
        initially_deferred=found.initially_deferred,
        old_table=old_table or None,
        new_table=new_table or None,
        enabled=TriggerEnabled(found.enabled),
        comment=found.comment if said else found.comment or None,
    )


def _event_problems(declared: Trigger) -> Iterable[DeclarationError]:
    events = declared.events
    if not events:
        yield DeclarationError("nothing fires the trigger.", field="events", remedy="Name at least one event.")
    if len(set(events)) != len(events):
        yield DeclarationError("an event is named twice.", field="events", remedy="Remove one.")
    if len(set(declared.update_of)) != len(declared.update_of):
        yield DeclarationError("a column is named twice.", field="updateOf", remedy="Remove one.")
    if declared.update_of and TriggerEvent.UPDATE not in events:
        what = "columns are named whose update fires it, but update does not."
        yield DeclarationError(what, field="updateOf", remedy="Add update to the events, or name no columns.")
    if TriggerEvent.TRUNCATE in events and declared.for_each == "row":
        what = "truncate fires no trigger for each row."
        yield DeclarationError(what, field="forEach", remedy="Declare one for each statement.")


def _instead_problems(declared: Trigger) -> Iterable[DeclarationError]:
    if declared.timing != "instead of":
        return
    if declared.for_each != "row":
        what = "an instead of trigger is for each row only."
        yield DeclarationError(what, field="forEach", remedy="Write row.")
    if TriggerEvent.TRUNCATE in declared.events:
        yield DeclarationError("nothing can be done instead of truncate.", field="events", remedy="Remove it.")
    if declared.update_of:
        what = "an instead of trigger cannot be limited to columns."
        yield DeclarationError(what, field="updateOf", remedy="Let the function compare OLD and NEW.")
    if declared.when is not None:
        what = "an instead of trigger cannot have a condition."
        yield DeclarationError(what, field="when", remedy="Let the function test it.")


def _condition_problems(declared: Trigger) -> Iterable[DeclarationError]:
    if declared.when is None:
        return
    if not declared.when.strip():
        yield DeclarationError("the condition is empty.", field="when", remedy="Leave it out.")
    named = {word.lower() for word in re.findall(r"\w+(?=\s*\.)", _STRING.sub("", declared.when))}
    for row, event in (("old", TriggerEvent.INSERT), ("new", TriggerEvent.DELETE)):
        if row not in named:
            continue
        if declared.for_each == "statement":
            what = f"the condition names {row.upper()}, and a trigger for each statement has no rows."
            yield DeclarationError(what, field="when", remedy="Declare it for each row.")
        elif event in declared.events:
            what = f"the condition names {row.upper()}, which {event.value} does not have."
            yield DeclarationError(what, field="when", remedy=f"Declare a trigger of its own for {event.value}.")


def _constraint_problems(declared: Trigger) -> Iterable[DeclarationError]:
    if not declared.constraint:
        for field in ("deferrable", "initially_deferred"):
            if getattr(declared, field):
                what = "only a constraint trigger can be deferred."
                yield DeclarationError(what, field=_CAMEL[field], remedy="Make it constraint=True, or leave this out.")
        return
    if declared.timing != "after" or declared.for_each != "row":
        what = "a constraint trigger fires after, and for each row."
        yield DeclarationError(what, field="constraint", remedy='Write timing="after", for_each="row".')
    if TriggerEvent.TRUNCATE in declared.events:
        yield DeclarationError("truncate fires no constraint trigger.", field="events", remedy="Remove it.")


def _table_problems(declared: Trigger) -> Iterable[DeclarationError]:
    if not _sees_tables(declared):
        return
    if declared.timing != "after" or declared.constraint:
        what = "only a trigger that fires after, and is no constraint trigger, sees a table of rows."
        yield DeclarationError(what, field="newTable", remedy='Write timing="after", or leave the tables out.')
    if len(declared.events) != 1 or declared.update_of:
        what = "a trigger that sees tables of rows fires at one event, whatever the columns."
        yield DeclarationError(what, field="events", remedy="Declare one trigger for each event.")
    for field, event in (("old_table", TriggerEvent.INSERT), ("new_table", TriggerEvent.DELETE)):
        if getattr(declared, field) and event in declared.events:
            what = f"{event.value} has no {field.partition('_')[0]} rows."
            yield DeclarationError(what, field=_CAMEL[field], remedy="Leave this out.")
    if declared.old_table and declared.old_table == declared.new_table:
        yield DeclarationError("both tables of rows have one name.", field="newTable", remedy="Rename one.")
