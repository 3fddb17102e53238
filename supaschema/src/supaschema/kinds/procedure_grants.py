"""Who may call a procedure."""

from __future__ import annotations

from supaschema.kinds.function_grants import READ, FunctionGrantsKind


class ProcedureGrantsKind(FunctionGrantsKind):
    """EXECUTE on procedures, named `(schema, procedure, argument types)`."""

    name = "procedure_grants"
    of = "procedure"
    word = "procedure"
    query = READ + "'p' and {scope}"
