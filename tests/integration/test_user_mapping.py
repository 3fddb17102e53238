"""User mappings: what becomes of them, and where what they say is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError, OwnershipError, PreconditionError, SupaschemaError
from supaschema.core.secret_texts import MASK
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import ForeignServer, ObjectSet, Schema, UserMapping
from supaschema.drift.model import Finding, Topic
from supaschema.drift.sweep import swept
from supaschema.export.declare import declarations_of
from supaschema.export.reading import read as read_for_export
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

KEY, OTHER_KEY = "Zq-amber", "Zq-umber"
BOOKS = ForeignServer(name="books", wrapper="postgres_fdw")
OWN = UserMapping(server="books", user="postgres", options={"user": "me", "password": KEY})
OTHERS = replace(OWN, user="authenticated")
OPTIONS = "select unnest(umoptions) from pg_user_mapping m join pg_foreign_server s on s.oid = umserver order by 1"
LEDGER = "select row_to_json(o)::text from supaschema.objects o union all select statement from supaschema.history"


@pytest.fixture
def wrapped(database: Database) -> Iterator[Connection]:
    """The platform, with a wrapper that the deploying role may use."""
    with database.connect_superuser() as platform:
        platform.execute("create extension postgres_fdw; create extension file_fdw")
        platform.execute("grant usage on foreign data wrapper postgres_fdw, file_fdw to postgres")
        yield platform


@pytest.fixture
def objects(database: Database, wrapped: Connection) -> Iterator[Objects]:
    """What deploys, with a server."""
    with managed(database.url) as found:
        found.apply(BOOKS)
        yield found


def texts(plan):
    return [statement.text for statement in plan.statements]


def drift(url: str) -> dict[str, Finding]:
    looking = Managed(Settings(database_url=url))
    try:
        return {it.title: it for it in swept(looking, KINDS).findings if "mapping" in it.title}
    finally:
        looking.close()


def told(platform: Connection) -> str:
    return " ".join(map(str, column(platform, LEDGER)))


@pytest.mark.parametrize("declared", [OWN, OTHERS, replace(OWN, user="public")], ids=["own", "other's", "everybody's"])
def test_what_it_says_runs_and_is_nowhere_else(
    objects: Objects, database: Database, wrapped: Connection, declared: UserMapping
):
    role = "PUBLIC" if declared.user == "public" else f'"{declared.user}"'
    target = f'user mapping for {role} server "books"'
    plan = objects.apply(declared)

    assert texts(plan) == [f"create {target} options (\"user\" '{MASK}', \"password\" '{MASK}')"]
    assert column(wrapped, OPTIONS) == [f"password={KEY}", "user=me"]
    assert objects.preview(declared).empty
    other = replace(declared, options={**declared.options, "password": OTHER_KEY})
    with managed(database.url) as later:
        assert later.preview(declared).empty
        changed = later.apply(other)
        assert later.preview(other).empty
    if declared.user == "authenticated":
        # What another role is known as, the server shows to superusers alone.
        assert texts(changed)[0] == f"drop {target}"
        assert texts(changed)[1:] == texts(plan)
    else:
        assert texts(changed) == [f"alter {target} options (set \"password\" '{MASK}')"]
    assert column(wrapped, OPTIONS) == [f"password={OTHER_KEY}", "user=me"]
    assert "mapping" in told(wrapped)
    assert KEY not in told(wrapped)
    assert OTHER_KEY not in told(wrapped)
    with managed(database.url) as later:
        assert texts(later.remove(other)) == [f"drop {target}"]


def test_another_value_is_told_to_whom_the_server_shows_it(database: Database, wrapped: Connection):
    changed = f"alter user mapping for authenticated server books options (set password '{OTHER_KEY}')"
    with managed(database.superuser_url) as objects:
        objects.apply(BOOKS)
        objects.apply(OTHERS)
    assert drift(database.superuser_url) == {}
    wrapped.execute(changed.encode())

    (found,) = drift(database.superuser_url).values()

    assert found.topic is Topic.CHANGED
    assert KEY not in str(found)
    assert OTHER_KEY not in str(found)
    with managed(database.superuser_url) as later:
        assert texts(later.apply(OTHERS)) == [
            f"""alter user mapping for "authenticated" server "books" options (set "password" '{MASK}')"""
        ]


def test_what_is_not_shown_is_no_difference(objects: Objects, database: Database, wrapped: Connection):
    objects.apply(OTHERS)
    changed = f"alter user mapping for authenticated server books options (set password '{OTHER_KEY}')"
    wrapped.execute(changed.encode())

    assert [it.topic for it in drift(database.url).values()] == [Topic.UNTOLD]
    with managed(database.url) as later:
        assert later.preview(OTHERS).empty
    wrapped.execute("drop user mapping for authenticated server books")
    assert [it.topic for it in drift(database.url).values()] == [Topic.MISSING]


def test_what_a_superuser_deployed_is_no_difference_to_who_is_not_shown_it(
    objects: Objects, database: Database, wrapped: Connection
):
    # Recorded with its hashes.
    wrapped.execute("alter role postgres superuser")
    try:
        with managed(database.url) as higher:
            higher.apply(OTHERS)
    finally:
        wrapped.execute("alter role postgres nosuperuser")

    with managed(database.url) as later:
        assert later.preview(OTHERS).empty
    assert [it.topic for it in drift(database.url).values()] == [Topic.UNTOLD]


def test_one_made_by_hand_is_a_way_out_of_the_database(objects: Objects, database: Database, wrapped: Connection):
    wrapped.execute(f"create user mapping for anon server books options (password '{KEY}')".encode())

    (found,) = drift(database.url).values()

    assert (found.topic, found.why) == (Topic.UNMANAGED, "data can leave the database by it, or come in")
    assert found.repair == ('drop user mapping for "anon" server "books";',)
    assert KEY not in str(found)


def test_one_that_was_there_is_adopted_and_given_back_as_far_as_it_is_known(objects: Objects, wrapped: Connection):
    wrapped.execute(f"create user mapping for postgres server books options (user 'me', password '{KEY}')".encode())

    assert objects.apply(OWN).empty
    objects.remove(OWN)
    assert column(wrapped, OPTIONS) == [f"password={KEY}", "user=me"]

    objects.apply(replace(OWN, options={"user": "me", "password": OTHER_KEY}))
    objects.remove(OWN)
    assert column(wrapped, OPTIONS) == [f"password={OTHER_KEY}", "user=me"]
    assert KEY not in told(wrapped)


def test_a_server_stays_while_somebody_is_mapped_on_it(objects: Objects):
    objects.apply(OWN)

    with pytest.raises(DependencyError, match=r"user mapping books\.postgres would lose what it stands on"):
        objects.removal(BOOKS)
    with pytest.raises(DependencyError, match=r"user mapping books\.postgres stands on it"):
        objects.preview(replace(BOOKS, wrapper="file_fdw"))


def test_both_come_and_go_in_their_order(database: Database, wrapped: Connection):
    both = ObjectSet(objects=(OWN, BOOKS))
    with managed(database.url) as objects:
        assert [text.partition(" options")[0] for text in texts(objects.apply(both))] == [
            'create server "books" foreign data wrapper "postgres_fdw"',
            'create user mapping for "postgres" server "books"',
        ]
        assert texts(objects.remove(both)) == ['drop user mapping for "postgres" server "books"', 'drop server "books"']


def test_it_follows_a_server_that_gets_another_name(objects: Objects, database: Database, wrapped: Connection):
    objects.apply(OWN)
    objects.apply(replace(BOOKS, name="library", renamed_from=("books",)), named=BOOKS)

    moved = replace(OWN, server="library")
    assert objects.preview(moved, named=OWN).empty
    assert objects.apply(moved, named=OWN).empty
    assert drift(database.url) == {}
    assert column(wrapped, OPTIONS) == [f"password={KEY}", "user=me"]


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        (replace(OWN, server="nowhere"), "there is no foreign server nowhere"),
        (replace(OWN, user="nobody_here"), "there is no role nobody_here"),
        (replace(OWN, options={"password": "supaschema:sealed:a:b"}), "have values that are not known here"),
    ],
)
def test_what_cannot_be_is_told_in_the_preview(objects: Objects, declared: UserMapping, says: str):
    with pytest.raises(SupaschemaError, match=says):
        objects.preview(declared)


def test_what_stands_on_another_roles_server_is_refused(database: Database, wrapped: Connection):
    wrapped.execute("create server theirs foreign data wrapper postgres_fdw")
    wrapped.execute("create role fdw_stranger; grant usage on foreign data wrapper postgres_fdw to fdw_stranger")
    wrapped.execute("alter server theirs owner to fdw_stranger")
    try:
        with (
            managed(database.url) as objects,
            pytest.raises((OwnershipError, PreconditionError), match="fdw_stranger"),
        ):
            objects.preview(replace(OWN, server="theirs"))
    finally:
        wrapped.execute("drop server theirs; drop owned by fdw_stranger; drop role fdw_stranger")


def test_an_export_names_it_and_says_nothing_of_it(objects: Objects, database: Database, wrapped: Connection):
    objects.apply(Schema(name="app"))
    for user in ("postgres", "anon"):
        wrapped.execute(f"create user mapping for {user} server books options (password '{KEY}')".encode())
    wrapped.execute("create user mapping for public server books")
    looking = Managed(Settings(database_url=database.url))
    try:
        found = declarations_of(read_for_export(looking, KINDS))
    finally:
        looking.close()

    assert [it for it in found.declared if isinstance(it, UserMapping)] == [UserMapping(server="books", user="public")]
    why = {it.id.name[1]: it.why for it in found.left_out if it.id.kind == "user_mapping"}
    assert "may be a key" in why["postgres"]
    assert "does not show to this role" in why["anon"]
