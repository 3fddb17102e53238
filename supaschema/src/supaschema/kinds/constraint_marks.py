"""What hangs on a constraint beside its definition: comments, and what its index is to its table."""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from supaschema.core.model import Lock, LockMode, ObjectId, Statement
from supaschema.core.sqltext import compose, ident, literal, relation_name
from supaschema.kinds.constraint_definition import Constraint


def comments(id: ObjectId, old: Constraint | None, new: Constraint) -> tuple[Statement, ...]:
    """Return what sets the comments of a constraint and of its index, where they are said and differ."""
    found = []
    own = compose("constraint {} on {}", ident(id.name[2]), ident(*id.name[:2]))
    if new.comment is not None and new.comment != ((old.comment if old else None) or ""):
        # Of the table the server takes no lock that it keeps.
        found.append(Statement(_comment(own, new.comment)))
    if new.index_comment is not None and new.index_comment != ((old.index_comment if old else None) or ""):
        found.append(Statement(_comment(compose("index {}", ident(id.name[0], id.name[2])), new.index_comment)))
    return tuple(found)


def marks(id: ObjectId, new: Constraint) -> tuple[Statement, ...]:
    """Return what makes a new index again what the one before was to its table."""
    return index_marks(id, clustered=new.clustered, replica_identity=new.replica_identity)


def index_marks(id: ObjectId, *, clustered: bool, replica_identity: bool) -> tuple[Statement, ...]:
    """Return what clusters a table on an index, and makes it the table's replica identity.

    Without the latter every UPDATE of a published table is refused, so it belongs in the transaction of the change.
    """
    found = []
    if clustered:
        found.append(_of_table(id, "alter table {} cluster on {}", LockMode.SHARE_UPDATE_EXCLUSIVE))
    if replica_identity:
        found.append(_of_table(id, "alter table {} replica identity using index {}", LockMode.ACCESS_EXCLUSIVE))
    return tuple(found)


def _of_table(id: ObjectId, template: LiteralString, mode: LockMode) -> Statement:
    query = compose(template, ident(*id.name[:2]), ident(id.name[2]))
    return Statement(query, locks=(Lock(relation_name(id.name), mode),))


def _comment(what: sql.Composable, comment: str) -> sql.Composed:
    return compose("comment on {} is {}", what, literal(comment or None))
