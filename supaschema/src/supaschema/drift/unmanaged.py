"""What nobody recorded, and is on, beside or reaches what is managed.

On: it belongs to a relation or routine that is managed, as a whole or in part. Beside: it is in a schema that is
managed, has the name of a managed routine, or is of what a database has few of: buckets, jobs, event triggers. It
reaches: it stands on something managed, or is a function that runs with its owner's rights and names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from supaschema.core.model import Definition, ObjectId
from supaschema.core.sqltext import WORD
from supaschema.core.urn import resource_name
from supaschema.drift.definitions import told
from supaschema.drift.model import Finding, Topic
from supaschema.drift.naming import finding, with_role
from supaschema.drift.operational import table_of
from supaschema.drift.reading import Reading
from supaschema.drift.recorded import own, recorded
from supaschema.drift.subject import Subject
from supaschema.drift.surroundings import Other
from supaschema.kinds.base import Family
from supaschema.kinds.grants_definition import Entry, Grants
from supaschema.kinds.row_security import CREATED, RowSecurity
from supaschema.supabase.platform import PLATFORM_SCHEMAS, SHARED_TABLES
from supaschema.supabase.roles import PUBLIC

_PUBLIC = ObjectId("schema_grants", ("public",))
_ENTERED = (Entry(grantee=PUBLIC, privileges=("USAGE",)),)
_TOPICS = {"event trigger", "default acl", "subscription"}
"""Sorts of what no kind models that are unmanaged all the same, and not merely unknown."""


def subjects(reading: Reading) -> Iterator[Subject]:
    """Yield each object that is unmanaged, and each part of one."""
    for id, definition in reading.live.items():
        if (why := reason(reading, id)) is not None:
            yield Subject(_finding(reading, id, definition, why), id)
    yield from _given(reading)
    for id, other in reading.others.items():
        why = _reason_of_other(reading, id, other)
        if why is not None:
            topic = Topic.UNMANAGED if other.sort in _TOPICS else Topic.NOT_MODELLED
            told_of = {"says": other.says, "hash": other.hash}
            says = {key: value for key, value in told_of.items() if value}
            yield Subject(finding(topic, id, why, definition=says), id, other=other)
    for text in reading.elsewhere:
        kind, _, name = text.partition(" ")
        id, why = ObjectId(kind, (name,)), "it stands on what is managed, in a schema of the platform"
        yield Subject(finding(Topic.NOT_MODELLED, id, why), id)


def without_parts(reading: Reading, items: Iterable[Subject]) -> Iterator[Subject]:
    """Yield what is found without the parts of what is new as a whole: that says it all.

    Of what is managed in part each part is told: somebody else's table is one thing, a policy on it another.
    """
    given = tuple(items)
    new = {
        it.id
        for it in given
        if it.finding.topic is Topic.UNMANAGED
        and it.recorded is None
        and it.given is None
        and it.id in reading.live
        and not (it.id.name[:2] in reading.anchors and reading.kinds[it.id.kind].family is Family.RELATION)
    }
    for item in given:
        if item.id.kind not in reading.kinds or not new.intersection(reading.kinds[item.id.kind].parents(item.id)):
            yield item


def reason(reading: Reading, id: ObjectId) -> str | None:
    """Return why an object is looked at although nobody recorded it; None: it is managed, or has nothing to do."""
    definition = reading.live[id]
    if reading.is_managed(id) or _is_anothers(reading, id, definition) or _says_nothing(reading, id, definition):
        return None
    if reading.is_removed(id):
        return f"{resource_name(reading.ledger.owners[id])} removed it, and it exists again"
    if reading.kinds[id.kind].of_server:
        return "of a managed role" if id.name[1:] else None
    if reading.kinds[id.kind].family is Family.DATABASE:
        return _reason_in_database(reading, id, definition)
    return _reason_on(reading, id) or _reason_beside(reading, id) or _reason_reaching(reading, id, definition)


def _is_anothers(reading: Reading, id: ObjectId, definition: Definition) -> bool:
    """Return whether an object is the platform's, or comes with another one that is looked at itself."""
    if reading.kinds[id.kind].is_inherited(definition) or table_of(reading, id) is not None:
        return True
    if _goes_with_another(reading, id):
        return True
    if id.name[:2] not in SHARED_TABLES:
        return False
    kind, called = reading.kinds[id.kind], getattr(definition, "function", None)
    decides = kind.decides_over_rows or not kind.declarable or called is not None or hasattr(definition, "entries")
    return not decides or str(called).partition(".")[0] in reading.platform


def _goes_with_another(reading: Reading, id: ObjectId) -> bool:
    # It, or what it is said of.
    return any(
        not reading.live.keys().isdisjoint(reading.kinds[it.kind].goes_with(reading.live[it]))
        for it in (id, *_wholes(reading, id))
    )


