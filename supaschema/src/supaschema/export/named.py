"""What each declaration is called in the program, and in which file of it it stands. Pure."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterable
from itertools import chain, count

from supaschema.core.printable import line
from supaschema.declarations import (
    Aggregate,
    Bucket,
    CronJob,
    Declaration,
    DefaultPrivileges,
    EventTrigger,
    ForeignServer,
    Function,
    ObjectSet,
    Procedure,
    Role,
    RoleMembership,
    Schema,
    TableAccess,
    UserMapping,
)
from supaschema.resources import routine

_FILES = {
    Bucket: "storage",
    CronJob: "cron",
    DefaultPrivileges: "database",
    EventTrigger: "database",
    Role: "database",
    RoleMembership: "database",
    ForeignServer: "database",
    UserMapping: "database",
}
"""Where stands what is in no schema."""
_NOT_IN_MODULES = re.compile(r"[^A-Za-z0-9_]")
OF_SDK = ("begin_all", "declare_all")
"""What the program calls besides `pulumi`: a module of such a name would take its place."""


def names_of(declared: Iterable[Declaration]) -> list[str]:
    """Return a name for each declaration, of its object; what is called alike is told apart."""
    given = [*declared]
    plain = [line(_plain(it)) for it in given]
    often = Counter(plain)
    found: dict[str, None] = {}
    for short, one in zip(plain, given, strict=True):
        name = (
            line(_with_arguments(one))
            if often[short] > 1 and isinstance(one, Function | Procedure | Aggregate)
            else short
        )
        candidates = chain(
            [name], (f"{name} ({type(one).__name__}{it})" for it in chain([""], map(" {}".format, count(2))))
        )
        found[next(it for it in candidates if it not in found)] = None
    return [*found]


def schema_of(declared: Declaration) -> str:
    """Return the schema that a declaration's object is in, or is."""
    if isinstance(declared, ObjectSet):
        return schema_of(declared.objects[0])
    if isinstance(declared, Schema):
        return declared.name
    return _FILES.get(type(declared)) or str(getattr(declared, "schema", ""))


def modules_of(schemas: Iterable[str]) -> dict[str, str]:
    """Return by schema the name of the module for it."""
    found: dict[str, str] = {}
    for schema in sorted({*schemas}):
        base = _NOT_IN_MODULES.sub("_", schema).lower()
        # A package has names like `__path__` of its own.
        is_taken = base in ("pulumi", *OF_SDK) or base.startswith("__")
        if keyword.iskeyword(base) or keyword.issoftkeyword(base) or is_taken:
            base = f"{base}_"
        elif not base or base[0].isdigit():
            base = f"_{base}"
        number, own = 1, base
        while own in found.values():
            number += 1
            own = f"{base}_{number}"
        found[schema] = own
    return found


def _plain(declared: Declaration) -> str:
    if isinstance(declared, ObjectSet):
        return _plain(declared.objects[0])
    parts = (getattr(declared, field, None) for field in ("schema", "table", "name", "role", "member", "objects"))
    text = ".".join(part for part in parts if isinstance(part, str))
    return f"{text} access" if isinstance(declared, TableAccess) else text


def _with_arguments(declared: Function | Procedure | Aggregate) -> str:
    arguments = (*declared.arguments, *getattr(declared, "order_by", ()))
    return routine.id_of(routine.name_of(declared.schema, declared.name, arguments))
