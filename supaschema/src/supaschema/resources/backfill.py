"""Backfill: values for rows that exist, written in batches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.declarations import Backfill
from supaschema.kinds import backfill as backfill_kind
from supaschema.lint.identifiers import name_problems
from supaschema.resources.base import Resource

LARGEST_BATCH = 100_000
"""Rows a transaction; more would hold their locks for longer than a writer likes to wait."""

_ALWAYS = re.compile(r"[\s(]*(true|1\s*=\s*1)?[\s)]*", re.IGNORECASE)


class BackfillResource(Resource[Backfill]):
    """Back-fills."""

    declaration = Backfill

    def identify(self, declared: Backfill) -> str:
        """Return `schema.table/name`."""
        return f"{declared.schema}.{declared.table}/{declared.name}"

    def imported(self, id: str, live: Facts) -> Backfill | None:
        """Return the declaration of a back-fill that is recorded as complete."""
        relation, _, name = id.partition("/")
        schema, _, table = relation.partition(".")
        return _backfill(live, (schema, table, name))

    def problems(self, declared: Backfill) -> Iterable[DeclarationError]:
        """Return a back-fill that writes nothing, its own key, or the same rows again and again."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.key, field="key")
        if not declared.assignments:
            yield DeclarationError("it writes no column.", field="assignments", remedy="Name a column and its value.")
        for column, expression in declared.assignments.items():
            yield from name_problems(column, field="assignments")
            if not expression.strip():
                what = f'the value of column "{column}" is empty.'
                yield DeclarationError(what, field="assignments", remedy='Write an SQL expression, such as "null".')
        if declared.key in declared.assignments:
            what = f'it writes "{declared.key}", the key that orders its batches.'
            yield DeclarationError(what, field="assignments", remedy="Take another unique column as the key.")
        if _ALWAYS.fullmatch(declared.where):
            what = "its condition holds for every row, also for those it has written."
            yield DeclarationError(what, field="where", remedy='Say which rows still want it: "title is null".')
        if not 0 < declared.batch_size <= LARGEST_BATCH:
            what = f"a batch of {declared.batch_size} rows is none that writers can live with."
            yield DeclarationError(what, field="batchSize", remedy=f"Take 1 to {LARGEST_BATCH}; 1000 is usual.")

    def facts(self, declared: Backfill) -> tuple[Fact, ...]:
        """Return the record that it is done."""
        definition = backfill_kind.Backfill(
            key=declared.key,
            assignments=declared.assignments,
            where=declared.where,
            batch_size=declared.batch_size,
        )
        return (Fact(ObjectId("backfill", (declared.schema, declared.table, declared.name)), definition),)

    def lift(self, facts: Facts, declared: Backfill) -> Mapping[str, Any]:
        """Return the back-fill as it was done."""
        found = _backfill(facts, (declared.schema, declared.table, declared.name))
        return {} if found is None else found.to_inputs()


def _backfill(facts: Facts, name: tuple[str, str, str]) -> Backfill | None:
    found = facts.get(ObjectId("backfill", name))
    if not isinstance(found, backfill_kind.Backfill):
        return None
    return Backfill(
        schema=name[0],
        table=name[1],
        name=name[2],
        key=found.key,
        assignments=found.assignments,
        where=found.where,
        batch_size=found.batch_size,
    )
