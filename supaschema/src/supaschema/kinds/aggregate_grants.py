"""Who may call an aggregate."""

from __future__ import annotations

from supaschema.kinds.function_grants import READ, FunctionGrantsKind


class AggregateGrantsKind(FunctionGrantsKind):
    """EXECUTE on aggregates, named `(schema, aggregate, argument types)`; GRANT calls one a function."""

    name = "aggregate_grants"
    of = "aggregate"
    query = READ + "'a' and {scope}"
