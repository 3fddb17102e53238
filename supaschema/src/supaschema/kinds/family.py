"""What an object of a kind belongs to, and who reads it where row level security hides it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import LiteralString


class Family(Enum):
    """What an object belongs to, so that its facts can be read again after a write without reading everything."""

    RELATION = "relation"
    """Its name begins with a relation's schema and name; the query's `{scope}` tests `c.oid`."""
    ROUTINE = "routine"
    """Its name begins with a routine's schema and name; the query's `{scope}` tests `p.oid`."""
    TYPE = "type"
    """Its name begins with a type's schema and name; the query's `{scope}` tests `t.oid`."""
    COLLATION = "collation"
    """Its name is a collation's schema and name; the query's `{scope}` tests `l.oid`."""
    DATABASE = "database"
    """A short list (schemas, buckets, jobs), read whole each time; the query's `{scope}` is `true`."""

    @property
    def parts(self) -> int:
        """How many parts the names of its objects have at least."""
        return 1 if self is Family.DATABASE else len(("schema", "name"))


@dataclass(frozen=True, slots=True)
class DelegatedQuery:
    """How a role that is not shown the rows reads a kind: by the ledger's owner's rights.

    Attributes:
        function: The function of schema `supaschema` that gives the rows.
        query: The kind's query over that function.

    """

    function: str
    query: LiteralString
