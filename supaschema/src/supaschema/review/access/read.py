"""Read what decides over access, in one transaction that only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from supaschema.core.errors import ConnectionRefused
from supaschema.core.sqltext import WORD, Name
from supaschema.database.connect import Connection
from supaschema.database.trust import require_trusted_owner
from supaschema.review.access import queries
from supaschema.review.access.model import Ask, Policy, Reading, Relation, Routine, Thing, called, signature
from supaschema.supabase.roles import PLATFORM_ROLES, PUBLIC

_KINDS = {"r": "table", "p": "table", "v": "view", "m": "materialized view", "f": "foreign table"}
_COMMANDS = {"*": ("select", "insert", "update", "delete"), "r": ("select",), "a": ("insert",)}
_COMMANDS |= {"w": ("update",), "d": ("delete",)}
_PRIVILEGES = ["select", "insert", "update", "delete", "truncate", "references", "trigger"]
_MAINTAIN_SINCE = 170_000
_WRITING = {4: "update", 8: "insert", 16: "delete"}
"""As the bits of pg_relation_is_updatable() have them: one for each command of the server."""
_FIRING = {4: "insert", 8: "delete", 16: "update"}
"""As pg_trigger.tgtype has them."""


def read(connection: Connection, buckets: Sequence[tuple[str, bool]] | None = None) -> Reading:
    """Return what decides over access.

    Args:
        connection: Any connection with an empty search path.
        buckets: Their names, and whether each is public, where the connection's role may not look; None: it may.

    Raises:
        ConnectionRefused: The connection's role is not shown the buckets.
        OwnershipError: They belong to somebody who is not trusted.

    """
    with connection.transaction():
        return _Reader.of(connection, buckets).reading()


@dataclass
class _Reader:
    connection: Connection
    roles: list[tuple[Any, ...]]
    parameters: dict[str, Any]
    buckets: Sequence[tuple[str, bool]] | None = None
    asked: Mapping[tuple[str, Any], list[Ask]] = field(default_factory=dict)
    called: Mapping[tuple[str, Any], set[str]] = field(default_factory=dict)
    fired: Mapping[Name, Mapping[str, set[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: Connection, buckets: Sequence[tuple[str, bool]] | None) -> _Reader:
        roles = connection.execute(queries.SUBJECTS, {"platform": PLATFORM_ROLES}).fetchall()
        names = [PUBLIC, *(row[0] for row in roles)]
        more = ["maintain"] if connection.info.server_version >= _MAINTAIN_SINCE else []
        return cls(connection, roles, {"roles": names, "privileges": _PRIVILEGES + more}, buckets)

    def reading(self) -> Reading:
        relations = self._rows(queries.RELATIONS)
        routines = self._rows(queries.ROUTINES)
        # Whoever reads through a view, or calls a function, may do so with its owner's rights.
        subjects = (PUBLIC, *sorted(row[0] for row in self.roles if row[3]))
        owners = {row[3] for row in relations} | {row[4] for row in routines if row[6]}
        self.parameters["roles"] = [*{*subjects, *owners}]
        signatures = {row[0]: signature((row[1], row[2]), row[3]) for row in routines}
        self._ask(signatures)
        self.parameters["roles"] = [*subjects]
        others, inside = self._others()
        return Reading(
            subjects=subjects,
            unbound=frozenset(row[0] for row in self.roles if row[1]),
            relations=self._relations(relations, [*{*subjects, *owners}]),
            routines=self._routines(routines, signatures),
            others=others,
            inside=inside,
        )

    def _rows(self, query: str, roles: Iterable[str] | None = None) -> list[tuple[Any, ...]]:
        parameters = self.parameters if roles is None else {**self.parameters, "roles": list(roles)}
        return self.connection.execute(query.encode(), parameters).fetchall()

    def _ask(self, signatures: Mapping[int, str]) -> None:
        asked: dict[tuple[str, Any], list[Ask]] = defaultdict(list)
        for kind, oid, schema, name, other_schema, other, columns in self._rows(queries.ASKED):
            key = (kind, (schema, name) if kind == "view" else oid)
            asked[key].append(Ask((other_schema, other), frozenset(columns)))
        calls: dict[tuple[str, Any], set[str]] = defaultdict(set)
        for kind, oid, schema, name, routine in self._rows(queries.CALLED):
            if routine in signatures:
                calls[kind, (schema, name) if kind == "view" else oid].add(signatures[routine])
        fired: dict[Name, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for schema, name, routine, bits in self._rows(queries.FIRED):
            for verb in _verbs(bits, _FIRING):
                fired[schema, name][verb] |= {signatures[routine]} if routine in signatures else set()
        self.asked, self.called, self.fired = asked, calls, fired

    def _relations(self, rows: list[tuple[Any, ...]], roles: list[str]) -> dict[Name, Relation]:
        held: dict[Name, dict[str, frozenset[str]]] = defaultdict(dict)
        owned: dict[Name, set[str]] = defaultdict(set)
        for schema, name, role, privileges, owns in self._rows(queries.HELD, roles):
            held[schema, name][role] = frozenset(privileges)
            if owns:
                owned[schema, name].add(role)
        columns: dict[Name, dict[str, dict[str, frozenset[str]]]] = defaultdict(lambda: defaultdict(dict))
        for schema, name, role, verb, names in self._rows(queries.HELD_BY_COLUMN, roles):
            columns[schema, name][verb][role] = frozenset(names)
        policies = self._policies(roles)
        found: dict[Name, Relation] = {}
        for row in rows:
            id = (row[0], row[1])
            passes = _verbs(row[9], _WRITING)
            found[id] = Relation(
                name=id,
                kind=_KINDS[row[2]],
                owner=row[3],
                row_security=row[4],
                forced=row[5],
                columns=tuple(row[6]),
                as_invoker=row[7],
                query=row[8],
                passes=passes,
                takes=_verbs(row[10], _WRITING) - passes,
                draws=frozenset(called((schema, name)) for schema, name in row[11]),
                fires={verb: frozenset(names) for verb, names in self.fired.get(id, {}).items()},
                held=held[id],
                columns_held={verb: dict(by_role) for verb, by_role in columns[id].items()},
                owned_by=frozenset(owned[id]),
                policies=tuple(policies.get(id, ())),
                asks=tuple(sorted(self.asked.get(("view", id), ()), key=lambda ask: ask.relation)),
                calls=frozenset(self.called.get(("view", id), ())),
            )
        return found

    def _policies(self, roles: list[str]) -> dict[Name, list[Policy]]:
        found: dict[Name, list[Policy]] = defaultdict(list)
        for oid, schema, table, name, command, permissive, applies, using, check in self._rows(queries.POLICIES, roles):
            policy = Policy(
                name=name,
                commands=frozenset(_COMMANDS[command]),
                permissive=permissive,
                roles=frozenset(applies),
                using=using,
                check=check,
                asks=tuple(sorted(self.asked.get(("policy", oid), ()), key=lambda ask: ask.relation)),
                calls=frozenset(self.called.get(("policy", oid), ())),
            )
            found[schema, table].append(policy)
        return found

    def _routines(self, rows: list[tuple[Any, ...]], signatures: Mapping[int, str]) -> dict[str, Routine]:
        found = {}
        for row in rows:
            found[signatures[row[0]]] = Routine(
                signature=signatures[row[0]],
                schema=row[1],
                name=row[2],
                owner=row[4],
                kind=row[5],
                is_definer=row[6],
                digest=row[7],
                words=frozenset(WORD.findall(row[8])),
                callers=frozenset(row[9]),
                owned_by=frozenset(row[10]),
                asks=tuple(self.asked.get(("routine", row[0]), ())),
                extension=row[11],
            )
        return found

    def _others(self) -> tuple[dict[Thing, dict[str, frozenset[str]]], dict[str, str]]:
        found: dict[Thing, dict[str, frozenset[str]]] = defaultdict(dict)
        inside = {}
        for kind, name, schema, role, verbs in self._rows(queries.OTHERS):
            thing = Thing(kind, called((schema, name)) if schema else name)
            found[thing][role] = frozenset(verbs)
            if schema:
                inside[thing.name] = schema
        for name, _, attributes, is_subject in self.roles:
            if is_subject:
                found[Thing("role", name)][name] = frozenset(attributes)
        for role, other, verbs in self._rows(queries.BECOMING):
            found[Thing("role", other)][role] = frozenset(verbs)
        for bucket, is_public in self._buckets():
            # Whoever knows a file's address: nobody signs in.
            found[Thing("bucket", bucket)][PUBLIC] = frozenset({"download"} if is_public else ())
        return dict(found), inside

    def _buckets(self) -> Sequence[tuple[Any, ...]]:
        if self.buckets is not None:
            return self.buckets
        shown = self.connection.execute(queries.BUCKETS_THERE).fetchone()
        if shown is None:
            return []
        require_trusted_owner(self.connection, "storage", "buckets")
        if not shown[0]:
            remedy = "Connect as a role that passes row level security (on Supabase: postgres)."
            raise ConnectionRefused("this role is not shown the buckets.", where="storage.buckets", remedy=remedy)
        return self.connection.execute(queries.BUCKETS).fetchall()


def _verbs(bits: int, meaning: Mapping[int, str]) -> frozenset[str]:
    return frozenset(verb for bit, verb in meaning.items() if bits & bit)
