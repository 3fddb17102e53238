"""TableAccess: row level security, all policies and all grants of one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Grant, Privilege, TableAccess
from supaschema.kinds.column_grants import column_grants_fact
from supaschema.kinds.grants import declared_grants, grants_from
from supaschema.kinds.row_security import RowSecurity
from supaschema.lint.access import (
    TABLE_PRIVILEGES,
    grant_problems,
    overlap_problems,
    policy_problems,
)
from supaschema.resources import policy
from supaschema.resources.base import Resource, members
from supaschema.supabase.roles import API_ROLES, END_USERS

Name = tuple[str, str]


class TableAccessResource(Resource[TableAccess]):
    """Who may do what with a table."""

    declaration = TableAccess
    principal = "row_security"

    def identify(self, declared: TableAccess) -> str:
        """Return `schema.table`."""
        return f"{declared.schema}.{declared.table}"

    def imported(self, id: str, live: Facts) -> TableAccess | None:
        """Return the live table's access, as far as PUBLIC and the API roles are concerned."""
        schema, _, table = id.partition(".")
        if ObjectId("row_security", (schema, table)) not in live:
            return None
        return _access(live, TableAccess(schema=schema, table=table))

    def problems(self, declared: TableAccess) -> Iterable[DeclarationError]:
        """Return policies and grants that cannot be or are hardly meant."""
        for item in declared.policies:
            yield from policy_problems(item, field="policies")
        yield from overlap_problems(declared.policies, field="policies")
        yield from grant_problems(declared.grants, TABLE_PRIVILEGES)
        exposed = sorted({grant.to for grant in declared.grants}.intersection(END_USERS))
        if declared.row_security:
            if exposed and not declared.policies:
                what = f"{', '.join(exposed)} would reach no row: there is no policy."
                remedy = "Say which rows are theirs, or grant nothing."
                yield DeclarationError(what, field="policies", remedy=remedy, lint=Lint.GRANT_WITHOUT_POLICY)
            return
        if declared.policies:
            what = "there are policies, but row level security is off: they do not count."
            remedy = "Leave it on, or remove the policies."
            yield DeclarationError(what, field="rowSecurity", remedy=remedy, lint=Lint.NO_ROW_SECURITY)
        if exposed and declared.schema == "public":
            what = f"row level security is off: {', '.join(exposed)} would reach all rows through the API."
            remedy = "Leave it on, and say which rows by policies."
            yield DeclarationError(what, field="rowSecurity", remedy=remedy, lint=Lint.NO_ROW_SECURITY)

    def facts(self, declared: TableAccess) -> tuple[Fact, ...]:
        """Return the flags, the policies, the grants on the table, the grants on each column that has some."""
        table = (declared.schema, declared.table)
        named = managed_roles(declared)
        flags = RowSecurity(enabled=declared.row_security, forced=declared.force_row_security)
        whole = [grant for grant in declared.grants if not grant.columns]
        return (
            Fact(ObjectId("row_security", table), flags),
            *(policy.policy_fact(table, item) for item in declared.policies),
            Fact(ObjectId("table_grants", table), declared_grants(whole, named)),
            *(
                column_grants_fact(
                    (*table, column), [grant for grant in declared.grants if column in grant.columns], named
                )
                for column in dict.fromkeys(column for grant in declared.grants for column in grant.columns)
            ),
        )

    def anchors(self, declared: TableAccess) -> frozenset[tuple[str, ...]]:
        """Return the table."""
        return frozenset({(declared.schema, declared.table)})

    def renames(self, declared: TableAccess) -> tuple[Rename, ...]:
        """Return those of its policies."""
        return policy.policy_renames((declared.schema, declared.table), declared.policies)

    def exclusive_objects(self, declared: TableAccess, live: Facts) -> Iterable[ObjectId]:
        """Return every policy of the table, and the grants of every column where a managed role has some."""
        table = (declared.schema, declared.table)
        managed = managed_roles(declared)
        policies = [ObjectId("policy", name) for name in members(live, "policy", table)]
        columns = [
            ObjectId("column_grants", name)
            for name, definition in members(live, "column_grants", table).items()
            if grants_from(definition, managed)
        ]
        return [*policies, *columns]

    def lift(self, facts: Facts, declared: TableAccess) -> Mapping[str, Any]:
        """Return the access as the facts have it; grants only of the roles that the declaration speaks for."""
        if ObjectId("row_security", (declared.schema, declared.table)) not in facts:
            return {}
        return _access(facts, declared).to_inputs()


def managed_roles(declared: TableAccess) -> tuple[str, ...]:
    """Return the roles that a declaration is complete for: PUBLIC, the API roles, and those it names."""
    named = {grant.to for grant in declared.grants} | {role for item in declared.policies for role in item.to}
    return tuple(dict.fromkeys((*API_ROLES, *sorted(named))))


def _access(facts: Facts, declared: TableAccess) -> TableAccess:
    table = (declared.schema, declared.table)
    flags = facts[ObjectId("row_security", table)]
    assert isinstance(flags, RowSecurity)
    return TableAccess(
        schema=table[0],
        table=table[1],
        row_security=flags.enabled,
        force_row_security=flags.forced,
        policies=policy.inline_from(facts, table, declared.policies),
        grants=_grants(facts, table, declared),
    )


def _grants(facts: Facts, table: Name, declared: TableAccess) -> tuple[Grant, ...]:
    managed = managed_roles(declared)
    whole = grants_from(facts.get(ObjectId("table_grants", table)), managed)
    found = [*whole, *_column_grants(facts, table, managed, declared.grants)]
    places = {_key(grant): position for position, grant in reversed(list(enumerate(declared.grants)))}
    found.sort(key=lambda grant: (places.get(_key(grant), len(places)), _key(grant)))
    return tuple(found)


def _column_grants(facts: Facts, table: Name, managed: Sequence[str], order: Sequence[Grant]) -> Iterator[Grant]:
    # A fact is one column's, a declared grant is a role's: privileges on the same columns go together.
    columns: dict[tuple[str, Privilege], list[str]] = {}
    for name, definition in members(facts, "column_grants", table).items():
        for grant in grants_from(definition, managed):
            for privilege in grant.privileges:
                columns.setdefault((grant.to, privilege), []).append(name[2])
    places = {column: position for position, column in enumerate(column for grant in order for column in grant.columns)}
    together: dict[tuple[str, tuple[str, ...]], list[Privilege]] = {}
    for (to, privilege), names in columns.items():
        names.sort(key=lambda name: (places.get(name, len(places)), name))
        together.setdefault((to, tuple(names)), []).append(privilege)
    for (to, among), privileges in together.items():
        yield Grant(to=to, privileges=tuple(sorted(privileges)), columns=among)


def _key(grant: Grant) -> tuple[str, tuple[str, ...]]:
    return grant.to, grant.columns
