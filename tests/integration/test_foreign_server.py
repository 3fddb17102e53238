"""Foreign servers: what becomes of them, who may use them, and where their keys are not."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import ApplyError, DependencyError, OwnershipError, PreconditionError
from supaschema.core.model import Hazard
from supaschema.core.secret_texts import MASK
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Extension, ForeignServer, Grant, ObjectSet, Privilege, Schema
from supaschema.drift.model import Topic
from supaschema.drift.sweep import swept
from supaschema.export.declare import declarations_of
from supaschema.export.reading import read as read_for_export
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

KEY, OTHER_KEY = "Zq-amber", "Zq-umber"
BOOKS = ForeignServer(name="books", wrapper="postgres_fdw", options={"host": "localhost", "port": "5433"})
KEYED = ForeignServer(name="keyed", wrapper="anything", options={"api_url": "https://x", "api_key": KEY})
OPTIONS = "select unnest(srvoptions) from pg_foreign_server where srvname = '{}' order by 1"
LEDGER = "select row_to_json(o)::text from supaschema.objects o union all select statement from supaschema.history"


@pytest.fixture
def wrapped(database: Database) -> Iterator[Connection]:
    """The platform, with wrappers that the deploying role may use."""
    with database.connect_superuser() as platform:
        platform.execute("create extension postgres_fdw; create extension file_fdw")
        platform.execute("create foreign data wrapper anything")
        platform.execute("grant usage on foreign data wrapper postgres_fdw, file_fdw, anything to postgres")
        yield platform


@pytest.fixture
def objects(database: Database, wrapped: Connection) -> Iterator[Objects]:
    """What deploys."""
    with managed(database.url) as found:
        yield found


def texts(plan):
    return [statement.text for statement in plan.statements]


def drift(url: str):
    looking = Managed(Settings(database_url=url))
    try:
        return {it.title: it for it in swept(looking, KINDS).findings if "server" in it.title}
    finally:
        looking.close()


def test_it_is_made_changed_and_goes_again(objects: Objects, connection: Connection):
    granted = replace(BOOKS, grants=(Grant(to="authenticated", privileges=(Privilege.USAGE,)),), comment="c")
    assert texts(objects.apply(granted)) == [
        'create server "books" foreign data wrapper "postgres_fdw" options ("host" \'localhost\', "port" \'5433\')',
        "comment on server \"books\" is 'c'",
        'grant usage on foreign server "books" to "authenticated"',
    ]
    assert objects.preview(granted).empty
    assert objects.imported(granted) == granted

    other = replace(BOOKS, options={"host": "remote", "dbname": "x"}, version="2", comment="")
    plan = objects.apply(other)

    assert texts(plan) == [
        "alter server \"books\" version '2'",
        """alter server "books" options (drop "port", set "host" 'remote', add "dbname" 'x')""",
        'comment on server "books" is null',
        'revoke usage on foreign server "books" from "authenticated"',
    ]
    assert plan.sentences(Hazard.AUTHZ_UPDATE) == ("authenticated loses USAGE on foreign server books.",)
    assert column(connection, OPTIONS.format("books")) == ["dbname=x", "host=remote"]
    assert objects.preview(other).empty
    assert texts(objects.remove(other)) == ['drop server "books"']


def test_a_key_runs_as_it_is_and_is_nowhere_else(objects: Objects, database: Database, wrapped: Connection):
    plan = objects.apply(KEYED)

    assert not any(KEY in text for text in texts(plan))
    assert column(wrapped, OPTIONS.format("keyed")) == [f"api_key={KEY}", "api_url=https://x"]
    assert objects.preview(KEYED).empty
    with managed(database.url) as later:
        assert later.preview(KEYED).empty
        changed = later.apply(replace(KEYED, options={**KEYED.options, "api_key": OTHER_KEY}))
    assert texts(changed) == [f"""alter server "keyed" options (set "api_key" '{MASK}')"""]
    assert column(wrapped, OPTIONS.format("keyed"))[0] == f"api_key={OTHER_KEY}"
    told = " ".join(map(str, column(wrapped, LEDGER)))
    assert "keyed" in told
    assert KEY not in told
    assert OTHER_KEY not in told


def test_a_key_that_somebody_changes_is_told_unsaid(objects: Objects, database: Database, wrapped: Connection):
    objects.apply(KEYED)
    assert drift(database.url) == {}
    wrapped.execute(f"alter server keyed options (set api_key '{OTHER_KEY}', set api_url 'https://y')".encode())

    (found,) = drift(database.url).values()

    assert found.topic is Topic.CHANGED
    (options,) = found.properties
    assert (options.recorded, options.live) == (
        {"api_key": MASK, "api_url": "https://x"},
        {"api_key": MASK, "api_url": "https://y"},
    )
    assert found.repair == ("-- a text of it is a secret, of which the ledger keeps a hash: deploy again",)
    with managed(database.url) as later:
        assert texts(later.apply(KEYED)) == [
            f"""alter server "keyed" options (set "api_url" 'https://x', set "api_key" '{MASK}')"""
        ]
    assert drift(database.url) == {}


def test_one_made_by_hand_is_a_way_out_of_the_database(objects: Objects, database: Database, wrapped: Connection):
    objects.apply(Schema(name="app"))
    wrapped.execute(f"create server way foreign data wrapper anything options (password '{KEY}')".encode())
    wrapped.execute("grant usage on foreign server way to anon")

    found = drift(database.url)["foreign server way"]

    assert (found.topic, found.why) == (Topic.UNMANAGED, "data can leave the database by it, or come in")
    assert found.repair == ('drop server "way";',)
    assert found.adopt is not None
    assert MASK in found.adopt
    assert KEY not in json.dumps(found.definition) + found.adopt


def test_one_that_was_there_is_adopted_and_given_back(objects: Objects, wrapped: Connection):
    objects.apply(Schema(name="app"))
    wrapped.execute(f"create server keyed foreign data wrapper anything options (api_key '{KEY}', a '1')".encode())
    wrapped.execute("alter server keyed owner to postgres")
    declared = replace(KEYED, options={"api_key": KEY, "a": "2"})

    assert texts(objects.apply(declared)) == ["""alter server "keyed" options (set "a" '2')"""]
    objects.remove(declared)

    assert column(wrapped, OPTIONS.format("keyed")) == ["a=1", f"api_key={KEY}"]
    assert KEY not in " ".join(map(str, column(wrapped, LEDGER)))


def test_a_key_that_is_replaced_cannot_be_given_back(objects: Objects, wrapped: Connection):
    wrapped.execute(f"create server keyed foreign data wrapper anything options (api_key '{KEY}')".encode())
    wrapped.execute("alter server keyed owner to postgres")
    declared = replace(KEYED, options={"api_url": "https://x"})

    objects.apply(declared)
    objects.remove(declared)

    assert column(wrapped, OPTIONS.format("keyed")) == []


def test_it_gets_another_name_with_what_stands_on_it(objects: Objects, wrapped: Connection):
    objects.apply(Schema(name="app"))
    objects.apply(BOOKS)
    wrapped.execute("create foreign table app.far (id integer) server books")

    plan = objects.apply(replace(BOOKS, name="library", renamed_from=("books",)), named=BOOKS)

    assert texts(plan) == ['alter server "books" rename to "library"']
    assert column(wrapped, "select srvname::text from pg_foreign_server order by 1") == ["library"]


def test_another_wrapper_takes_another_server_that_nothing_stands_on(objects: Objects, wrapped: Connection):
    objects.apply(Schema(name="app"))
    objects.apply(replace(BOOKS, options={}, grants=(Grant(to="anon", privileges=(Privilege.USAGE,)),)))
    other = ForeignServer(name="books", wrapper="file_fdw", grants=(Grant(to="anon", privileges=(Privilege.USAGE,)),))
    wrapped.execute("create foreign table app.far (id integer) server books")

    with pytest.raises((DependencyError, PreconditionError), match=r"foreign table app\.far"):
        objects.preview(other)
    with pytest.raises((DependencyError, PreconditionError), match=r"foreign table app\.far"):
        objects.removal(other)

    wrapped.execute("drop foreign table app.far")
    assert texts(objects.apply(other)) == [
        'drop server "books"',
        'create server "books" foreign data wrapper "file_fdw"',
        'grant usage on foreign server "books" to "anon"',
    ]


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        (replace(BOOKS, wrapper="nothing"), 'foreign-data wrapper "nothing" does not exist'),
        (replace(BOOKS, options={"hots": "x"}), 'invalid option "hots"'),
        (replace(BOOKS, wrapper="closed"), "this role may not use foreign data wrapper closed"),
        (replace(BOOKS, grants=(Grant(to="nobody", privileges=(Privilege.USAGE,)),)), "there is no role nobody"),
    ],
)
def test_what_cannot_be_is_told_in_the_preview(
    objects: Objects, wrapped: Connection, declared: ForeignServer, says: str
):
    wrapped.execute("create foreign data wrapper closed")

    with pytest.raises((ApplyError, PreconditionError), match=says):
        objects.preview(declared)


def test_what_is_another_roles_is_refused(objects: Objects, wrapped: Connection):
    wrapped.execute("create role fdw_stranger; grant usage on foreign data wrapper anything to fdw_stranger")
    wrapped.execute("create server keyed foreign data wrapper anything; alter server keyed owner to fdw_stranger")
    try:
        with pytest.raises((OwnershipError, PreconditionError), match="fdw_stranger"):
            objects.preview(KEYED)
    finally:
        wrapped.execute("drop server keyed; drop owned by fdw_stranger; drop role fdw_stranger")


def test_an_extension_is_kept_while_a_server_needs_its_wrapper(database: Database):
    extension = Extension(name="postgres_fdw", schema="public")
    with managed(database.superuser_url) as objects:
        both = ObjectSet(objects=(BOOKS, extension))
        plan = objects.apply(both)
        assert [text.partition(" options")[0] for text in texts(plan)] == [
            'create extension "postgres_fdw" with schema "public"',
            'create server "books" foreign data wrapper "postgres_fdw"',
        ]
        assert texts(objects.removal(both)) == ['drop server "books"', 'drop extension "postgres_fdw"']

    with managed(database.superuser_url) as later:
        later.remove(both)
        later.apply(extension)
        later.apply(BOOKS)

        with pytest.raises(DependencyError, match="foreign server books would lose what it stands on"):
            later.removal(extension)


def test_an_export_declares_it_unless_it_has_a_key(objects: Objects, database: Database, wrapped: Connection):
    wrapped.execute("create server books foreign data wrapper postgres_fdw options (host 'h')")
    wrapped.execute(f"create server keyed foreign data wrapper anything options (api_key '{KEY}')".encode())
    looking = Managed(Settings(database_url=database.url))
    try:
        found = declarations_of(read_for_export(looking, KINDS))
    finally:
        looking.close()

    assert ForeignServer(name="books", wrapper="postgres_fdw", options={"host": "h"}) in found.declared
    assert "may be a key" in next(it.why for it in found.left_out if it.id.name == ("keyed",))
