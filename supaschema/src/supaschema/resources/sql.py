"""Sql: statements of the author's own, for what no other declaration says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Sql
from supaschema.kinds import sql as sql_kind
from supaschema.lint.identifiers import name_problems
from supaschema.lint.statements import check_problems, statement_problems
from supaschema.resources.base import Resource


class SqlResource(Resource[Sql]):
    """Statements of the author's own."""

    declaration = Sql

    def identify(self, declared: Sql) -> str:
        """Return its name."""
        return declared.name

    def imported(self, id: str, live: Facts) -> Sql | None:
        """Return the declaration of statements that the ledger has a record of.

        Raises:
            DeclarationError: It has none, and no database says what was run.

        """
        found = _recorded(live, id)
        if found is None:
            what = "statements cannot be imported: no database says what was run in it."
            remedy = "Declare them: where their check says that they are applied, they are recorded and nothing is run."
            raise DeclarationError(what, where=id, remedy=remedy)
        return found

    def problems(self, declared: Sql) -> Iterable[DeclarationError]:
        """Return what cannot be run, what would end the transaction, and what another declaration says."""
        yield from name_problems(declared.name, field="name")
        yield from statement_problems(declared.up, "up", transactional=declared.transactional)
        if declared.down is not None:
            yield from statement_problems(declared.down, "down", transactional=declared.transactional)
        yield from check_problems(declared.check)

    def facts(self, declared: Sql) -> tuple[Fact, ...]:
        """Return the record of it."""
        definition = sql_kind.Sql(
            up=declared.up,
            check=declared.check,
            down=declared.down,
            transactional=declared.transactional,
            hazards=declared.hazards,
            down_hazards=declared.down_hazards,
        )
        return (Fact(ObjectId("sql", (declared.name,)), definition),)

    def renames(self, declared: Sql) -> tuple[Rename, ...]:
        """Return those of the record: no text names it."""
        new = ObjectId("sql", (declared.name,))
        return tuple(Rename(ObjectId("sql", (old,)), new, is_spoken=False) for old in declared.renamed_from)

    def former(self, declared: Sql) -> tuple[str, ...]:
        """Return its former names."""
        return declared.renamed_from

    def lift(self, facts: Facts, declared: Sql) -> Mapping[str, Any]:
        """Return what is recorded."""
        found = _recorded(facts, declared.name)
        return {} if found is None else found.to_inputs()


def _recorded(facts: Facts, name: str) -> Sql | None:
    found = facts.get(ObjectId("sql", (name,)))
    if not isinstance(found, sql_kind.Sql):
        return None
    return Sql(
        name=name,
        up=found.up,
        check=found.check,
        down=found.down,
        transactional=found.transactional,
        hazards=found.hazards,
        down_hazards=found.down_hazards,
    )
