"""Act on a database as PostgREST and the Storage service do for one request."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from localdb.sample import SampleUser

Connection = psycopg.Connection[tuple[object, ...]]

# A role's own settings count when PostgREST impersonates it, which `set role` alone does not do.
_ROLE_SETTINGS = """
    select set_config(split_part(setting, '=', 1), split_part(setting, '=', 2), true)
    from pg_catalog.pg_roles, unnest(rolconfig) as setting
    where rolname = %s
"""


@contextmanager
def as_user(
    connection: Connection,
    role: str,
    claims: Mapping[str, object] | None = None,
    *,
    keep: bool = True,
) -> Iterator[Connection]:
    """Run one transaction as an API role with the claims of a token.

    Take an idle connection of role ``postgres``. What was written is kept unless `keep` is false or
    an error leaves the block. Raise `ValueError` inside another transaction: the role would leak.
    """
    if connection.info.transaction_status is not TransactionStatus.IDLE:
        message = "as_user starts a request of its own: commit or roll back first"
        raise ValueError(message)
    with connection.transaction(force_rollback=not keep):
        impersonate(connection, role, claims)
        yield connection


def impersonate(connection: Connection, role: str, claims: Mapping[str, object] | None = None) -> None:
    """Become an API role with the claims of a token, until the transaction or savepoint is over."""
    connection.execute(_ROLE_SETTINGS, [role])
    connection.execute(
        "select set_config('search_path', 'public, extensions', true), set_config('request.jwt.claims', %s, true)",
        [json.dumps({"role": role, **(claims or {})})],
    )
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))


@contextmanager
def as_member(connection: Connection, user: SampleUser, *, keep: bool = True) -> Iterator[Connection]:
    """Run one transaction as a signed-in user of the sample."""
    with as_user(connection, "authenticated", {"sub": user.sub}, keep=keep) as session:
        yield session


@contextmanager
def as_service(connection: Connection, *, keep: bool = True) -> Iterator[Connection]:
    """Run one transaction as the application's services do."""
    with as_user(connection, "service_role", keep=keep) as session:
        yield session


@contextmanager
def as_anonymous(connection: Connection, *, keep: bool = True) -> Iterator[Connection]:
    """Run one transaction as somebody who is not signed in."""
    with as_user(connection, "anon", keep=keep) as session:
        yield session
