"""EventTrigger: what is called when the database's objects change, or somebody logs in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.quoted import unquoted
from supaschema.core.renames import Rename
from supaschema.declarations import DatabaseEvent, EventTrigger, TriggerEnabled
from supaschema.kinds import event_trigger as event_trigger_kind
from supaschema.lint.identifiers import name_problems
from supaschema.resources.base import Resource

_WITHOUT_TAGS = (DatabaseEvent.LOGIN,)


class EventTriggerResource(Resource[EventTrigger]):
    """Event triggers."""

    declaration = EventTrigger

    def identify(self, declared: EventTrigger) -> str:
        """Return the event trigger's name."""
        return declared.name

    def imported(self, id: str, live: Facts) -> EventTrigger | None:
        """Return the live event trigger's declaration."""
        return _declared_from(live, id)

    def problems(self, declared: EventTrigger) -> Iterable[DeclarationError]:
        """Return names that are too long, and what the server would object to."""
        yield from name_problems(declared.name, field="name")
        schema, dot, function = declared.function.partition(".")
        if not (schema and dot and function):
            what = f'the function "{declared.function}" is named without its schema.'
            yield DeclarationError(what, field="function", remedy="Write schema.name.")
        if declared.tags and declared.event in _WITHOUT_TAGS:
            what = f"{declared.event.value} is fired by no command."
            yield DeclarationError(what, field="tags", remedy="Leave the tags out.")
        if len({*_tags(declared)}) != len(declared.tags):
            yield DeclarationError("a command is named twice.", field="tags", remedy="Remove one.")

    def facts(self, declared: EventTrigger) -> tuple[Fact, ...]:
        """Return the event trigger."""
        definition = event_trigger_kind.EventTrigger(
            event=declared.event.value,
            tags=_tags(declared),
            function=unquoted(declared.function),
            enabled=declared.enabled.value,
            comment=declared.comment,
        )
        return (Fact(ObjectId("event_trigger", (declared.name,)), definition),)

    def renames(self, declared: EventTrigger) -> tuple[Rename, ...]:
        """Return those of the event trigger: no text names it."""
        new = ObjectId("event_trigger", (declared.name,))
        former = declared.renamed_from
        return tuple(Rename(ObjectId("event_trigger", (old,)), new, is_spoken=False) for old in former)

    def former(self, declared: EventTrigger) -> tuple[str, ...]:
        """Return its former names."""
        return declared.renamed_from

    def lift(self, facts: Facts, declared: EventTrigger) -> Mapping[str, Any]:
        """Return the event trigger as the facts have it."""
        found = _declared_from(facts, declared.name, declared)
        return {} if found is None else found.to_inputs()


def _tags(declared: EventTrigger) -> tuple[str, ...]:
    # The server keeps them in capitals.
    return tuple(tag.upper() for tag in declared.tags)


def _declared_from(facts: Facts, name: str, known: EventTrigger | None = None) -> EventTrigger | None:
    found = facts.get(ObjectId("event_trigger", (name,)))
    if not isinstance(found, event_trigger_kind.EventTrigger):
        return None
    is_known = known is not None and {*_tags(known)} == {*found.tags}
    said = known is not None and known.comment is not None
    return EventTrigger(
        name=name,
        event=DatabaseEvent(found.event),
        tags=known.tags if known is not None and is_known else found.tags,
        function=found.function,
        enabled=TriggerEnabled(found.enabled),
        comment=found.comment if said else found.comment or None,
    )
