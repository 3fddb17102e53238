"""What row level security makes of grants and of functions: which rows a role reaches, past which policies one runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from supaschema.core.model import Definition, ObjectId
from supaschema.core.quoted import in_quotes
from supaschema.core.sqltext import Name, relation_name
from supaschema.kinds.function import Function
from supaschema.kinds.function_path import found_by_path
from supaschema.kinds.grants_definition import Grants
from supaschema.kinds.policy import Policy
from supaschema.kinds.row_security import RowSecurity
from supaschema.kinds.table_definition import Table
from supaschema.supabase.roles import PUBLIC

_COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")
"""What policies decide over."""
_OF_EVERY_TABLE = ("pg_read_all_data", "pg_write_all_data")
"""Roles of the server with rights that no grant on a table tells."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role: whether it may pass every policy, and whose rights it has, its own among them."""

    name: str
    passes: bool = False
    rights: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class GuardedTable:
    """A table with what decides over its rows.

    Attributes:
        name: Its name, `schema.name`.
        owner: The role that owns it; None: that is not known.
        security: Whether row level security is on, and holds for the owner too.
        policies: By name.

    """

    name: str
    owner: str | None
    security: RowSecurity
    policies: Mapping[str, Policy]

    def lets_pass(self, role: Role) -> bool:
        """Return whether no policy counts for a role: it has the right to that, or is the owner."""
        return role.passes or (not self.security.forced and self.owner is not None and self.owner in role.rights)

    def reached(self, role: Role, commands: Iterable[str]) -> str:
        """Return in sentences which rows a role reaches that may give these commands."""
        who = "everybody" if role.name == PUBLIC else role.name
        if not self.security.enabled:
            return f"Row level security of {self.name} is off: {who} reaches every row."
        if self.lets_pass(role):
            return f"No policy of {self.name} counts for {who}: it reaches every row."
        by: dict[tuple[str, ...], list[str]] = {}
        for command in commands:
            by.setdefault(self._admitting(role, command), []).append(command)
        return " ".join(
            f"With {', '.join(words)}, {who} reaches {_rows(self.name, names)}." for names, words in sorted(by.items())
        )

    def idle(self, role: Role, policy: Policy, given: Collection[str]) -> str | None:
        """Return why a policy decides nothing for a role; None: it may decide something.

        Args:
            role: The role.
            policy: One of the table's, or one that was.
            given: The roles that are granted what the policy decides over.

        """
        if role.name == PUBLIC:
            return None
        if self.lets_pass(role):
            return "no policy counts for that role"
        rights = {PUBLIC, role.name, *role.rights}
        if self.owner in rights or not rights.isdisjoint({*given, *_OF_EVERY_TABLE}):
            return None
        return f"that role is not granted {' or '.join(decided(policy))}"

    def _admitting(self, role: Role, command: str) -> tuple[str, ...]:
        # To PUBLIC every policy is one that admits somebody.
        return tuple(
            f"{in_quotes(name)}{_whom(policy) if role.name == PUBLIC else ''}"
            for name, policy in sorted(self.policies.items())
            if policy.permissive
            and policy.command in ("ALL", command)
            and (role.name == PUBLIC or not {PUBLIC, role.name, *role.rights}.isdisjoint(policy.roles))
        )


def guarded_table(relation: Name, facts: Mapping[ObjectId, Definition | None]) -> GuardedTable | None:
    """Return a table as facts have it; None: it is not there, or is a view."""
    security = facts.get(ObjectId("row_security", relation))
    if not isinstance(security, RowSecurity):
        return None
    table = facts.get(ObjectId("table", relation))
    policies = {id.name[2]: it for id, it in facts.items() if isinstance(it, Policy) and id.name[:2] == relation}
    return GuardedTable(relation_name(relation), table.owner if isinstance(table, Table) else None, security, policies)


def decided(policy: Policy) -> tuple[str, ...]:
    """Return the commands that a policy decides over."""
    return _COMMANDS if policy.command == "ALL" else (policy.command,)


def gained(old: Definition | None, new: Definition | None) -> dict[str, tuple[str, ...]]:
    """Return by role the commands over rows that grants let it give, and did not before; of anything else none."""
    before, after = map(_privileges, (old, new))
    found = {
        role: tuple(each for each in _COMMANDS if each in has - before.get(role, set()))
        for role, has in sorted(after.items())
    }
    return {role: commands for role, commands in found.items() if commands}


def with_owners_rights(definition: Definition | None) -> Function | None:
    """Return the definition if it is that of a function that runs with its owner's rights."""
    return definition if isinstance(definition, Function) and definition.security_definer else None


def found_in_path(function: Function) -> set[Name]:
    """Return what may be relations that a function finds by its path."""
    return {each[1:] for each in found_by_path(function.settings, function.body) if each[0] == "relation"}


def passing(id: ObjectId, tables: Iterable[GuardedTable]) -> str:
    """Return the sentence on a function that names tables whose policies do not count for its owner; empty: none."""
    names = ", ".join(each.name for each in tables)
    of = relation_name(id.name)
    return f"Judging by the names in its body, {of} may read and write past the policies of {names}." if names else ""


def _privileges(definition: Definition | None) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for entry in definition.entries if isinstance(definition, Grants) else ():
        found.setdefault(entry.grantee, set()).update(entry.privileges)
    return found


def _whom(policy: Policy) -> str:
    return "" if PUBLIC in policy.roles else f" (to {', '.join(policy.roles)})"


def _rows(table: str, names: tuple[str, ...]) -> str:
    if not names:
        return f"no row of {table}: no policy admits one"
    quoted = ", ".join(names)
    admit = f"policy {quoted} admits" if len(names) == 1 else f"policies {quoted} admit"
    return f"the rows of {table} that {admit}"
