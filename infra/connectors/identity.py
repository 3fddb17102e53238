"""Who is signed in: schema private and the helpers that every policy asks."""

from __future__ import annotations

from connectors.area import Area, Part
from connectors.routines import function
from connectors.rules import MEMBER, SERVICE
from connectors.settings import Identity
from connectors.source import quote_literal, quote_name
from supaschema.declarations import Function, Grant, Privilege, Schema, Volatility

SCHEMA = "private"
_CALLERS = (MEMBER, SERVICE)


def area(identity: Identity) -> Area:
    """Return the schema and its helpers."""
    return Area(
        "identity",
        (
            Part(SCHEMA, schema()),
            Part("private.current_member", current_member(identity)),
            *(Part(f"{helper.schema}.{helper.name}", helper) for helper in helpers()),
        ),
    )


def schema() -> Schema:
    """Return the schema for what the API must not show: PostgREST exposes it to nobody."""
    usage = (Privilege.USAGE,)
    return Schema(
        name=SCHEMA,
        grants=tuple(Grant(to=role, privileges=usage) for role in _CALLERS),
        comment="Helpers of policies and functions; never exposed through the API.",
    )


def current_member(identity: Identity) -> Function:
    """Return the one function that knows how a token leads to a member."""
    return function(
        "private.current_member",
        returns="table(user_id uuid, org_id uuid, role text)",
        volatility=Volatility.STABLE,
        # `users` shows a session its own row at most, by rules that differ between databases.
        security_definer=True,
        execute=_CALLERS,
        values={
            "identity_table": quote_name(identity.table),
            "identity_column": quote_name(identity.column),
            "identity_claim": quote_literal(identity.claim),
        },
        comment="The member that the request's token belongs to; no row where nobody is signed in.",
    )


def helpers() -> tuple[Function, ...]:
    """Return the helpers that policies call, each wrapped in a sub-select there."""
    return (
        _helper("current_org_id", "uuid", "The organization of the signed-in member, or NULL."),
        _helper("current_user_id", "uuid", "users.id of the signed-in member, or NULL."),
        _helper("current_member_role", "text", "The application's role of the signed-in member, or NULL."),
        _helper("is_current_admin", "boolean", "Whether the signed-in member is an owner or an admin."),
    )


def _helper(name: str, returns: str, comment: str) -> Function:
    return function(
        f"private.{name}",
        returns=returns,
        volatility=Volatility.STABLE,
        execute=_CALLERS,
        comment=comment,
    )
