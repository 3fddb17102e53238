"""Views: a query, and whose rights it is read with. Who may read it is a fact of its own (`table_grants`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from psycopg import sql

from supaschema.core.model import (
    Definition,
    Facts,
    Hazard,
    HazardNote,
    Lock,
    LockMode,
    ObjectId,
    Statement,
    Steps,
)
from supaschema.core.sqltext import compose, ident, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind, Spellings, SqlField, SqlFieldKind
from supaschema.kinds.comments import commented
from supaschema.kinds.grants import granted
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.query_columns import GIVEN, OF_COLUMNS, VIEWS, names_column
from supaschema.kinds.renaming import relation_named, renamed_and_moved, renaming, roughly_alike

_KEPT = ("security_barrier", "owner")
"""What a declaration need say nothing of."""


class View(Definition, frozen=True, kw_only=True):
    """A view's definition.

    Attributes:
        query: The query.
        columns: What the query gives, `id uuid, total bigint`. Only the server can tell: empty where it is not known.
        security_invoker: Whether the reader's rights and policies count.
        security_barrier: Whether its conditions are applied before the reader's. What says nothing of it keeps it.
        check_option: None, `local` or `cascaded`.
        owner: The role that owns it. What says nothing of it keeps it.
        comment: Its comment.

    """

    query: str
    columns: str = ""
    security_invoker: bool = False
    security_barrier: bool | None = None
    check_option: str | None = None
    owner: str | None = None
    comment: str | None = None


class ViewKind(Kind[View]):
    """Views, named `(schema, view)`."""

    name = "view"
    definition = View
    family = Family.RELATION
    addressed = True
    query = f"""
        select array[n.nspname, c.relname]::text[],
               jsonb_strip_nulls(jsonb_build_object(
                 'query', pg_catalog.pg_get_viewdef(c.oid),
                 'columns', (
                    select {GIVEN}
                      from pg_catalog.pg_attribute a
                     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
                 'security_barrier', false,
                 'owner', pg_catalog.pg_get_userbyid(c.relowner),
                 'comment', pg_catalog.obj_description(c.oid, 'pg_class')))
               || (
                    select coalesce(jsonb_object_agg(o.option_name, case o.option_name
                             when 'check_option' then to_jsonb(lower(o.option_value))
                             else to_jsonb(o.option_value::boolean) end), '{{{{}}}}')
                      from pg_catalog.pg_options_to_table(c.reloptions) o),
               'pg_catalog.pg_class'::regclass::oid, c.oid, 0
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'v' and {{scope}}
    """

    def create(self, id: ObjectId, new: View, context: Context) -> Steps:
        """Create it. Its grants, in the same transaction, take back what default privileges gave away."""
        create = Statement(_make(id, new, replace=False), hazards=tuple(_notes(id, None, new)))
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        return Steps((create, *comment, *_given(id, None, new, context)))

    def alter(self, id: ObjectId, old: View, new: View, context: Context) -> Steps | None:
        """Replace it in place, grants kept; None where columns change or go, or where that is not known."""
        statements: list[Statement] = []
        if old.query != new.query:
            if not _replaceable(old, new):
                return None
            statements.append(_exclusive(id, _make(id, new, replace=True), *_notes(id, old, new)))
        elif _options(old) != _options(new):
            statements += _set_options(id, old, new)
        if old.comment != new.comment:
            statements.append(_comment_on(id, new.comment))
        return Steps((*statements, *_given(id, old, new, context)))

    def drop(self, id: ObjectId, old: View, context: Context) -> Steps:
        """Drop it; the server refuses while other views or policies read it."""
        again = "as before" if id in context.fresh else "at all"
        what = f"Programs that read {relation_name(id.name)} cannot read it {again} from then on."
        note = HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what)
        return Steps((_exclusive(id, compose("drop view {}", ident(*id.name)), note),))

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, and move it to its schema."""
        note = renaming(f"view {relation_name(old.name)}")
        return tuple(_exclusive(old, query, note) for query in renamed_and_moved("view", old, new))

    def taken(self, id: ObjectId, definition: View) -> sql.Composable:
        """Return the query for the relation or type of its name."""
        return relation_named(*id.name[:2])

    def like(self, old: View, new: View) -> bool:
        """Return whether they may have one query."""
        return roughly_alike(old.query, new.query)

    def gives_column(self, definition: View, name: str) -> bool:
        """Return whether the column is among those that it gives."""
        return names_column(definition.columns, name)

    def has_place_for(self, definition: View, child: ObjectId) -> bool:
        """Return whether the column is there on which something hangs; where columns are not known, it may be."""
        return child.kind not in OF_COLUMNS or names_column(definition.columns, child.name[2])

    def succeeds(self, id: ObjectId, new: Definition, former: ObjectId, old: View) -> bool:
        """What reads it can read whatever view has its name."""
        return id.kind in VIEWS and id.name == former.name

    def dry_run(self, id: ObjectId, definition: View) -> tuple[sql.Composable, ...]:
        """The same view in the session's own schema."""
        return (_make(ObjectId(self.name, ("pg_temp", "supaschema_trial")), definition, replace=False),)

    def read_by(self, id: ObjectId, definition: View, facts: Facts) -> frozenset[str]:
        """Those who may read it, where it reads with their rights."""
        return granted(facts, id.name, "SELECT") if definition.security_invoker else frozenset()

    def sql_fields(self, id: ObjectId, definition: View) -> Mapping[str, SqlField]:
        """The query."""
        return {"query": SqlField(SqlFieldKind.QUERY, _bare(definition.query))}

    def structure(self, definition: View) -> Definition:
        """Options and comment."""
        return msgspec.structs.replace(definition, query="", columns="")

    def resolve(self, id: ObjectId, declared: View, live: View | None, context: Context) -> View:
        """Keep what the declaration says nothing of."""
        if live is None:
            return declared
        kept = {name: getattr(live, name) for name in _KEPT if getattr(declared, name) is None}
        return msgspec.structs.replace(declared, **kept)

    def normalized(self, wanted: View, live: View, spelled: Mapping[str, Spellings]) -> View:
        """Take the live query where the server sees no difference, else what it says of the declared one's columns."""
        left, right = spelled.get("query", (None, None))
        if left is not None and left == right:
            return msgspec.structs.replace(wanted, query=live.query, columns=live.columns)
        return msgspec.structs.replace(wanted, columns=(left or "").rpartition(";")[2])


def _replaceable(old: View, new: View) -> bool:
    # The server admits more columns at the end and no other change.
    return new.columns == old.columns or new.columns.startswith(f"{old.columns}, ")


def _bare(query: str) -> str:
    return query.strip().removesuffix(";").rstrip()


def _options(view: View) -> dict[str, sql.Composable]:
    options = {
        "security_invoker": sql.SQL("true") if view.security_invoker else None,
        "security_barrier": sql.SQL("true") if view.security_barrier else None,
        "check_option": raw_sql(view.check_option) if view.check_option else None,
    }
    return {name: value for name, value in options.items() if value is not None}


def _make(id: ObjectId, new: View, *, replace: bool) -> sql.Composed:
    options = [compose("{} = {}", ident(name), value) for name, value in _options(new).items()]
    return compose(
        "create {}view {}{} as\n{}",
        sql.SQL("or replace " if replace else ""),
        ident(*id.name),
        compose(" with ({})", sql.SQL(", ").join(options)) if options else sql.SQL(""),
        raw_sql(_bare(new.query)),
    )


def _set_options(id: ObjectId, old: View, new: View) -> Iterable[Statement]:
    wanted = _options(new)
    gone = [ident(name) for name in _options(old) if name not in wanted]
    if gone:
        query = compose("alter view {} reset ({})", ident(*id.name), sql.SQL(", ").join(gone))
        yield _exclusive(id, query, *(() if wanted else _notes(id, old, new)))
    if wanted:
        pairs = sql.SQL(", ").join(compose("{} = {}", ident(name), value) for name, value in wanted.items())
        yield _exclusive(id, compose("alter view {} set ({})", ident(*id.name), pairs), *_notes(id, old, new))


def _exclusive(id: ObjectId, query: sql.Composable, *notes: HazardNote) -> Statement:
    return Statement(query, locks=(Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE),), hazards=notes)


def _notes(id: ObjectId, old: View | None, new: View) -> Iterable[HazardNote]:
    if not new.security_invoker and (old is None or old.security_invoker):
        yield HazardNote(
            Hazard.AUTHZ_UPDATE,
            f"{relation_name(id.name)} reads with its owner's rights, past the policies for its readers.",
        )


def _given(id: ObjectId, old: View | None, new: View, context: Context) -> Iterable[Statement]:
    target = compose("view {}", ident(*id.name))
    locks = (Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE),)
    rights_of = None if new.security_invoker else relation_name(id.name)
    return given_to_owner(target, old.owner if old else None, new.owner, context, locks=locks, rights_of=rights_of)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    lock = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE)
    return commented(compose("view {}", ident(*id.name)), comment, lock)