def _says_nothing(reading: Reading, id: ObjectId, definition: Definition) -> bool:
    # The flags, comments and grants that every object has; that a table made here is closed; that all enter the schema
    # public, as in every database that is made.
    is_usual = reading.kinds[id.kind].is_usual(definition)
    match definition:
        case RowSecurity() if _is_made_here(reading, id):
            return definition == CREATED
        case Grants() if id.kind == "table_grants" and not definition.entries:
            return definition.owner is None or bool(definition.owner.privileges)
        case Grants() if id == _PUBLIC and definition.entries == _ENTERED:
            return True
    is_flag = not reading.kinds[id.kind].addressed and not told(reading, id, definition)
    return bool(_wholes(reading, id)) and (is_usual or is_flag)


def _is_made_here(reading: Reading, id: ObjectId) -> bool:
    entry = reading.ledger.entry(ObjectId("table", id.name))
    return entry is not None and entry.made


def _wholes(reading: Reading, id: ObjectId) -> tuple[ObjectId, ...]:
    return tuple(it for it in reading.kinds[id.kind].parents(id) if it in reading.live)


def _reason_in_database(reading: Reading, id: ObjectId, definition: Definition) -> str | None:
    if reading.kinds[id.kind].acts_everywhere:
        is_way_out = reading.kinds[id.kind].reaches_out
        return "data can leave the database by it, or come in" if is_way_out else "it acts on what is managed too"
    schemas = {name[0] for name in reading.anchors} | reading.schemas
    brought = reading.kinds[id.kind].brings_into(definition)
    if brought is not None:
        return f"in the managed schema {brought}" if brought in reading.schemas else None
    if getattr(definition, "all_tables", None) is not None:
        return "it acts on what is managed too" if getattr(definition, "all_tables", False) else None
    if reading.kinds[id.kind].requires is not None:
        return "beside those that are managed"
    if id.name[0] in PLATFORM_SCHEMAS or id.name[0] not in schemas or reading.kinds[id.kind].holds_objects:
        return None
    return "on a schema of what is managed"


def _reason_on(reading: Reading, id: ObjectId) -> str | None:
    whole = ".".join(id.name[:2])
    if id.name[:2] not in reading.anchors:
        return None
    if reading.kinds[id.kind].family is Family.ROUTINE:
        exact = any(other.name == id.name for other in reading.ledger.owners)
        return f"on {whole}" if exact else f"it has the name of the managed {whole}"
    is_part = bool(reading.kinds[id.kind].parents(id) or id.name[2:])
    return f"on {whole}" if is_part else "it is managed in part"


def _reason_beside(reading: Reading, id: ObjectId) -> str | None:
    return f"in the managed schema {id.name[0]}" if id.name[0] in reading.schemas else None


def _reason_reaching(reading: Reading, id: ObjectId, definition: Definition) -> str | None:
    beneath = reading.beneath.get(id)
    if beneath is not None:
        return f"it stands on {beneath}"
    body = str(getattr(definition, "body", ""))
    return _named(reading, body) if getattr(definition, "security_definer", False) else None


def _named(reading: Reading, body: str) -> str | None:
    words = set(WORD.findall(body.lower()))
    named = sorted(name for name in reading.anchors if name[1].lower() in words and name[0] not in PLATFORM_SCHEMAS)
    return f"it runs with its owner's rights and names {'.'.join(named[0])}" if named else None


def _reason_of_other(reading: Reading, id: ObjectId, other: Other) -> str | None:
    if other.sort == "subscription":
        written = [".".join(name) for name in other.writes if name in reading.anchors]
        return f"it writes rows of {', '.join(written)}" if written else "it may write rows of what is managed"
    if other.everywhere:
        return None if other.is_platforms else "it acts on what is managed too"
    if other.schema in reading.schemas:
        return f"in the managed schema {other.schema}"
    beneath = reading.beneath.get(id)
    if beneath is not None:
        return f"it stands on {beneath}"
    # The marks around its body would be taken for a part of the words beside them.
    return _named(reading, (other.says or "").replace("$", " ")) if other.is_definer else None


def _given(reading: Reading) -> Iterator[Subject]:
    """Yield what managed objects give roles of which nothing is recorded."""
    for id, definition in recorded(reading).items():
        if id in reading.live:
            for role, given in own(reading, id, reading.live[id], definition)[1].items():
                found = _finding(reading, id, given, f"on the managed {'.'.join(id.name[:2])}")
                yield Subject(with_role(found, id, role), id, given=given, role=role)


def _finding(reading: Reading, id: ObjectId, definition: Definition, why: str) -> Finding:
    return finding(Topic.UNMANAGED, id, why, definition=told(reading, id, definition))
