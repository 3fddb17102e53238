"""Secret inputs of resources: which properties may be secret, and the marks that go back to the engine."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from google.protobuf import struct_pb2

from supaschema.core.errors import DeclarationError
from supaschema.core.option_secrets import is_key
from supaschema.core.secret_texts import MASK, SHORTEST, Secrets
from supaschema.provider.property_diff import joined
from supaschema.provider.values import (
    UNKNOWN,
    Place,
    from_struct,
    has_unknown,
    leaves,
    marked,
    secrets_of,
    to_struct,
)

TEXTS = frozenset(
    {"body", "check", "command", "comment", "default", "expression", "generated", "query", "settings", "using", "when"}
)
"""Properties whose texts may be secret. Names, types and roles are in URNs, ids and the ledger's keys."""
_KEYED = frozenset({"columnComments", "nullability", "options", "renamedLabels", "statistics"})
"""Properties whose keys are words of the database: one that reads `comment` is a label, or a column's name."""
_QUOTED = re.compile(rf'"([^"\n]{{{SHORTEST},}})"')
_PLAIN_RESOURCES = {"Backfill": "a back-fill", "Sql": "an Sql"}
"""Whose texts the ledger keeps, to tell whether they are done and to take them back."""
_OPTIONS = "options"
_OF_FOREIGN_DATA: Mapping[str, Callable[[str], bool]] = {"ForeignServer": is_key, "UserMapping": lambda _: True}
"""Declarations whose options may be secret, each with which of them are in any case, by their names."""


@dataclass(frozen=True)
class SecretInputs:
    """The secrets among the properties that a request brought."""

    secrets: Secrets
    values: Mapping[Place, Any] = field(default_factory=dict, repr=False)
    token: str = ""
    keys: Mapping[Place, Any] = field(default_factory=dict, repr=False)
    """What is taken for a secret by its name, marked as one or not."""

    @classmethod
    def of(cls, secrets: Secrets, token: str, *structs: struct_pb2.Struct) -> SecretInputs:
        """Find the secrets in the properties that a request about a resource of a type brought, and have them known."""
        values = {place: value for struct in structs for place, value in secrets_of(struct).items()}
        keys = {place: value for struct in structs for place, value in _keys(token, struct).items()}
        found = cls(secrets, values, token, keys)
        secrets.add(text for it in (values, keys) for value in it.values() for text in _words(value))
        return found

    def struct(self, properties: dict[str, Any]) -> struct_pb2.Struct:
        """Return properties for the engine, with the marks of the secrets in them."""
        keys = _keys(self.token, properties)
        if not self.values and not keys and self.secrets.none:
            return to_struct(properties)
        return to_struct(marked(properties, self.values.keys() | keys.keys(), self.secrets.holds))

    @property
    def all_marked(self) -> bool:
        """Whether the request marked all that is secret."""
        return all(_within(place, self.values) for place in self.keys)

    def unmarked(self, outputs: struct_pb2.Struct) -> Iterable[str]:
        """Yield the paths of secrets that the state's outputs do not mark: they were plain values before."""
        known = secrets_of(outputs)
        for place in {**self.values, **self.keys}:
            if not _within(place, known):
                yield functools.reduce(joined, place, "")

    def without_parts(self, text: str) -> str:
        """Return a message without what it quotes of a secret: a piece of one may be the very key."""
        whole = "\n".join(str(value) for value in self.values.values())
        return _QUOTED.sub(lambda match: f'"{MASK}"' if match[1] in whole else match[0], text)

    def problems(self, token: str) -> Iterable[DeclarationError]:
        """Yield what is wrong with a property that is secret; none of them says a value."""
        for place, value in self.values.items():
            name = ".".join(map(str, place))
            if value is None or has_unknown(value) or place in self.keys:
                continue
            if (of := _option(token, place)) is not None and (of[1] is None or isinstance(value, str)):
                # The name of an option says to whoever reads the catalog what it is: its value may well be short.
                continue
            member = str(place[1]) if len(place) > 1 and place[0] == "objects" else ""
            plain = _PLAIN_RESOURCES.keys() & {token.rpartition(":")[2], member.partition(" ")[0]}
            if plain:
                called = _PLAIN_RESOURCES[min(plain)]
                what = f"{called} cannot hold a secret: the ledger keeps its text, to tell whether it is done."
                yield DeclarationError(what, field=name, remedy="Let it call a function that holds the secret.")
            elif not isinstance(value, str) or not _may_be_secret(place):
                what = "it is secret, and it is no text that may be: names, types and numbers are seen in the database."
                remedy = f"Give it as a plain value. Secret may be: {', '.join(sorted(TEXTS))}."
                yield DeclarationError(what, field=name, remedy=remedy)
            elif len(value.strip()) < SHORTEST:
                what = f"it is a secret of fewer than {SHORTEST} characters, which cannot be kept out of what is shown."
                yield DeclarationError(what, field=name, remedy="Make it longer, or give it as a plain value.")


def _may_be_secret(place: Place) -> bool:
    properties = takewhile(lambda part: part not in _KEYED, place)
    return not TEXTS.isdisjoint(properties) and place[-1] not in ("name", "type")


def _option(token: str, place: Place) -> tuple[str, str | None] | None:
    """Return of what declaration a place is an option, and its name; None as that: all; None: it is of none."""
    name, inner = token.rpartition(":")[2], place
    if len(place) > 1 and place[0] == "objects":
        name, inner = str(place[1]).partition(" ")[0], place[2:]
    if name not in _OF_FOREIGN_DATA or inner[:1] != (_OPTIONS,) or inner[2:]:
        return None
    return name, str(inner[1]) if inner[1:] else None


def _keys(token: str, properties: struct_pb2.Struct | dict[str, Any]) -> dict[Place, Any]:
    if token.rpartition(":")[2] not in (*_OF_FOREIGN_DATA, "ObjectSet"):
        return {}
    values = properties if isinstance(properties, dict) else from_struct(properties)
    found = {}
    for place, value in leaves(values):
        of = _option(token, place)
        if of is not None and of[1] is not None and isinstance(value, str) and _OF_FOREIGN_DATA[of[0]](of[1]):
            found[place] = value
    return found


def _within(place: Place, places: Collection[Place]) -> bool:
    return any(place[:size] in places for size in range(1, len(place) + 1))


def _words(value: Any) -> Iterable[str]:
    return (text for _, text in leaves(value) if isinstance(text, str) and text != UNKNOWN)
