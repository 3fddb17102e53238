"""Whose the schemas, relations and routines are that a stack builds upon: an owner may put anything in their place."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from supaschema.core.errors import OwnershipError
from supaschema.core.model import Definition, Delta, Facts, ObjectId, Phase, Plan
from supaschema.core.sql_lexis import ESCAPING, IN_NAME, LINE_COMMENT, NAME, SPACE, TAG
from supaschema.core.sqltext import WORD, Name, folded
from supaschema.database.connect import Connection
from supaschema.engine import foreign
from supaschema.engine.diff import Kinds
from supaschema.engine.foreign import Foreign, Place
from supaschema.kinds.base import Family, SqlField, SqlFieldKind

LiveOf = Callable[[frozenset[Name]], Facts]
_PART = rf'("(?:[^"]|"")+"|{NAME})'
_ANY_NAME = rf'(?<![{IN_NAME}"]){_PART}'
_PAIR = rf'(?<![{IN_NAME}"]){_PART}{SPACE}\.{SPACE}(?=(?:{_PART}|([-+*/<>=~!@#%^&|`?]+)))'
"""A name and the one after its dot, or an operator; of three the second pair is found too."""

_read_as = functools.cache(re.compile)
"""Of a pattern, what finds it: made when it is first asked for, since that takes longer than to load all the rest."""


@functools.cache
def _token(escaping: str) -> re.Pattern[str]:
    return re.compile(
        rf"""(?P<line>{LINE_COMMENT})
    | (?P<block>/\*)
    | (?<![{IN_NAME}])\$(?P<tag>{TAG})\$(?P<quoted>.*?)\$(?P=tag)\$
    | {escaping}'(?P<escaped>{ESCAPING})'
    | '(?P<string>(?:[^']|'')*)'
    | (?<![{IN_NAME}])[uU]&"(?P<unicode>(?:[^"]|"")*)"(?:\s*[uU][eE][sS][cC][aA][pP][eE]\s*'(?P<escape>.)')?
    | (?P<name>"(?:[^"]|"")*")""",
        re.DOTALL | re.VERBOSE,
    )


_ESCAPING = rf"(?<![{IN_NAME}])[eE]"
_ESCAPING_EVERYWHERE = ""
"""Where backslashes escape in every string: a function may have it so (`standard_conforming_strings`)."""
_ESCAPED = re.compile(r"\\.|''", re.DOTALL)
_UNESCAPED = {r"\n": "\n", r"\r": "\n"}
_MARK = re.compile(r"/\*|\*/")


@dataclass(frozen=True)
class Owners:
    """What belongs to roles that the deploying one does not trust.

    Attributes:
        user: The role that deploys.
        foreign: What there is of theirs, by place.

    """

    user: str = ""
    foreign: Mapping[Place, Foreign] = field(default_factory=dict)

    def require(self, declared: Facts, kinds: Kinds) -> None:
        """Refuse what would adopt, or build upon, what is another role's.

        Raises:
            OwnershipError: Naming the object, its owner, and what to do.

        """
        for place, found in self.foreign.items():
            if place[0] == "event trigger":
                raise OwnershipError(
                    f"it calls {found.object} of {found.owner}, with your rights for every statement of a deployment.",
                    where=f"event trigger {place[1]}",
                    remedy="Nothing was changed. If it is meant, have the function handed over to a superuser; else "
                    "have the event trigger dropped.",
                )
        if not self.foreign:
            return
        for id, definition in declared.items():
            for place in built_upon(id, definition, kinds):
                if (there := self.foreign.get(place)) is not None:
                    raise OwnershipError(
                        f"{there.said}, who may put anything in its place.",
                        where=str(id),
                        remedy=f"Nothing was changed. If it is meant, have it handed over (alter ... owner to "
                        f"{self.user}), or deploy as {there.owner or 'that role'}; else drop it, or choose another "
                        "name.",
                    )

    def require_own_types(self, plan: Plan, kinds: Kinds, live_of: LiveOf) -> None:
        """Refuse to turn values of another role's type into those of another type: a cast of theirs would run.

        Args:
            plan: The plan.
            kinds: The registry of kinds.
            live_of: Gives what is live of some relations.

        Raises:
            OwnershipError: Naming the type, its owner, and what to do.

        """
        if not self.foreign:
            return
        for where, place, remedy in (*_cast(plan, kinds), *self._computed(plan, kinds, live_of)):
            if (there := self.foreign.get(place)) is not None:
                raise OwnershipError(
                    f"{there.said}: a cast of theirs would run with your rights.",
                    where=where,
                    remedy=f"Nothing was changed. Have the type handed over (alter type ... owner to "
                    f"{self.user}), or {remedy}.",
                )

    def _computed(self, plan: Plan, kinds: Kinds, live_of: LiveOf) -> Iterator[tuple[str, Place, str]]:
        # What is computed of a column: `state = 'x'::text` has the server look for a cast of its type.
        texts = [(delta.id, *each) for delta in plan.deltas for each in _computing(delta, kinds)]
        wholes = {(delta.id, whole) for delta in plan.deltas if (whole := _comes_to(delta, kinds)) is not None}
        live = live_of(frozenset({relation for _, relation, *_ in texts} | {whole for _, whole in wholes}))
        for id, whole in wholes:
            # Its bound is turned into the type of the column by which the whole table is told apart.
            found = (item for other, item in live.items() if other.name == whole and kinds[other.kind].holds_rows)
            texts += [(id, whole, text, False) for item in found for text in texts_of(msgspec.to_builtins(item))]
        strange = self._strange_columns(kinds, live)
        for id, relation, text, is_alone in texts:
            types = strange.get(relation, {})
            if is_alone:
                # An index of a range asks functions that came with it.
                types = {name: type for name, type in types.items() if self._is_foreign(type, "range")}
            named = _names(text) if types else set()
            # The table's name may stand for its whole row.
            for name in sorted(types if relation[1] in named else named & types.keys()):
                yield from ((str(id), place, f"compute nothing of {name}") for place in _types([types[name]]))
            # What takes one may have a value of ours cast to it, what gives one has it cast to what is wanted of it.
            uses = (place for place in _places([text]) if place[0] in ("routine", "operator"))
            yield from ((str(id), ("use", *place[1:]), f"do without {'.'.join(place[1:])}") for place in uses)

    def _strange_columns(self, kinds: Kinds, live: Facts) -> dict[Name, dict[str, str]]:
        columns: dict[Name, dict[str, str]] = {}
        for id, definition in live.items():
            for item in kinds[id.kind].sql_fields(id, definition).values():
                if item.kind is SqlFieldKind.TYPE and self._is_foreign(item.text):
                    columns.setdefault(id.name[:2], {})[id.name[-1]] = item.text
        return columns

    def _is_foreign(self, type: str, what: str = "type") -> bool:
        return any(place in self.foreign for place in _types([type]) if what in ("type", place[0]))


