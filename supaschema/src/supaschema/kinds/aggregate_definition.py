"""What an aggregate is, as the catalog holds it, and the SQL that makes one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from psycopg import sql

from supaschema.core.model import Definition, ObjectId
from supaschema.core.sqltext import compose, ident, literal, raw_sql
from supaschema.kinds.function_definition import Argument

READ_ONLY, READ_WRITE = "read_only", "read_write"
_OF_STATES = ("sfunc", "stype", "sspace", "finalfunc", "finalfunc_extra", "finalfunc_modify", "initcond")


class Aggregate(Definition, frozen=True, kw_only=True):
    """An aggregate's definition. Functions are named `schema.name`, types as the server prints an argument's.

    Attributes:
        arguments: All of them, of an ordered-set aggregate the direct ones first.
        direct: How many are direct; None: it is no ordered-set aggregate.
        hypothetical: Whether it is a hypothetical-set aggregate.
        sfunc: The function that takes a row into the state.
        stype: The state's type.
        sspace: How many bytes the planner expects of a state; 0: as usual.
        initcond: The first state, as its type reads it; None: NULL.
        finalfunc: The function that makes the result of the state; None: the state is the result.
        finalfunc_extra: Whether it is given the arguments too.
        finalfunc_modify: Whether it changes the state: `read_only`, `shareable` or `read_write`.
        combinefunc: The function that makes one state of two.
        serialfunc: The function that makes bytes of a state for another process.
        deserialfunc: The function that makes a state of such bytes.
        msfunc: As `sfunc`, for windows that move; this and what follows None, or as usual, where it has none.
        minvfunc: The function that takes a row out of the state again.
        mstype: The state's type there.
        msspace: As `sspace`.
        mfinalfunc: As `finalfunc`.
        mfinalfunc_extra: As `finalfunc_extra`.
        mfinalfunc_modify: As `finalfunc_modify`.
        minitcond: As `initcond`.
        sortop: The operator by whose order the first value is the result, `schema.operator`; None: none.
        parallel: `unsafe`, `restricted` or `safe`.
        owner: The role that owns it. What says nothing of it keeps it.
        comment: Its comment.

    """

    arguments: tuple[Argument, ...] = ()
    direct: int | None = None
    hypothetical: bool = False
    sfunc: str
    stype: str
    sspace: int = 0
    initcond: str | None = None
    finalfunc: str | None = None
    finalfunc_extra: bool = False
    finalfunc_modify: str = READ_ONLY
    combinefunc: str | None = None
    serialfunc: str | None = None
    deserialfunc: str | None = None
    msfunc: str | None = None
    minvfunc: str | None = None
    mstype: str | None = None
    msspace: int = 0
    mfinalfunc: str | None = None
    mfinalfunc_extra: bool = False
    mfinalfunc_modify: str = READ_ONLY
    minitcond: str | None = None
    sortop: str | None = None
    parallel: str = "unsafe"
    owner: str | None = None
    comment: str | None = None

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions that it calls."""
        found = (self.sfunc, self.finalfunc, self.combinefunc, self.serialfunc, self.deserialfunc)
        return tuple(it for it in (*found, self.msfunc, self.minvfunc, self.mfinalfunc) if it is not None)


def reference(id: ObjectId, definition: Aggregate) -> sql.Composed:
    """Return an aggregate as statements name it: `"app"."total"(integer)`."""
    return compose(
        "{}({})", ident(*id.name[:2]), _signature([raw_sql(it.type) for it in definition.arguments], definition)
    )


def making(id: ObjectId, new: Aggregate, *, replace: bool) -> sql.Composed:
    """Return the statement that makes an aggregate, or replaces it in place."""
    arguments = [
        compose("{} {}", ident(it.name), raw_sql(it.type)) if it.name else raw_sql(it.type) for it in new.arguments
    ]
    return compose(
        "create {}aggregate {}({}) (\n  {}\n)",
        sql.SQL("or replace " if replace else ""),
        ident(*id.name[:2]),
        _signature(arguments, new),
        sql.SQL(",\n  ").join(_parts(new)),
    )


def _signature(arguments: Sequence[sql.Composable], of: Aggregate) -> sql.Composable:
    # Where the last direct argument takes whatever follows, it takes what is aggregated as well.
    if of.direct is None:
        return sql.SQL(", ").join(arguments) if arguments else sql.SQL("*")
    direct, ordered = arguments[: of.direct], arguments[of.direct :] or arguments[-1:]
    before = [sql.SQL(", ").join(direct), sql.SQL(" ")] if direct else []
    return sql.Composed([*before, sql.SQL("order by "), sql.SQL(", ").join(ordered)])


def _parts(new: Aggregate) -> Iterator[sql.Composable]:
    for moving in ("", "m"):
        if getattr(new, f"{moving}sfunc") is not None:
            yield from _states(new, moving)
    for name in ("combinefunc", "serialfunc", "deserialfunc", "minvfunc"):
        if getattr(new, name) is not None:
            yield _function(name, getattr(new, name))
    if new.sortop is not None:
        schema, sign = new.sortop.split(".", 1)
        yield compose("sortop = operator({}.{})", ident(schema), raw_sql(sign))
    if new.parallel != "unsafe":
        yield raw_sql(f"parallel = {new.parallel}")
    if new.hypothetical:
        yield raw_sql("hypothetical")


def _states(new: Aggregate, moving: str) -> Iterator[sql.Composable]:
    """Yield what is said of the states, in windows that move (`m`) or elsewhere."""
    said = {name: getattr(new, moving + name) for name in _OF_STATES}
    yield _function(f"{moving}sfunc", said["sfunc"])
    yield compose("{} = {}", raw_sql(f"{moving}stype"), raw_sql(said["stype"]))
    if said["sspace"]:
        yield compose("{} = {}", raw_sql(f"{moving}sspace"), literal(said["sspace"]))
    if said["finalfunc"] is not None:
        yield _function(f"{moving}finalfunc", said["finalfunc"])
    if said["finalfunc_extra"]:
        yield raw_sql(f"{moving}finalfunc_extra")
    if said["finalfunc_modify"] != usual_modify(new.direct):
        yield raw_sql(f"{moving}finalfunc_modify = {said['finalfunc_modify']}")
    if said["initcond"] is not None:
        yield compose("{} = {}", raw_sql(f"{moving}initcond"), literal(said["initcond"]))


def usual_modify(direct: int | None) -> str:
    """Return what the server takes of a final function that nothing is said of."""
    return READ_ONLY if direct is None else READ_WRITE


def _function(what: str, name: str) -> sql.Composed:
    return compose("{} = {}", raw_sql(what), ident(*name.split(".", 1)))
