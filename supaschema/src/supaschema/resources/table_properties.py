"""What a table's declaration may leave as it is: how it is stored and replicated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.quoted import unquoted
from supaschema.declarations import Table
from supaschema.kinds import table as table_kind
from supaschema.kinds import table_place
from supaschema.kinds.table_definition import BY_INDEX

_IDENTITIES = ("default", "full", "nothing")
_USUAL_PLACE = "pg_default"


def problems(declared: Table) -> Iterator[DeclarationError]:
    """Return a replica identity that is none."""
    identity = declared.replica_identity
    if identity is not None and identity not in _IDENTITIES and not identity.startswith(BY_INDEX):
        what = f'"{identity}" is no replica identity.'
        remedy = f"Say one of {', '.join(_IDENTITIES)}, or index and the name of a unique index."
        yield DeclarationError(what, field="replicaIdentity", remedy=remedy)


def definition(declared: Table) -> table_kind.Table:
    """Return the table's definition."""
    stated: dict[str, Any] = {
        "options": declared.options,
        "unlogged": declared.unlogged,
        "replica_identity": declared.replica_identity,
        "clustered": declared.clustered,
        "tablespace": declared.tablespace,
        "partition_by": declared.partition_by,
        "partition_of": _qualified(declared, declared.partition_of),
        "bound": declared.bound,
        "inherits": tuple(str(_qualified(declared, name)) for name in declared.inherits) or None,
    }
    # A partition inherits from no other table, and what inherits is no partition.
    of_one = ("inherits",) if declared.partition_of else ("partition_of", "bound") if declared.inherits else ()
    kept = (name for name, value in stated.items() if value is None and name not in of_one)
    place = {name: stated[name] for name in table_place.Place.__struct_fields__ if stated[name] is not None}
    return table_kind.Table(
        **place,
        comment=declared.comment,
        options=declared.options or {},
        unlogged=declared.unlogged or False,
        replica_identity=None if declared.replica_identity == "default" else declared.replica_identity,
        clustered=declared.clustered or None,
        tablespace=None if declared.tablespace == _USUAL_PLACE else declared.tablespace,
        # Its owner decides over it: who that is, is nothing that a deployment should change by the way.
        kept=("owner", *kept),
    )


def stated(item: table_kind.Table, known: Table | None) -> dict[str, Any]:
    """Return the same fields of a declaration: those that `known` states, else all that are not as by themselves."""
    place = {name: getattr(item, name) for name in table_place.Place.__struct_fields__}
    live: dict[str, Any] = {
        "options": item.options,
        "unlogged": item.unlogged,
        "replica_identity": item.replica_identity or "default",
        "clustered": item.clustered or "",
        "tablespace": item.tablespace or _USUAL_PLACE,
    }
    if known is not None:
        return place | {name: value for name, value in live.items() if getattr(known, name) is not None}
    own: tuple[Any, ...] = ({}, False, "default", "", _USUAL_PLACE)
    return place | {name: value for name, value in live.items() if value not in own}


def _qualified(declared: Table, name: str | None) -> str | None:
    name = name and unquoted(name)
    return name if name is None or "." in name else f"{declared.schema}.{name}"