def _computing(delta: Delta, kinds: Kinds) -> Iterator[tuple[Name, str, bool]]:
    """Yield the texts of a delta by which something is computed, each with a relation of which.

    And whether the text is a column by itself: that is compared as its type does.
    """
    id, new, kind = delta.id, delta.new, kinds[delta.id.kind]
    if new is None:
        return
    own = id.name[:2]
    if kind.phase is Phase.VALUES:
        # It writes values. Other tables that it asks for them: `recomputed.py`.
        yield from ((own, text, False) for text in _all_texts(new))
        return
    fields = kind.sql_fields(id, new).values()
    others = (it for it in kind.references(id, new) if kinds[it.kind].family is not Family.COLLATION)
    refers = any(other.name[:2] != own for other in others)
    for item in (item for item in fields if item.kind in (SqlFieldKind.EXPRESSION, SqlFieldKind.DOMAIN_CHECK)):
        # What has to be of a type, as a condition, is turned into it.
        yield own, item.text, not refers and item.type is None and bool(_read_as(_PART).fullmatch(item.text.strip()))
    if not fields and (refers or (kind.holds_rows and delta.old is None)):
        # What is no SQL names columns as they are. Those of another table are compared with. A table has a key of its
        # partitions.
        yield from ((own, text, False) for text in texts_of(msgspec.to_builtins(new)))


def _comes_to(delta: Delta, kinds: Kinds) -> Name | None:
    """Return the table of whose rows the object gets a share; None: it gets none, or has it."""
    before, after = (None if it is None else kinds[delta.id.kind].share(it) for it in (delta.old, delta.new))
    return None if after is None or after == before else after[0]


def built_upon(id: ObjectId, definition: Definition, kinds: Kinds) -> Iterator[Place]:
    """Yield where what an object is, is in or upon may be, whether or not there is anything."""
    kind = kinds[id.kind]
    yield from kind.stands_on(id, definition)
    yield from _referred_to(id, definition, kinds)
    yield from _named(definition)
    yield from _rows(kind.sql_fields(id, definition).values())


def relations_named(definition: Definition) -> set[Name]:
    """Return what may be relations that the texts of a definition name with their schema."""
    return {place[1:] for place in _places(_all_texts(definition)) if place[0] == "relation"}


def pairs_named(text: str) -> set[Name]:
    """Return what may be types, relations, routines or operators that a text names with their schema."""
    return {place[1:] for place in _places([text]) if place[0] in ("relation", "operator") and place[2]}


def _all_texts(definition: Definition) -> list[str]:
    """Return the texts of a definition, and the names under which it has them."""
    built = msgspec.to_builtins(definition)
    keys = (str(key) for value in built.values() if isinstance(value, Mapping) for key in value)
    return [*texts_of(built), *keys]


def _names(text: str) -> set[str]:
    """Return what may be names in a text, as the server reads them, and the words as they stand."""
    return {folded(part) for code in _codes(text) for part in _read_as(_ANY_NAME).findall(code)} | {
        text,
        *WORD.findall(text),
    }


