"""Procedures: functions without a result, which CALL runs. Who may call them is another fact (`procedure_grants`)."""

from __future__ import annotations

from supaschema.kinds.function import READ, FunctionKind
from supaschema.kinds.sql_fields import SqlFieldKind


class ProcedureKind(FunctionKind):
    """Procedures, named `(schema, procedure, argument types)`: the types of what is given, as of a function."""

    name = "procedure"
    asked_as = SqlFieldKind.PROCEDURE
    query = READ + "'p' and {scope}"
