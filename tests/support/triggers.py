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
    ({"deferrable": True}, ["deferrable"]),
    ({"timing": "after", "initially_deferred": True}, ["initiallyDeferred"]),
    ({"constraint": True}, ["constraint"]),
    ({"constraint": True, "timing": "after", "for_each": "statement"}, ["constraint"]),
    ({"new_table": "n", "events": (_INSERT,)}, ["newTable"]),
    ({"timing": "after", "new_table": "n", "events": (_INSERT, _UPDATE)}, ["events"]),
    ({"timing": "after", "old_table": "o", "events": (_INSERT,)}, ["oldTable"]),
    ({"timing": "after", "new_table": "n", "events": (_DELETE,)}, ["newTable"]),
    ({"timing": "after", "old_table": "x", "new_table": "x", "events": (_UPDATE,)}, ["newTable"]),
]
"""Changes of a trigger before insert or update on a table with the column `type`."""
