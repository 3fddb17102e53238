"""Triggers that the server refuses: what is wrong with them, and the fields that are to be named for it."""

from typing import Any

from supaschema.declarations import TriggerEvent

_INSERT, _UPDATE = TriggerEvent.INSERT, TriggerEvent.UPDATE
_DELETE, _TRUNCATE = TriggerEvent.DELETE, TriggerEvent.TRUNCATE

REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"events": ()}, ["events"]),
    ({"events": (_TRUNCATE,)}, ["forEach"]),
    ({"timing": "instead of", "for_each": "statement"}, ["forEach"]),
    ({"timing": "instead of", "events": (_TRUNCATE,)}, ["forEach", "events"]),
    ({"timing": "instead of", "events": (_UPDATE,), "update_of": ("type",)}, ["updateOf"]),
    ({"timing": "instead of", "when": "new.type is null"}, ["when"]),
    ({"events": (_INSERT, _UPDATE), "when": "old.type is null"}, ["when"]),
    ({"events": (_DELETE,), "when": "NEW.type is null"}, ["when"]),
    ({"for_each": "statement", "events": (_UPDATE,), "when": "new.type is null"}, ["when"]),
]
"""Changes of a trigger before insert or update on a table with the column `type`."""