def _cast(plan: Plan, kinds: Kinds) -> Iterator[tuple[str, Place, str]]:
    # What a plan turns values of: where, the type, and what else helps.
    for delta in plan.deltas:
        if delta.old is None or delta.new is None:
            continue
        before, after = (kinds[delta.id.kind].sql_fields(delta.id, it) for it in (delta.old, delta.new))
        for name, item in before.items():
            if item.kind is SqlFieldKind.TYPE and after.get(name) != item:
                yield from ((str(delta.id), place, "change the column by hand") for place in _types([item.text]))
    for statement in plan.statements:
        # Batches know by the text of a key where they are.
        about = str(statement.about or statement.text)
        yield from ((about, place, "give the table another key") for place in _types(statement.casts))


def _referred_to(id: ObjectId, definition: Definition, kinds: Kinds) -> Iterator[Place]:
    # A table's name is stated as it is, whatever characters it has: to a reader of SQL it may be none.
    for other in kinds[id.kind].references(id, definition):
        family = kinds[other.kind].family
        if family is not Family.DATABASE:
            yield ("schema", other.name[0])
            yield (family.value, *other.name[:2])


def _named(definition: Definition) -> Iterator[Place]:
    # What its texts name with a schema: bodies, queries, expressions, types. An alias may have a schema's name: the
    # refusal says which, and another one does as well.
    built = msgspec.to_builtins(definition)
    yield from _places(texts_of(built))
    for schema, name in _named_in_parts(built):
        yield from (("schema", schema), ("other", schema, name))


def _named_in_parts(value: Any) -> Iterator[Name]:
    # A collation is held by the parts of its name, and a range's operator class; of the server's own there is but one.
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key in ("collation", "opclass") and isinstance(item, list | tuple):
                if item[1:]:
                    yield item[0], item[1]
            else:
                yield from _named_in_parts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _named_in_parts(item)


def _places(texts: Iterable[str]) -> Iterator[Place]:
    for text in texts:
        for pair in (pair for code in _codes(text) for pair in _read_as(_PAIR).findall(code)):
            schema, name = map(folded, pair[:2])
            yield ("schema", schema)
            yield from ((what, schema, name) for what in ("relation", "routine", "type", "other") if name)
            yield ("operator", schema, pair[2])


def _types(texts: Iterable[str]) -> Iterator[Place]:
    # What a type's name may be that of. A table's is that of its rows, too.
    for place in _places(texts):
        if place[0] == "type":
            yield from ((what, *place[1:]) for what in ("type", "range", "row"))


def _rows(fields: Iterable[SqlField]) -> Iterator[Place]:
    texts = [field.text for field in fields if field.kind is SqlFieldKind.TYPE]
    return (place for place in _types(texts) if place[0] == "row")


def _codes(text: str) -> Iterator[str]:
    # A text without its comments and strings, and then each string likewise: it may be a name, or be run.
    yield from _read(text, _token(_ESCAPING))
    if "\\" in text:
        yield from _read(text, _token(_ESCAPING_EVERYWHERE))


def _read(text: str, tokens: re.Pattern[str]) -> Iterator[str]:
    waiting = [text]
    while waiting:
        text, at, kept = waiting.pop(), 0, list[str]()
        ends = True
        while (token := tokens.search(text, at)) is not None:
            kept.append(text[at : token.start()])
            at = _end_of_comment(text, token.end()) if token["block"] and ends else token.end()
            # To look for the end of each one anew takes time.
            ends = ends and not (token["block"] and at == token.end())
            kept.append(token["name"] or (_plain_name(token) if token["unicode"] else " "))
            if token["escaped"]:
                waiting.append(_ESCAPED.sub(lambda found: _UNESCAPED.get(found[0], found[0][-1]), token["escaped"]))
            elif inner := token["quoted"] or (token["string"] or "").replace("''", "'"):
                waiting.append(inner)
        yield "".join((*kept, text[at:]))


def _end_of_comment(text: str, start: int) -> int:
    # Comments nest. What never ends is none.
    depth = 1
    for mark in _MARK.finditer(text, start):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return mark.end()
    return start


def _plain_name(token: re.Match[str]) -> str:
    escape = re.escape(token["escape"] or "\\")
    coded = re.compile(rf"{escape}(?:([0-9a-fA-F]{{4}})|\+([0-9a-fA-F]{{6}})|({escape}))")
    plain = coded.sub(
        lambda found: found[3] or chr(min(int(found[1] or found[2], 16), sys.maxunicode)), token["unicode"]
    )
    return f'"{plain}"'


def texts_of(value: Any) -> Iterator[str]:
    """Yield the texts in what a definition is built of, but for comments."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key != "comment":
                yield from texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)


def read(connection: Connection) -> Owners:
    """Return what belongs to other roles: mostly nothing. The connection's search_path is empty."""
    return Owners(*foreign.read(connection))
