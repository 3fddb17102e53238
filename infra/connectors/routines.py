"""Functions and views of this project: declarations whose text is a file under `sql/`."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.rules import MEMBER, SERVICE
from connectors.source import read_sql
from supaschema.declarations import Argument, Function, Grant, Privilege, View, Volatility


def function(
    name: str,
    *,
    returns: str,
    comment: str,
    arguments: tuple[Argument, ...] = (),
    language: str = "plpgsql",
    volatility: Volatility = Volatility.VOLATILE,
    security_definer: bool = False,
    execute: tuple[str, ...] = (),
    values: Mapping[str, str] | None = None,
) -> Function:
    """Declare function `schema.name`; its body is `sql/functions/<schema>/<name>.sql`."""
    schema, plain = name.split(".")
    file = f"sql/functions/{schema}/{plain}.sql"
    return Function(
        name=plain,
        schema=schema,
        arguments=arguments,
        returns=returns,
        language=language,
        body=read_sql(file, values),
        file=file,
        volatility=volatility,
        security_definer=security_definer,
        execute=execute,
        comment=comment,
    )


def view(name: str, *, comment: str, members_too: bool = True) -> View:
    """Declare a view of schema public that the services read, and members as far as its tables let them."""
    file = f"sql/views/public/{name}.sql"
    readers = (MEMBER, SERVICE) if members_too else (SERVICE,)
    grants = tuple(Grant(to=role, privileges=(Privilege.SELECT,)) for role in readers)
    return View(name=name, query=read_sql(file), file=file, grants=grants, comment=comment)
