"""Renames that apply: what is live, recorded and declared, as it is called after them or before. Names no kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Definition, Desired, Fact, Facts, ObjectId, Precondition, Statement
from supaschema.core.renames import Rename, renamed_words, requalified, with_names, with_qualified, with_words
from supaschema.core.sqltext import Name, raw_sql
from supaschema.engine.diff import Kinds, texts
from supaschema.engine.intent import Anchors
from supaschema.engine.renames_refused import name_is_taken
from supaschema.engine.untold import with_risk
from supaschema.kinds.base import Context, Family
from supaschema.ledger import Former, LedgerState

V = TypeVar("V")
Normalize = Callable[[Desired, Facts, Facts], dict[ObjectId, Definition]]
"""Gives what is desired in the words of what is live: takes both, and what is recorded."""


@dataclass(frozen=True)
class Renames:
    """Renames that follow each other."""

    pairs: tuple[Rename, ...]
    kinds: Kinds

    @property
    def reversed(self) -> Renames:
        """The way back."""
        return Renames(tuple(pair.reversed for pair in reversed(self.pairs)), self.kinds)

    def id(self, id: ObjectId) -> ObjectId:
        """Return what an object is called afterwards."""
        for pair in self.pairs:
            id = self._moved(pair, id)
        return id

    def _moved(self, pair: Rename, id: ObjectId) -> ObjectId:
        if id == pair.old:
            return pair.new
        kind = self.kinds[id.kind]
        within = self.kinds[pair.old.kind].holds_objects and kind.family is not Family.DATABASE
        if pair.old in (*kind.parents(id), *kind.called_after(id)) or (within and id.name[:1] == pair.old.name):
            id = ObjectId(id.kind, (*pair.new.name, *id.name[len(pair.old.name) :]))
        return self._called_with(pair, id) if kind.family is Family.ROUTINE else id

    def _called_with(self, pair: Rename, id: ObjectId) -> ObjectId:
        # A routine is told from others by the types of its arguments.
        renamed = self.kinds[pair.old.kind]
        is_none = renamed.family in (Family.ROUTINE, Family.COLLATION)
        if not pair.is_spoken or is_none or renamed.parents(pair.old):
            return id
        types = (requalified(part, pair.old.name[:2], pair.new.name[:2]) for part in id.name[2:])
        return ObjectId(id.kind, (*id.name[:2], *types))

    def ids(self, values: Mapping[ObjectId, V]) -> Mapping[ObjectId, V]:
        """Return values by what their objects are called afterwards."""
        return {self.id(id): value for id, value in values.items()} if self.pairs else values

    def facts(self, facts: Facts) -> Facts:
        """Return facts as they are afterwards."""
        return {self.id(id): self._definition(id, item) for id, item in facts.items()} if self.pairs else facts

    def before_and_after(self, facts: Facts) -> Facts:
        """Return facts as they are afterwards, and those of what is called otherwise before, as they are then."""
        return {**self.reversed.facts(facts), **facts} if self.pairs else facts

    def ledger(self, ledger: LedgerState) -> LedgerState:
        """Return the ledger as it is afterwards."""
        if not self.pairs:
            return ledger
        by_urn = {
            urn: {
                self.id(id): dataclasses.replace(
                    entry,
                    before=None if entry.before is None else self._definition(id, entry.before),
                    spelling=None if entry.spelling is None else self._definition(id, entry.spelling),
                    former=self.former(entry.former),
                )
                for id, entry in entries.items()
            }
            for urn, entries in ledger.by_urn.items()
        }
        archived, returning = (frozenset(map(self.id, ids)) for ids in (ledger.archived, ledger.returning))
        owners = self.ids(ledger.owners)
        former = {self.id(id): self.former(names) for id, names in ledger.former.items()}
        found = dataclasses.replace(ledger, by_urn=by_urn, owners=owners, former=former, labels=self.ids(ledger.labels))
        return dataclasses.replace(found, archived=archived, returning=returning)

    def anchors_before(self, anchors: Anchors) -> Anchors:
        """Return places, and where what belongs there, or is renamed, belongs before."""
        found = {*anchors, *(pair.old.name[:2] for pair in self.pairs)}
        for pair in reversed(self.pairs):
            size = len(pair.new.name[:2])
            found |= {(*pair.old.name[:2], *it[size:]) for it in found if it[:size] == pair.new.name[:2]}
        return frozenset(found)

    def renamed(self, ids: Iterable[ObjectId]) -> dict[ObjectId, ObjectId]:
        """Return those that are called otherwise afterwards, and how."""
        return {id: new for id in ids if (new := self.id(id)) != id} if self.pairs else {}

    def renamed_here(self, ids: Iterable[ObjectId]) -> frozenset[ObjectId]:
        """Return those that are called otherwise before."""
        back = self.reversed
        return frozenset(id for id in ids if back.id(id) != id) if self.pairs else frozenset()

    def worded(self, ledger: LedgerState) -> dict[ObjectId, Definition]:
        """Return what some objects were before, by what they are called afterwards: where a name in it is another."""
        found = {}
        for entries in ledger.by_urn.values() if self.pairs else ():
            for id, entry in entries.items():
                # What is sealed is not for this run to write again.
                if entry.before is not None and not entry.is_sealed:
                    after = self._definition(id, entry.before)
                    if after != entry.before:
                        found[self.id(id)] = after
        return found

    @property
    def of_schemas(self) -> Renames:
        """Those of schemas."""
        return Renames(tuple(pair for pair in self.pairs if self.kinds[pair.old.kind].holds_objects), self.kinds)

    @property
    def schemas(self) -> dict[str, str]:
        """Schemas that have another name afterwards."""
        return {pair.old.name[0]: pair.new.name[0] for pair in self.of_schemas.pairs}

    def former(self, names: tuple[Former, ...]) -> tuple[Former, ...]:
        """Return former names, those in a schema by the name that this has afterwards."""
        schemas = self.of_schemas
        return tuple(dataclasses.replace(it, id=schemas.id(it.id)) for it in names) if schemas.pairs else names

    @property
    def relations(self) -> dict[str, str]:
        """Tables that have another name afterwards, as `schema.name`."""
        tables = (pair for pair in self.pairs if self.kinds[pair.old.kind].holds_rows)
        return {".".join(pair.old.name): ".".join(pair.new.name) for pair in tables}

    @property
    def types(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """Types that have another name afterwards, and schemas."""
        kinds = self.kinds
        named = (
            it
            for it in self.pairs
            if kinds[it.old.kind].holds_objects
            or (kinds[it.old.kind].family is Family.TYPE and not kinds[it.old.kind].parents(it.old))
        )
        return tuple((pair.old.name, pair.new.name) for pair in named)

    def earlier(self, precondition: Precondition) -> Precondition:
        """Return a precondition in the names from before: it is asked for before the first statement."""
        text = precondition.find.as_string()
        for pair in self.reversed.pairs:
            if pair.is_spoken and self.kinds[pair.old.kind].parents(pair.old):
                text = renamed_words(text, {pair.old.name[-1]: pair.new.name[-1]})
            elif pair.is_spoken:
                text = requalified(text, pair.old.name[:2], pair.new.name[:2])
        return dataclasses.replace(precondition, find=raw_sql(text)) if self.pairs else precondition

    def places(self) -> dict[str, str]:
        """Return the relations of what is renamed as they are called when it is, each with its name from before."""
        found = {}
        for place, pair in enumerate(self.pairs):
            name = Renames(self.pairs[:place], self.kinds).reversed.id(pair.old).name[:2]
            found[".".join(pair.old.name[:2])] = ".".join(name)
        return found

    def statements(self, live: Facts, context: Context) -> tuple[Statement, ...]:
        """Return what renames the objects, with the locks that it takes on what inherits from their tables.

        Args:
            live: What there is, as it is called afterwards.
            context: What inherits from the relations, as they are called before.

        """
        called, found = self.places(), list[Statement]()
        for place, pair in enumerate(self.pairs):
            kind, now = self.kinds[pair.old.kind], called[".".join(pair.old.name[:2])]
            final = Renames(self.pairs[place + 1 :], self.kinds).id(pair.new)
            reaches = kind.rename_descends(live[final], partitioned=now in context.partitioned)
            below = context.below.get(now, ()) if reaches else ()
            if pair.is_ours:
                found += [_locking(with_risk(it, pair), below) for step in pair.steps for it in kind.rename(*step)]
                found += self._along(place, live, context, context.below.get(now, ()))
        return tuple(found)

    def _along(self, place: int, live: Facts, context: Context, below: Iterable[str]) -> Iterator[Statement]:
        # What belongs to an object that is renamed, and whose usual name holds that one's.
        former, latter = (Renames(self.pairs[start:], self.kinds).reversed for start in (place, place + 1))
        for id, definition in live.items():
            old, new, kind = former.id(id), latter.id(id), self.kinds[id.kind]
            if old != new:
                reaches = kind.rename_descends(definition, partitioned=False)
                for item in kind.rename_along(old, new, definition, context):
                    yield _locking(item, below if reaches else ())

    def normalized(
        self, desired: Desired, live: Facts, recorded: Facts, normalize: Normalize
    ) -> dict[ObjectId, Definition]:
        """Return what is desired in the words of what is live (as it is before), where the two mean the same.

        The server knows the names from before only: with those it is asked.
        """
        if not self.pairs:
            return normalize(desired, live, recorded)
        back = self.reversed
        # What names the former name too speaks of another object: the server cannot tell that yet.
        plain = {id: item for id, item in desired.items() if item is not None and self._requalified(item) == item}
        earlier = dict(back.facts(plain))
        words = {**earlier, **normalize(earlier, live, {})}
        words |= self._by_columns(earlier, words, live, normalize)
        found = {}
        for id, item in words.items():
            new, now = self.id(id), live.get(id)
            if now is not None and self._same(id, item, now):
                found[new] = self._definition(id, now)
            elif item != earlier[id]:
                found[new] = _carried(earlier[id], item, self._definition(id, item), plain[new])
        return found

    def _by_columns(
        self, earlier: Facts, words: Facts, live: Facts, normalize: Normalize
    ) -> dict[ObjectId, Definition]:
        # What is another relation's may name columns too: only the server can tell whether it did by their old names.
        pairs = [pair for pair in self.pairs if pair.is_spoken and self.kinds[pair.old.kind].parents(pair.old)]
        names = {pair.new.name[-1]: pair.old.name[-1] for pair in pairs}
        unread = ((id, item) for id, item in earlier.items() if names and id in live and words[id] == item)
        others = {id: other for id, item in unread if (other := with_words(item, names)) != item}
        try:
            read = normalize(others, live, {}) if others else {}
        except DeclarationError:
            # The words were no names of columns.
            return {}
        same = {id: item for id, item in read.items() if self._same(id, item, live[id])}
        return {id: item for id, item in same.items() if not self._gives_former(id, earlier[id], live[id], names)}

    def _gives_former(self, id: ObjectId, declared: Definition, live: Definition, names: Mapping[str, str]) -> bool:
        # What it gives is called after a column by itself: it has the former name, which the declaration does not say.
        former = {old: new for new, old in names.items() if self.kinds[id.kind].gives_column(live, old)}
        return any(with_words(declared, {old: new}) == declared for old, new in former.items())

    def _same(self, id: ObjectId, wanted: Definition, live: Definition) -> bool:
        kind = self.kinds[id.kind]
        return kind.same_structure(wanted, live) and texts(kind, id, wanted) == texts(kind, id, live)

    def _definition(self, id: ObjectId, definition: Definition) -> Definition:
        for pair in self.pairs:
            kind = self.kinds[id.kind]
            if id == pair.old:
                definition = kind.renamed(definition, pair.old, pair.new)
            if pair.is_spoken and kind.family is Family.RELATION and id.name[:2] == pair.old.name[:2]:
                old, new = pair.old.name[-1], pair.new.name[-1]
                relations = {".".join(pair.old.name): ".".join(pair.new.name)}
                definition = with_names(definition, {old: new}, relations, is_hidden=old in pair.hidden)
            id = self._moved(pair, id)
        return self._requalified(definition)

    def _requalified(self, definition: Definition) -> Definition:
        for pair in self.pairs:
            if pair.is_spoken and not self.kinds[pair.old.kind].parents(pair.old):
                definition = with_qualified(definition, pair.old.name[:2], pair.new.name[:2], pair.old.kind)
        return definition


def _locking(statement: Statement, below: Iterable[str]) -> Statement:
    more = (dataclasses.replace(lock, relation=name) for lock in statement.locks for name in below)
    return dataclasses.replace(statement, locks=tuple(dict.fromkeys((*statement.locks, *more))))


def _carried(earlier: Definition, worded: Definition, later: Definition, declared: Definition) -> Definition:
    # What the server's words changed, as it is called afterwards; the rest as it is declared.
    changed = [name for name in declared.__struct_fields__ if getattr(worded, name) != getattr(earlier, name)]
    return msgspec.structs.replace(declared, **{name: getattr(later, name) for name in changed})


def applicable(
    pairs: Iterable[Rename],
    live: Collection[ObjectId],
    kinds: Kinds,
    declared: Collection[ObjectId] = (),
    own: Collection[ObjectId] = (),
) -> Renames:
    """Return the renames whose objects have the old name and not the new one, in an order in which they can be done.

    An old name that is declared too is a new object's, and the former one is renamed, only where the ledger knows the
    former one and none by the new name, or where another object of the declaration gets the old name.

    Args:
        pairs: What is asked for.
        live: What there is.
        kinds: The registry.
        declared: What the same declaration states.
        own: What the ledger has of its resource.

    """
    waiting, found, given = list(pairs), Renames((), kinds), set[ObjectId]()
    called, known = set(live), set(own)

    def is_ready(pair: Rename) -> bool:
        if pair.old not in called or pair.new in called or pair.old in given:
            return False
        if pair.old not in declared or (pair.old in known and pair.new not in known):
            return True
        return any(it.new == pair.old and it.old in called and it.old not in declared for it in waiting)

    while (pair := next(filter(is_ready, waiting), None)) is not None:
        waiting.remove(pair)
        parts = frozenset(id.name[-1] for id in called if id.name[:-1] == pair.old.name)
        pair = dataclasses.replace(pair, hidden=parts & {pair.old.name[-1], pair.new.name[-1]})
        one = Renames((pair,), kinds)
        called, known = set(map(one.id, called)), set(map(one.id, known))
        given.add(pair.new)
        found = Renames((*found.pairs, pair), kinds)
    return found


def of_declaration(
    asked: Iterable[Rename],
    urn: str,
    facts: Facts,
    live: Facts,
    ledger: LedgerState,
    *,
    done: Renames,
    major: int,
) -> Renames:
    """Return the renames that a declaration speaks of and that apply, and those of the parts that go along.

    Args:
        asked: What it speaks of.
        urn: The resource.
        facts: What it declares.
        live: What there is.
        ledger: Who declares what.
        done: Those that somebody did by hand, but for the parts.
        major: The server's major version.

    Raises:
        DependencyError: What the declaration had is there, and something else has its new name.

    """
    pairs, kinds = tuple(asked), done.kinds
    if not pairs:
        return Renames((), kinds)
    own = ledger.of(urn)
    _refuse_taken(pairs, facts, live, own)
    found = applicable(pairs, live, kinds, facts, own)
    if not found.pairs and not done.pairs:
        return found
    # What the former resource of a renamed object has goes along with it.
    concerned = {urn, *(ledger.owners.get(pair.old) for pair in found.pairs)}
    others = {found.id(id) for id, owner in ledger.owners.items() if owner not in concerned}
    now = {id: item for id, item in found.facts(live).items() if id not in others}
    tables = {pair.new.name[:2] for pair in (*found.pairs, *done.pairs) if pair.is_ours}
    return _with_parts(found, facts, tables, Context(major=major, live=now))


def _refuse_taken(pairs: Collection[Rename], facts: Facts, live: Facts, own: Collection[ObjectId]) -> None:
    leaving = {pair.old for pair in pairs}
    for pair in pairs:
        if pair.is_back or pair.old in facts or pair.new in own or pair.new in leaving:
            continue
        if pair.old in live and pair.new in live and pair.old in own:
            raise name_is_taken(pair, str(pair.new))


def _with_parts(renames: Renames, declared: Facts, tables: Container[Name], context: Context) -> Renames:
    # Parts whose usual names hold that of the table or column, and that are else alike. What is live is given as it is
    # called afterwards.
    now = context.live
    left = {id: item for id, item in now.items() if id not in declared and id.name[:2] in tables}
    parts = []
    for id, wanted in declared.items():
        if id in now or id.name[:2] not in tables:
            continue
        alike = (other for other in left if _alike(Fact(other, left[other]), Fact(id, wanted), context, renames.kinds))
        old = next(alike, None)
        if old is not None and renames.kinds[id.kind].rename(old, id):
            del left[old]
            parts.append(Rename(old, id, is_spoken=False))
    return Renames((*renames.pairs, *parts), renames.kinds)


def _alike(old: Fact, new: Fact, context: Context, kinds: Kinds) -> bool:
    kind, live = kinds[new.id.kind], old.definition
    # Of two columns of one type nobody can tell whether they are one: they hold values.
    if old.id.kind != new.id.kind or old.id.name[:-1] != new.id.name[:-1] or kind.in_use(old.id, live) is not None:
        return False
    wanted = kind.resolve(new.id, new.definition, live, context)
    return kind.same_structure(wanted, live) and texts(kind, new.id, wanted) == texts(kind, old.id, live)
