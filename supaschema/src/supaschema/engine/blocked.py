"""What the server does not drop while something stands on it that no kind models. Names no kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import LiteralString

from supaschema.core.errors import DependencyError
from supaschema.core.model import Address, ObjectId
from supaschema.database.connect import Connection
from supaschema.database.extensions import OF_AN_EXTENSION


def require_free(connection: Connection, going: Mapping[Address, ObjectId], others: Collection[Address]) -> None:
    """Refuse to drop what the server would not drop; what is another object's part or an extension's goes with that.

    Args:
        connection: Any connection.
        going: What is dropped, by where the catalog has it.
        others: Where the catalog has what no kind models and stands on it, or on what stands on it.

    Raises:
        DependencyError: Something stands on it.

    """
    if not going or not others:
        return
    classes, objects, parts = map(list, zip(*sorted(going), strict=True))
    above_classes, above_objects, _ = map(list, zip(*sorted(others), strict=True))
    stuck: dict[ObjectId, list[str]] = {}
    for *address, text in connection.execute(_STANDING, [classes, objects, parts, above_classes, above_objects]):
        stuck.setdefault(going[address[0], address[1], address[2]], []).append(str(text))
    for id, texts in stuck.items():
        raise DependencyError(
            f"it cannot be dropped: {', '.join(texts)} would lose what it stands on.",
            where=str(id),
            remedy="Nothing was changed. No resource declares what stands on it: change or drop that first.",
        )


_STANDING: LiteralString = (
    """
    select distinct u.class, u.object, u.part, pg_catalog.pg_describe_object(s.classid, s.objid, 0)
      from unnest(%s::oid[], %s::oid[], %s::integer[]) as u(class, object, part)
      join pg_catalog.pg_depend s
        on ((s.refclassid = u.class and s.refobjid = u.object and u.part in (0, s.refobjsubid))
            -- A relation's rows are of a type of their own.
            or (u.class = 'pg_catalog.pg_class'::pg_catalog.regclass and u.part = 0
                and s.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
                and s.refobjid = (select c.reltype from pg_catalog.pg_class c where c.oid = u.object)))
       and s.deptype = 'n'
      join unnest(%s::oid[], %s::oid[]) as above(class, object) on above.class = s.classid and above.object = s.objid
     where not exists (select from pg_catalog.pg_depend d
                        where d.classid = s.classid and d.objid = s.objid
                          and (d.deptype in ('a', 'i', 'P', 'S') or """
    + OF_AN_EXTENSION
    + """))
     order by 1, 2, 3, 4
"""
)
