"""What an index is."""

from __future__ import annotations

import re

from supaschema.core.model import Definition, Inheritable
from supaschema.kinds.index_keys import Key

_COLUMN = re.compile(r'\w+|"(?:[^"]|"")+"')


class Index(Inheritable, frozen=True, kw_only=True):
    """An index's definition.

    Attributes:
        keys: Its keys.
        unique: Whether it is unique.
        nulls_distinct: False for NULLS NOT DISTINCT.
        method: The access method.
        include: Columns that it carries.
        where: The condition of a partial index.
        options: Storage options; None: not said, so as they are live.
        statistics: By the number of a key that is an expression, its statistics target; None: not said.
        comment: Its comment.
        valid: Whether it was built to its end.
        clustered: Whether the table is clustered on it. Kept, not compared.
        replica_identity: Whether it tells a subscriber which row changed. Kept, not compared.
        text: What the server prints after the table's name, for putting back one that was there before.

    """

    keys: tuple[Key, ...]
    unique: bool = False
    nulls_distinct: bool = True
    method: str = "btree"
    include: tuple[str, ...] = ()
    where: str | None = None
    options: dict[str, str] | None = None
    statistics: dict[str, int] | None = None
    comment: str | None = None
    valid: bool = True
    clustered: bool = False
    replica_identity: bool = False
    text: str | None = None

    def key_columns(self) -> tuple[str, ...]:
        """Return its columns, if it is unique over all rows by columns alone."""
        names = [_COLUMN.fullmatch(key.expression) for key in self.keys]
        if not self.unique or self.where is not None or not all(names):
            return ()
        return tuple(name[0].strip('"').replace('""', '"') for name in names if name is not None)


def is_key_of_the_same(new: Definition, old: Definition) -> bool:
    """Return whether both are keys, a constraint's or an index's, of the same columns in any order."""
    return bool(old.key_columns()) and set(new.key_columns()) == set(old.key_columns())
