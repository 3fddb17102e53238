"""Nobody has a trigger's condition run what it is given, or a group trusted: neither by TRIGGER nor by a grant."""

from __future__ import annotations

import pytest

from supaschema.core.errors import ApplyError, OwnershipError
from supaschema.database.fired import strangers
from supaschema.declarations import Backfill
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.objects import managed

FILL = Backfill(name="fill", table="things", assignments={"note": "'x'"}, where="note is null", batch_size=7)
_TRIGGER = "create trigger planted before update on public.things for each row execute function strange.fired()"


_GIVEN_SQL = {
    "a query": "query_to_xml('select strange.note()', true, true, '') is not null",
    "a query of words": "ts_rewrite('a', 'select ''a''::tsquery, ''b''::tsquery where strange.note()') is not null",
    "a view": "table_to_xml('strange.notes', true, true, '') is not null",
    "a setting": "set_config('search_path', 'strange', false) is not null",
}


@pytest.mark.parametrize("what", _GIVEN_SQL)
def test_a_back_fill_fires_no_condition_that_gives_the_server_sql_to_run(
    things: Database, stranger: Stranger, what: str
):
    stranger.connection.execute("create view strange.notes as select strange.note()")
    stranger.connection.execute("grant select on strange.notes to public")
    hung = f"""
        create trigger planted before update on public.things for each row
          when (new.id is not null and {_GIVEN_SQL[what]}) execute function suppress_redundant_updates_trigger()
    """
    stranger.connection.execute(hung.encode())
    with managed(things.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises((OwnershipError, ApplyError), match=r"trigger planted on table .*things calls"):
                way(FILL)
    with things.connect() as owner:
        assert "trigger planted" in str(strangers(owner))
    assert stranger.ran() == []


def test_a_condition_that_computes_with_the_servers_own_functions_is_fired(things: Database, stranger: Stranger):
    with things.connect() as owner:
        owner.execute("""
            create trigger own before update on public.things for each row
              when (new.note is distinct from old.note and lower(new.note) <> '' and now() > '2000-01-01'
                    and pg_trigger_depth() < 5) execute function suppress_redundant_updates_trigger()
        """)
    with managed(things.url) as objects:
        objects.apply(FILL)


@pytest.mark.parametrize("by", ["stranger", "the platform", "stranger, into one that the platform granted"])
def test_nobody_else_makes_the_deploying_role_trust_a_group_by_a_grant(things: Database, stranger: Stranger, by: str):
    stranger.platform.execute("create role team; create role crew; grant team, crew to stranger with admin option")
    try:
        stranger.connection.execute("grant all on schema strange to team")
        stranger.connection.execute(f"alter function strange.fired() owner to team; {_TRIGGER}".encode())
        if "platform" in by:
            stranger.platform.execute(f"grant team to {'crew' if 'into' in by else 'postgres'}".encode())
        if "stranger" in by:
            stranger.connection.execute(f"grant {'crew' if 'into' in by else 'team'} to postgres".encode())
        with managed(things.url) as objects:
            if by == "the platform":
                assert objects.preview(FILL).statements
            else:
                with pytest.raises(OwnershipError, match="of team: it would run with your rights"):
                    objects.preview(FILL)
    finally:
        stranger.platform.execute("drop owned by team, crew cascade")
        # Before 16 a role may be dropped only when no grant is left that it made.
        stranger.platform.execute("revoke team, crew from stranger cascade; drop role team; drop role crew")
