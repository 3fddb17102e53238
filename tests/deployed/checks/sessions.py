"""What each role can do with rows: tried in a transaction that is rolled back, or computed, and said which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from supaschema.kinds.function import Function
from supaschema.kinds.grants import Grants
from tests.access.trials import Word
from tests.access.wanted import WANTED, Wanted
from tests.deployed import trials
from tests.deployed.findings import Finding, Verdict
from tests.deployed.stack import Row, Stack, named

_COMMANDS = {
    "select": "SELECT",
    "insert for the own org": "INSERT",
    "insert for the own org, as themselves": "INSERT",
    "insert": "INSERT",
    "update": "UPDATE",
    "delete": "DELETE",
    "truncate": "TRUNCATE",
}
"""The lines of what was asked for that can be computed, and the command each speaks of."""
_ORGANIZATION, _ADMIN = "private.current_org_id()", "private.is_current_admin()"
_BY_POLICY = ("SELECT", "INSERT", "UPDATE", "DELETE")


def access(stack: Stack) -> Verdict:
    """Each kind of session reaches what was asked for: computed from privileges and policies, or tried."""
    if stack.as_owner:
        return trials.compared(stack)
    computed = _Computed.read(stack)
    tables = {named(*id.name) for id, _ in stack.declared.of("table_grants", Grants)}
    functions = {named(*id.name[:2]) for id, _ in stack.declared.of("function", Function)}
    answers = [
        *(answer for name in tables if name in WANTED for answer in computed.relation(name)),
        *(answer for name in functions if name in WANTED for answer in computed.function(name)),
    ]
    found = tuple(answer for answer in answers if answer is not None)
    return Verdict(f"{len(answers)} answers computed from privileges and policies, none tried", found)


@dataclass(frozen=True, slots=True)
class _Computed:
    """Access as privileges and policies say it: by relation, what decides."""

    privileges: frozenset[tuple[str, str, str]]
    columns: Mapping[str, Mapping[str, frozenset[str]]]
    """By relation and column: the roles that may select it."""
    calls: frozenset[tuple[str, str]]
    policies: Sequence[Row]
    open: frozenset[str]
    """Relations without row level security, views among them: their reader's rights count."""

    @classmethod
    def read(cls, stack: Stack) -> _Computed:
        columns: dict[str, dict[str, set[str]]] = {}
        for row in stack.rows("column_privileges"):
            found = columns.setdefault(named(row["schema"], row["relation"]), {}).setdefault(row["name"], set())
            if row["privilege"] == "SELECT":
                found.add(row["role"])
        return cls(
            frozenset(
                (named(row["schema"], row["relation"]), row["role"], row["privilege"])
                for row in stack.rows("relation_privileges")
            ),
            {name: {key: frozenset(roles) for key, roles in found.items()} for name, found in columns.items()},
            frozenset((named(row["schema"], row["name"]), row["role"]) for row in stack.rows("function_privileges")),
            stack.rows("policies"),
            frozenset(named(row["schema"], row["name"]) for row in stack.rows("relations") if not row["row_security"]),
        )

    def relation(self, name: str) -> Iterator[Finding | None]:
        """Return an answer for each line that can be computed and each role: None where it is what was asked for."""
        apart = {column for verb in WANTED[name] for column in self._columns_of(name, verb)}
        for verb, wanted in WANTED[name].items():
            listed = self._columns_of(name, verb)
            if listed or verb == "select":
                yield from self._readable(name, wanted, listed or sorted(set(self.columns.get(name, {})) - apart))
            if verb in _COMMANDS and not listed:
                yield from self._reached(name, verb, wanted)

    def function(self, name: str) -> Iterator[Finding | None]:
        """Return an answer for each role: whether it may call the function at all."""
        for role, words in _by_role(WANTED[name].values()).items():
            may, should = (name, role) in self.calls, set(words) != {Word.REFUSED}
            text = f"{role} may {'' if may else 'not '}call it."
            yield None if may == should else Finding(f"function {name}", text)

    def _columns_of(self, name: str, verb: str) -> list[str]:
        # `select credentials, webhook_secret` speaks of these columns, `select what is ...` of none.
        listed = verb.removeprefix("select ").split(", ")
        known = self.columns.get(name, {})
        return listed if verb.startswith("select ") and all(column in known for column in listed) else []

    def _readable(self, name: str, wanted: Wanted, columns: Sequence[str]) -> Iterator[Finding | None]:
        for role, words in _by_role([wanted]).items():
            should = set(words) != {Word.REFUSED}
            wrong = [column for column in columns if (role in self.columns[name][column]) is not should]
            text = f"{role} may {'not ' if should else ''}read {', '.join(wrong)}."
            yield Finding(name, text) if wrong else None

    def _reached(self, name: str, verb: str, wanted: Wanted) -> Iterator[Finding | None]:
        command = _COMMANDS[verb]
        for role, words in _by_role([wanted]).items():
            holds = (name, role, command) in self.privileges or (
                command == "SELECT" and any(role in roles for roles in self.columns.get(name, {}).values())
            )
            only_admins = wanted.members is not wanted.admins
            problem = self._problem(name, role, command, set(words), holds=holds, only_admins=only_admins)
            yield None if problem is None else Finding(name, f"{role}, {verb}: {problem}")

    def _problem(
        self, name: str, role: str, command: str, words: set[Word], *, holds: bool, only_admins: bool
    ) -> str | None:
        if words == {Word.REFUSED}:
            admitted = holds and (command != "INSERT" or self._rules(name, role, command) != [])
            return "it is allowed, and nobody asked for it." if admitted else None
        if not holds:
            return f"the privilege {command} is missing."
        if role != "authenticated" or command not in _BY_POLICY or name in self.open:
            return None
        rules = self._rules(name, role, command)
        if not rules:
            return "no policy admits a row."
        needed = (_ORGANIZATION, _ADMIN) if only_admins else (_ORGANIZATION,)
        missing = [text for text in needed if not all(text in rule for rule in rules)]
        return f"a policy does not ask {' and '.join(missing)}." if missing else None

    def _rules(self, name: str, role: str, command: str) -> list[str]:
        if name in self.open:
            return ["true"]
        return [
            str((row["check"] or row["using"]) if command == "INSERT" else row["using"])
            for row in self.policies
            if named(row["schema"], row["relation"]) == name
            and row["permissive"]
            and row["command"] in ("ALL", command)
            and {role, "public"}.intersection(row["roles"])
        ]


def _by_role(wanted: Iterable[Wanted]) -> dict[str, list[Word]]:
    """Return what each database role is to get; for `authenticated`, what its members, admins and strangers get."""
    words: dict[str, list[Word]] = {"anon": [], "authenticated": [], "service_role": []}
    for one in wanted:
        words["anon"].append(one.anon)
        words["authenticated"] += [one.members, one.admins, one.stranger]
        words["service_role"].append(one.service)
    return words
