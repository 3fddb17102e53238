"""Collations beneath what other resources declare: names change, other rules wait, others have a part in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError, NotThereError, OwnershipError, PreconditionError, SupaschemaError
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Collation, CollationProvider, Column, Declaration, Index, View
from supaschema.drift.model import Level
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import column, one
from tests.support.declared import notes
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

WORDS = Collation(name="words", provider=CollationProvider.LIBC, locale="C", comment="By bytes.")
NOTES = notes("notes", Column(name="body", type="text", collation="public.words"), Column(name="plain", type="text"))
INDEX = Index(name="by_words", table="notes", keys=("plain collate public.words",))
OTHER = replace(WORDS, locale="C.UTF-8")


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """A table with a column, and an index, that a collation orders."""
    with managed(database.url) as found:
        for declared in (WORDS, NOTES, INDEX):
            found.apply(declared)
        yield found


def test_it_is_declared_as_it_is_live_and_what_somebody_does_to_it_is_drift(
    objects: Objects, database: Database, connection: Connection
) -> None:
    assert objects.imported(WORDS) == WORDS
    assert objects.preview(WORDS).empty
    connection.execute("comment on collation public.words is null")

    with managed(database.url) as later:
        plan = later.preview(WORDS)
        assert [item.text for item in plan.statements] == ["""comment on collation "public"."words" is 'By bytes.'"""]
        assert later.imported(WORDS) == replace(WORDS, comment=None)
    managed_one = Managed(Settings(database.url))
    try:
        found = {finding.key for finding in swept(managed_one, KINDS).findings}
    finally:
        managed_one.close()
    assert '["collation", "public", "words"]' in found


def test_other_rules_wait_until_no_column_is_ordered_by_it(objects: Objects, connection: Connection) -> None:
    for way in (objects.preview, objects.apply):
        with pytest.raises(DependencyError, match=r"column public\.notes\.body stands on it, and cannot"):
            way(OTHER)
    objects.apply(replace(NOTES, columns=(*NOTES.columns[:-2], NOTES.columns[-1])))
    view = View(name="ordered", query="select plain collate public.words as plain from public.notes")
    objects.apply(view)

    objects.apply(OTHER)

    assert all(objects.preview(declared).empty for declared in (OTHER, view, INDEX))
    assert column(connection, "select collctype from pg_collation where collname = 'words'") == ["C.UTF-8"]
    assert one(connection, "select indisvalid from pg_index where indexrelid = 'public.by_words'::regclass") is True


def test_it_gets_another_name_and_gets_it_back(objects: Objects, database: Database, connection: Connection) -> None:
    later = replace(WORDS, name="terms", renamed_from=("words",))

    plan = objects.preview(later, named=WORDS)
    objects.apply(later, named=WORDS)

    assert [item.text for item in plan.statements] == ['alter collation "public"."words" rename to "terms"']
    assert objects.preview(later, named=WORDS).empty
    said = replace(NOTES, columns=tuple(replace(it, collation=it.collation and "public.terms") for it in NOTES.columns))
    assert objects.preview(said).empty
    with managed(database.url) as before:
        before.apply(WORDS)
        assert before.imported(WORDS) == WORDS


def test_what_is_ordered_by_it_does_not_let_it_go(objects: Objects) -> None:
    with pytest.raises(DependencyError, match=r"column public\.notes\.body, index public\.notes\.by_words would lose"):
        objects.removal(WORDS)


def test_what_names_one_that_there_is_not_waits_for_it(database: Database) -> None:
    with managed(database.url) as objects, pytest.raises(NotThereError, match=r"there is no collation public\.words"):
        objects.apply(NOTES)


_REFUSED = {
    "schema nowhere": replace(WORDS, schema="nowhere"),
    "could not create locale": Collation(name="c", provider=CollationProvider.LIBC, locale="nowhere"),
    "provider": Collation(name="c", provider=CollationProvider.BUILTIN, locale="nowhere"),
}


def test_what_the_server_would_refuse_is_refused_in_the_preview(objects: Objects) -> None:
    found = {}
    for told, declared in _REFUSED.items():
        with pytest.raises(SupaschemaError) as refused:
            objects.preview(declared)
        found[told] = str(refused.value)

    assert [text for told, text in found.items() if told not in text] == []


def test_one_of_an_extension_is_not_taken_for_it(objects: Objects, database: Database) -> None:
    with database.connect_superuser() as platform:
        platform.execute('create extension citext schema public; create collation public.given from "C"')
        platform.execute("alter extension citext add collation public.given")
    with pytest.raises(PreconditionError, match=r"name of collation public\.given.*given of extension citext"):
        objects.preview(replace(WORDS, name="given"))


def test_a_table_may_have_its_name(objects: Objects) -> None:
    objects.apply(replace(WORDS, name="notes"))
    objects.apply(notes("words"))

    assert objects.preview(replace(WORDS, name="notes")).empty


def test_one_of_another_role_is_not_adopted(database: Database, stranger: Stranger) -> None:
    stranger.connection.execute('create collation strange.words from "C"')
    theirs: Declaration = replace(WORDS, schema="strange")
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match="stranger"):
                way(theirs)


def test_a_locale_that_the_server_writes_in_another_way_is_no_difference(
    database: Database, connection: Connection
) -> None:
    if not one(connection, "select exists (select from pg_collation where collname = 'und-x-icu')"):
        pytest.skip("this server is built without ICU")
    said = Collation(
        name="folded", provider=CollationProvider.ICU, locale="und@colStrength=secondary", deterministic=False
    )
    with managed(database.url) as objects:
        objects.apply(said)
        assert objects.preview(said).empty
        assert not objects.preview(replace(said, locale="de")).empty


def test_a_sweep_tells_where_the_provider_has_other_rules_by_now(
    objects: Objects, database: Database, pg_major: int
) -> None:
    provider = "builtin, locale = 'C.UTF-8'" if pg_major >= 17 else "icu, locale = 'de'"
    with database.connect_superuser() as platform:
        platform.execute(f"create collation public.old (provider = {provider})".encode())
        platform.execute("alter table public.notes alter column plain type text collate public.old")
        platform.execute("update pg_collation set collversion = '0' where collname = 'old'")
    managed_one = Managed(Settings(database.url))
    try:
        found = [item for item in swept(managed_one, KINDS).findings if item.kind == "collation version"]
    finally:
        managed_one.close()

    (one_of_them,) = found
    assert (one_of_them.name, one_of_them.level) == ("public.old", Level.REPORT)
    assert one_of_them.why.endswith("reindex them, then alter collation public.old refresh version")
    assert (one_of_them.definition or {})["recorded"] == "0"
