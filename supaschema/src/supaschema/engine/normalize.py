"""Declared texts in the words of the live ones, where the server sees no difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from supaschema.core.model import Definition, Desired, Facts, ObjectId
from supaschema.core.secret_texts import Secrets
from supaschema.database.connect import Connection
from supaschema.engine.constants import ByType, said_as_before
from supaschema.engine.diff import Kinds, texts, undecided
from supaschema.engine.elaborate import Texts, canonicalize
from supaschema.engine.retyped import Retyped, retyped, still_known
from supaschema.kinds.base import Spellings, SqlField


def normalized(
    connection: Connection,
    kinds: Kinds,
    desired: Desired,
    live: Facts,
    recorded: Facts,
    *,
    secrets: Secrets,
    source: Texts = Texts.DECLARED,
    types: ByType | None = None,
) -> dict[ObjectId, Definition]:
    """Replace each desired text by the live text where the server considers the two equal; return what was replaced.

    Args:
        connection: For asking the server.
        kinds: The registry of kinds.
        desired: What each object shall be.
        live: What each is.
        recorded: How the server spelled what is declared, where that is known: it is not asked of what is live so.
        secrets: What the server says of a text that holds one is not repeated.
        source: Where the desired texts are from. A recorded one that the server does not accept any more equals none.
        types: Types whose constants have other names by the time: live texts follow.

    """
    recorded = still_known(recorded, live, changing := retyped(desired, live, kinds), kinds)
    answers: dict[ObjectId, dict[str, Spellings]] = {}
    doubtful: list[tuple[ObjectId, str]] = []
    for id, name in undecided(desired, live, kinds):
        if recorded.get(id) == live[id]:  # nothing changed, whatever the two texts look like
            continue
        known = texts(kinds[id.kind], id, recorded[id]) if id in recorded else {}
        if known.get(name) == (text := texts(kinds[id.kind], id, live[id])[name]):
            answers.setdefault(id, {})[name] = (text, text)
        else:
            doubtful.append((id, name))  # it may mean the same: how a text is printed depends on what else is there
    asked = _asked(connection, kinds, desired, live, doubtful, secrets=secrets, source=source, changing=changing)
    following = _following(connection, kinds, (desired, live), asked, types or {}, secrets=secrets)
    for (id, name), spellings in (*asked, *following):
        answers.setdefault(id, {})[name] = spellings
    return {id: kinds[id.kind].normalized(desired[id], live[id], found) for id, found in answers.items()}


def _asked(
    connection: Connection,
    kinds: Kinds,
    desired: Mapping[ObjectId, Definition | None],
    live: Facts,
    doubtful: list[tuple[ObjectId, str]],
    *,
    secrets: Secrets,
    source: Texts,
    changing: Retyped,
) -> list[tuple[tuple[ObjectId, str], Spellings]]:
    if not doubtful:
        return []
    # Text by text: an edit of one must not look like an edit of its neighbours.
    groups = [
        {name: kinds[id.kind].sql_fields(id, side[id])[name]} for id, name in doubtful for side in (desired, live)
    ]
    early = {2 * place for place, (id, _) in enumerate(doubtful) if _is_early(id, desired, live)}
    spelled = canonicalize(connection, groups, secrets, early, source, changing=changing)
    return list(zip(doubtful, zip(spelled[::2], spelled[1::2], strict=True), strict=True))


def _following(
    connection: Connection,
    kinds: Kinds,
    sides: tuple[Desired, Facts],
    asked: list[tuple[tuple[ObjectId, str], Spellings]],
    types: ByType,
    *,
    secrets: Secrets,
) -> Iterator[tuple[tuple[ObjectId, str], Spellings]]:
    """Yield of texts that differ those which will not once constants have their names, as the live text has both."""

    def field(side: Desired, id: ObjectId, name: str) -> SqlField:
        definition = side[id]
        assert definition is not None
        return kinds[id.kind].sql_fields(id, definition)[name]

    desired, live = sides
    differing = [place for place, (left, right) in asked if left is None or left != right] if types else []
    pairs = [(field(desired, id, name), field(live, id, name)) for id, name in differing]
    alike = said_as_before(connection, pairs, types, secrets)
    for (id, name), (_, now), is_alike in zip(differing, pairs, alike, strict=True):
        if is_alike:
            yield (id, name), (now.text, now.text)


def _is_early(id: ObjectId, desired: Desired, live: Facts) -> bool:
    # Another relation or routine changes in the same plan, which it may name through others still: a view over a
    # function over a view.
    return any(
        other.name[:2] != id.name[:2] and len(other.name) > 1 and wanted != live.get(other)
        for other, wanted in desired.items()
    )
