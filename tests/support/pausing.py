"""Hold the server in the middle of a statement, so that something can happen to it there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

from tests.support.catalog import one
from tests.support.processes import until
from tests.support.sessions import Connection

_SECONDS = 60

# What the server did is done, and its transaction is open, while the row is there.
_INSTALL: LiteralString = """
    create table public.pause ();
    insert into public.pause default values;
    create function public.pause() returns event_trigger language plpgsql as $$
    begin
      while current_query() like '%paused%' and exists (select from public.pause) loop
        perform pg_catalog.pg_sleep(0.02);
      end loop;
    end $$;
    create event trigger pause on ddl_command_end execute function public.pause();
"""
_PAUSED: LiteralString = """
    select coalesce(max(pid), 0) from pg_catalog.pg_stat_activity
     where datname = current_database() and application_name = 'supaschema' and state = 'active'
       and query like '%%paused%%' and pid <> pg_catalog.pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Pause:
    """The server pauses at the end of every statement that changes the schema and has the word `paused` in it."""

    watcher: Connection

    def reached(self) -> int:
        """Wait until a statement of the provider pauses; give the process that runs it."""
        assert until(lambda: one(self.watcher, _PAUSED) != 0, _SECONDS)
        process = one(self.watcher, _PAUSED)
        assert isinstance(process, int)
        return process

    def end(self) -> None:
        """Let it go on."""
        self.watcher.execute("delete from public.pause")


@contextmanager
def pausing(watcher: Connection) -> Iterator[Pause]:
    """Make the server pause. Take a superuser's connection; nothing of it is left behind."""
    watcher.execute(_INSTALL)
    try:
        yield Pause(watcher)
    finally:
        watcher.execute("drop event trigger pause; drop function public.pause(); drop table public.pause")
