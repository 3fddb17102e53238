"""Aggregates."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from supaschema.declarations.base import Declaration
from supaschema.declarations.function import Argument, Parallel


class FinalfuncModify(StrEnum):
    """Whether an aggregate's final function changes the state that it is given."""

    READ_ONLY = "read_only"
    SHAREABLE = "shareable"
    READ_WRITE = "read_write"


class Aggregate(Declaration, frozen=True, kw_only=True):
    """An aggregate, of functions that are there or declared: each of them is written `schema.name`.

    Attributes:
        name: Its name.
        schema: Its schema.
        arguments: What it aggregates; none: it is called with `*`. Of an ordered-set aggregate the direct arguments.
        order_by: What an ordered-set aggregate aggregates: what stands in WITHIN GROUP; none: it is no such one.
        hypothetical: Whether it is a hypothetical-set aggregate.
        sfunc: The function that takes a row into the state.
        stype: The state's type.
        sspace: How many bytes the planner expects of a state; 0: as usual.
        initcond: The first state, as its type reads it; left out: NULL.
        finalfunc: The function that makes the result of the state; left out: the state is the result.
        finalfunc_extra: Whether it is given the arguments too, as NULL.
        finalfunc_modify: Whether it changes the state; left out: an ordered-set aggregate's does.
        combinefunc: The function that makes one state of two.
        serialfunc: The function that makes bytes of a state for another process.
        deserialfunc: The function that makes a state of such bytes.
        msfunc: As `sfunc`, for windows that move; what follows goes with it.
        minvfunc: The function that takes a row out of the state again.
        mstype: The state's type there.
        msspace: As `sspace`.
        mfinalfunc: As `finalfunc`.
        mfinalfunc_extra: As `finalfunc_extra`.
        mfinalfunc_modify: As `finalfunc_modify`.
        minitcond: As `initcond`.
        sortop: The operator by whose order the first value is the result, `schema.operator`.
        parallel: Whether it may run in a query's parallel workers.
        execute: The roles that may call it; nobody else may but its owner. `public` means PUBLIC.
        comment: The aggregate's comment.
        renamed_from: Names that it had, `schema.aggregate` (or `aggregate`, in the same schema). Where one of them
            exists, and this one does not, that one is renamed.

    """

    qualified_by: ClassVar[tuple[str, ...]] = ("schema", "name")

    name: str
    schema: str = "public"
    arguments: tuple[Argument, ...] = ()
    order_by: tuple[Argument, ...] = ()
    hypothetical: bool = False
    sfunc: str
    stype: str
    sspace: int = 0
    initcond: str | None = None
    finalfunc: str | None = None
    finalfunc_extra: bool = False
    finalfunc_modify: FinalfuncModify | None = None
    combinefunc: str | None = None
    serialfunc: str | None = None
    deserialfunc: str | None = None
    msfunc: str | None = None
    minvfunc: str | None = None
    mstype: str | None = None
    msspace: int = 0
    mfinalfunc: str | None = None
    mfinalfunc_extra: bool = False
    mfinalfunc_modify: FinalfuncModify | None = None
    minitcond: str | None = None
    sortop: str | None = None
    parallel: Parallel = Parallel.UNSAFE
    execute: tuple[str, ...] = ()
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
