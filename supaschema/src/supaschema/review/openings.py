"""Who may use what a change makes: it is closed to all but its owner, and to those that are granted something of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from supaschema.core.plan_record import Difference, Named, Step
from supaschema.core.sqltext import Name
from supaschema.review.model import StackReport
from supaschema.review.objects import dotted
from supaschema.review.phrases import Code, Phrase, listed

_RULES = ("policy", "row_security")
_OF_ROWS = "table"
_READING = "view"
_OF_COLUMN = "column_grants"
_EVERYTHING = frozenset(("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"))
"""All that there is to be granted of a table; later servers have more."""


def made(stack: StackReport) -> dict[Name, Difference]:
    """Return what is new and has an access of its own, by name, whichever resource makes it."""
    return {item.object.name: item for item in _new(stack) if not _is_access(item.object)}


def concerns(step: Step, new: Mapping[Name, Difference]) -> bool:
    """Return whether a statement is about the access to something that is new."""
    return step.about is not None and _whole(step.about, new) is not None


def opened(stack: StackReport) -> Iterator[Phrase]:
    """Yield for each object that is new who may do what with it."""
    new = made(stack)
    by: dict[Name, list[Difference]] = {}
    for item in _new(stack):
        whole = _whole(item.object, new)
        if whole is not None:
            by.setdefault(whole.object.name, []).append(item)
    for name, found in by.items():
        roles = _roles(found)
        if roles:
            told = ((Code(role), f" ({', '.join(words)})") for role, words in roles.items())
            object = new[name].object
            head = (f"{object.kind.replace('_', ' ')} ", Code(dotted(object)))
            yield (*head, " is new, and open to ", *listed(told), *_rows(new[name], found), ".")


def _whole(object: Named, new: Mapping[Name, Difference]) -> Difference | None:
    # A policy may be called as a column is that is new: that is not what it belongs to.
    if not _is_access(object):
        return None
    if object.kind in _RULES or (object.kind == _OF_COLUMN and object.name[:2] in new):
        return new.get(object.name[:2])
    return new.get(object.name)


def _new(stack: StackReport) -> Iterator[Difference]:
    for change in stack.changes:
        for item in change.plan.differences if change.plan is not None else ():
            if item.old is None and not item.aside:
                yield item


def _is_access(object: Named) -> bool:
    return object.kind.endswith("grants") or object.kind in _RULES


def _roles(found: Sequence[Difference]) -> dict[str, list[str]]:
    roles: dict[str, list[str]] = {}
    for item in found:
        entries = (item.new or {}).get("entries", ()) if item.object.kind.endswith("grants") else ()
        for entry in entries:
            # What is granted of a column is not granted of the whole.
            of = f" of {item.object.name[-1]}" if item.object.kind == _OF_COLUMN else ""
            words = ["ALL"] if _EVERYTHING.issubset(entry["privileges"]) else entry["privileges"]
            known = roles.setdefault(entry["grantee"], [])
            known += [f"{each}{of}" for each in words if f"{each}{of}" not in known]
    return roles


def _rows(whole: Difference, found: Sequence[Difference]) -> Phrase:
    if whole.object.kind == _READING and (whole.new or {}).get("security_invoker"):
        return ("; it reads with the rights of whoever asks",)
    if whole.object.kind != _OF_ROWS:
        return ()
    security = next((item.new for item in found if item.object.kind == "row_security"), None)
    if security is not None and not security.get("enabled"):
        return ("; every row of it: row level security is off",)
    policies = [(Code(item.object.name[-1]),) for item in found if item.object.kind == "policy"]
    if not policies:
        return ("; no policy admits a row, but to roles that pass row level security",)
    return ("; rows of it as its policies say: ", *listed(policies))
