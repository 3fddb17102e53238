"""Which objects are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

from supaschema.core.model import Facts, ObjectId
from supaschema.core.sqltext import ident
from supaschema.kinds.base import Family
from supaschema.portable.model import NotModelled
from supaschema.registry import KINDS
from supaschema.supabase.platform import PLATFORM_SCHEMAS

_OF_THE_LEDGER = "supaschema."


@dataclass(frozen=True, slots=True)
class Scope:
    """The schemas that are compared; none: all, with what is of none, such as jobs and buckets."""

    schemas: tuple[str, ...] = ()

    def has(self, id: ObjectId) -> bool:
        """Return whether an object is compared.

        What this library keeps as a record of its work is not, nor are the schemas of the platform and the library.
        What is the server's is not either: two databases of one server have it in common.
        """
        schema, kind = _schema(id), KINDS[id.kind]
        if kind.of_server or (kind.requires or "").startswith(_OF_THE_LEDGER):
            return False
        if kind.family is Family.DATABASE and schema in PLATFORM_SCHEMAS:
            return False
        return not self.schemas or schema in self.schemas

    def has_kind(self, name: str) -> bool:
        """Return whether objects of a kind may be compared."""
        of_schemas = KINDS[name].family is not Family.DATABASE
        if KINDS[name].of_server:
            return False
        return not (KINDS[name].requires or "").startswith(_OF_THE_LEDGER) and (of_schemas or not self.schemas)

    def whole_kinds(self) -> frozenset[str]:
        """Return the names of the kinds of which every object is compared, whatever it is called."""
        if self.schemas:
            return frozenset()
        of_schemas = (name for name, kind in KINDS.items() if kind.family is not Family.DATABASE)
        return frozenset(filter(self.has_kind, of_schemas))

    def missing(self, *sides: Facts) -> tuple[str, ...]:
        """Return the schemas that none of some sides has: to call these the same would be to believe a typing error."""
        there = {id.name[0] for facts in sides for id in facts if KINDS[id.kind].holds_objects}
        return tuple(schema for schema in self.schemas if schema not in there)

    def names(self, item: NotModelled) -> bool:
        """Return whether something that no kind models is compared: where its name says one of the schemas."""
        return not self.schemas or any(_says(item.name, schema) for schema in self.schemas)


def _schema(id: ObjectId) -> str | None:
    kind = KINDS[id.kind]
    if kind.family is not Family.DATABASE or kind.holds_objects:
        return id.name[0]
    return next((each.name[0] for each in kind.parents(id) if KINDS[each.kind].holds_objects), None)


def _says(name: str, schema: str) -> bool:
    written = re.escape(ident(schema).as_string())
    plain = re.escape(schema)
    return re.search(rf'(?<![\w".])(?:{written}|{plain})(?=\.|\s|$)', name) is not None
