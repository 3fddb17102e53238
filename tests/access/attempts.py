"""Many trials in one message: a function of the server tries one after the other and keeps nothing of what they did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import LiteralString, Self, cast

import psycopg
from psycopg import sql

from tests.access.people import Session
from tests.access.planted import PROBES, SECRET
from tests.access.trials import Trial
from tests.support.sessions import Connection, as_user

LOCK_TIMEOUT_MS = 50
"""A trial that waits longer is none: what it would have found is what the holder of the lock is about to leave."""

# Runs with its caller's rights. Rows are counted, and read for the secret; what was written is undone.
_INSTALL = f"""
    create function {PROBES}.attempt(
      statements text[], befores text[], reading boolean[], done_by integer[], refused_by integer[],
      out reached integer[], out states text[], out told boolean[]
    ) language plpgsql as $$
    declare
      seen record;
      number integer;
      rows integer;
      hears boolean;
      state text;
      message text;
      detail text;
      hint text;
      context text;
    begin
      for number in 1 .. cardinality(statements) loop
        rows := 0;
        hears := false;
        state := '';
        if statements[number] is null then
          rows := 1;
        elsif states[done_by[number]] = '' then
          rows := reached[done_by[number]];
        elsif states[refused_by[number]] in ('42501', '55000') then
          state := states[refused_by[number]];
        else
          begin
            if befores[number] is not null then
              execute befores[number];
            end if;
            if reading[number] then
              for seen in execute statements[number] loop
                rows := rows + 1;
                hears := hears or strpos(seen::text, '{SECRET}') > 0;
              end loop;
            else
              execute statements[number];
              get diagnostics rows = row_count;
            end if;
            raise exception using errcode = 'UNDO0';
          exception
            when sqlstate 'UNDO0' then
              null;
            when others then
              get stacked diagnostics state = returned_sqlstate, message = message_text, detail = pg_exception_detail,
                hint = pg_exception_hint, context = pg_exception_context;
              hears := strpos(concat(message, detail, hint, context), '{SECRET}') > 0;
          end;
        end if;
        reached[number] := rows;
        states[number] := state;
        told[number] := hears;
      end loop;
    end $$;
"""
_ATTEMPT: LiteralString = """
    select reached, states, told
      from probes.attempt(%s::text[], %s::text[], %s::boolean[], %s::integer[], %s::integer[])
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial among others.

    Attributes:
        trial: What is tried.
        done_by: An earlier one of its group that does the same and more: if that goes through, so does this one.
        refused_by: An earlier one of its group that does the same and less: if that is refused, so is this one.

    """

    trial: Trial
    done_by: int | None = None
    refused_by: int | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a trial.

    Attributes:
        rows: How many rows it saw or wrote.
        state: The SQLSTATE of the error it ended with; empty: none.
        told: Whether the answer had a planted secret in it.

    """

    rows: int
    state: str
    told: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Trials as the server takes them, for one session. One without a statement is taken to go through."""

    statements: list[str | None] = field(default_factory=list)
    befores: list[str | None] = field(default_factory=list)
    reading: list[bool] = field(default_factory=list)
    done_by: list[int | None] = field(default_factory=list)
    refused_by: list[int | None] = field(default_factory=list)

    @classmethod
    def of(cls, connection: Connection, session: Session, group: Sequence[Tried]) -> Self:
        """Write a group of trials out."""
        cursor = psycopg.ClientCursor(connection)
        statements = [cursor.mogrify(tried.trial.statement, session.parameters) for tried in group]
        befores = [tried.trial.before.as_string(connection) if tried.trial.before else None for tried in group]
        reading = [text.startswith("select") or " returning " in text for text in statements]
        done_by, refused_by = [tried.done_by for tried in group], [tried.refused_by for tried in group]
        return cls([*statements], befores, reading, done_by, refused_by)

    @classmethod
    def joined(cls, groups: Iterable[Batch]) -> Self:
        """Join groups."""
        result = cls()
        for group in groups:
            # The server counts from 1.
            first = len(result.statements) + 1
            result.statements.extend(group.statements)
            result.befores.extend(group.befores)
            result.reading.extend(group.reading)
            result.done_by.extend(None if number is None else first + number for number in group.done_by)
            result.refused_by.extend(None if number is None else first + number for number in group.refused_by)
        return result


def install(connection: Connection) -> None:
    """Make the function. Take a superuser's connection, after planting."""
    connection.execute(_INSTALL.encode())


@contextmanager
def api_connection(superuser_url: str) -> Iterator[Connection]:
    """Connect as the API does: as a role that may become those of its sessions, and nothing else."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("set session authorization authenticator")
        yield connection


def attempt(connection: Connection, session: Session, batch: Batch) -> list[Attempt]:
    """Let a session try a batch; nothing is kept. Take an idle connection of the API."""
    tried = [batch.statements, batch.befores, batch.reading, batch.done_by, batch.refused_by]
    with as_user(connection, session.role, session.claims, keep=False):
        connection.execute(sql.SQL("set local lock_timeout = {}").format(LOCK_TIMEOUT_MS))
        row = connection.execute(_ATTEMPT, tried).fetchone()
    assert row is not None
    reached, states, told = cast("tuple[list[int], list[str], list[bool]]", row)
    return [Attempt(*one) for one in zip(reached, states, told, strict=True)]
