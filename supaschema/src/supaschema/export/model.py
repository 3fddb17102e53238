"""What an export is asked for, and what comes of it."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass

from supaschema.core.model import ObjectId
from supaschema.declarations import Declaration


@dataclass(frozen=True, slots=True)
class Scope:
    """Which objects are meant.

    Attributes:
        schemas: The names of schemas; empty: every schema that is not the platform's, and what the platform's hold of
            ours (policies and triggers on its tables, buckets, jobs).
        tables: Patterns of relations, `notes_*` or `app.notes_*`, of which one has to fit; empty: all that is in the
            schemas. Where there is one, nothing but relations and what is on them is meant.

    """

    schemas: frozenset[str] = frozenset()
    tables: tuple[str, ...] = ()

    def has_schema(self, name: str) -> bool:
        """Return whether what is in a schema may be meant."""
        return not self.schemas or name in self.schemas

    def has_relation(self, schema: str, name: str) -> bool:
        """Return whether a relation is meant."""
        texts = (name, f"{schema}.{name}")
        fits = not self.tables or any(fnmatch.fnmatchcase(text, it) for it in self.tables for text in texts)
        return self.has_schema(schema) and fits


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was found and is not declared, or not all of it.

    Attributes:
        id: The object, or its sort and name as the server has them where no kind models it.
        why: A sentence.

    """

    id: ObjectId
    why: str


@dataclass(frozen=True, slots=True)
class Exported:
    """What a database holds, as a program says it.

    Attributes:
        declared: The declarations, one object each, those of one kind together: not in an order in which they run.
        left_out: What they do not say, in the order of its names.

    """

    declared: tuple[Declaration, ...]
    left_out: tuple[LeftOut, ...]
