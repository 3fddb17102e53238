"""The search over recordings and documents finds what is there, in one's own organization."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg import errors

from localdb import sample
from localdb.sample import organization_id
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.sessions import Connection, as_anonymous, as_member, as_service, as_user

OWN, FOREIGN = organization_id(1), organization_id(2)
READER = sample.user(1, "reader")


@pytest.fixture
def connection(provisioned: Database) -> Iterator[Connection]:
    """A provisioned database in which one word is said in two organizations, four times in each."""
    with provisioned.connect() as connected:
        for number in (1, 2):
            _say_the_word(connected, number)
        yield connected


def _say_the_word(connection: Connection, number: int) -> None:
    organization, author = organization_id(number), sample.user(number, "owner").id
    connection.execute(
        "insert into imported_documents (org_id, external_id, title, content) values"
        " (%(org)s, 'a', 'Zanzibar plan', 'of the year'), (%(org)s, 'b', 'Minutes', 'about <b>Zanzibar</b> again')",
        {"org": organization},
    )
    connection.execute(
        "with made as ("
        "   insert into recordings (org_id, created_by, title, description)"
        "   values (%(org)s, %(author)s, 'Zanzibar call', 'with all'), (%(org)s, %(author)s, 'Standup', 'short')"
        "   returning id, title)"
        " insert into transcript_chunks (recording_id, org_id, chunk_index, chunk_text)"
        " select id, %(org)s, n, 'we now speak of Zanzibar' from made, generate_series(1, 3) as n"
        " where title = 'Standup'",
        {"org": organization, "author": author},
    )


def titles(connection: Connection, query: str, *more: object) -> list[object]:
    """Search, and give the titles found."""
    places = "".join(", %s" for _ in more)
    call = f"select title from unified_content_search(%s{places})"
    return [row[0] for row in connection.execute(call.encode(), [query, *more])]


@pytest.mark.parametrize(
    "user",
    [READER, sample.TEXT_READER, sample.OTHER_READER, sample.user(1, "owner")],
    ids=["reader", "text", "another uuid", "owner"],
)
def test_a_member_finds_documents_and_recordings(connection: Connection, user: sample.SampleUser) -> None:
    with as_member(connection, user):
        found = titles(connection, "zanzibar")
    assert sorted(map(str, found)) == ["Minutes", "Standup", "Zanzibar call", "Zanzibar plan"]


def test_nothing_of_another_organization_is_found(connection: Connection) -> None:
    connection.execute("update imported_documents set title = 'Quetzal' where org_id = %s", [FOREIGN])
    connection.execute("update recordings set description = 'Quetzal' where org_id = %s", [FOREIGN])
    connection.execute("update transcript_chunks set chunk_text = 'Quetzal' where org_id = %s", [FOREIGN])
    with as_member(connection, READER):
        assert titles(connection, "quetzal") == []
    with as_member(connection, sample.user(2, "reader")):
        assert titles(connection, "quetzal") != []


def test_another_organization_cannot_be_named(connection: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege), as_member(connection, READER):
        connection.execute("select from unified_content_search('zanzibar', search_org_id => %s)", [FOREIGN])
    with as_member(connection, READER):
        found = connection.execute("select from unified_content_search('zanzibar', search_org_id => %s)", [OWN])
    assert found.rowcount == 4


def test_a_service_names_the_organization(connection: Connection) -> None:
    with as_service(connection):
        found = connection.execute("select from unified_content_search('zanzibar', search_org_id => %s)", [FOREIGN])
    assert found.rowcount == 4
    with pytest.raises(errors.NullValueNotAllowed), as_service(connection):
        titles(connection, "zanzibar")


def test_nobody_else_searches(connection: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege), as_anonymous(connection):
        titles(connection, "zanzibar")
    with as_user(connection, "authenticated", {"sub": "user_2stranger"}):
        assert titles(connection, "zanzibar") == []


def test_the_softly_deleted_are_not_found(connection: Connection) -> None:
    connection.execute("update imported_documents set is_deleted = true")
    for user in (READER, sample.user(1, "admin")):
        with as_member(connection, user):
            assert sorted(map(str, titles(connection, "zanzibar"))) == ["Standup", "Zanzibar call"]


@pytest.mark.parametrize(
    ("kinds", "expected"), [(["document"], 2), (["recording"], 2), (["document", "recording"], 4), ([], 0), (None, 4)]
)
def test_kinds_are_chosen(connection: Connection, kinds: list[str] | None, expected: int) -> None:
    with as_member(connection, READER):
        assert len(titles(connection, "zanzibar", kinds)) == expected


def test_results_come_in_pages(connection: Connection) -> None:
    with as_member(connection, READER):
        pages = [titles(connection, "zanzibar", None, 3, start) for start in (0, 3, 6)]
    assert [len(page) for page in pages] == [3, 1, 0]
    assert len({title for page in pages for title in page}) == 4


def test_what_people_type_is_no_error(connection: Connection) -> None:
    with as_member(connection, READER):
        for query in ("", "   ", "'; drop table x", "a & | !", '"unbalanced', "%", "\\", "-zanzibar"):
            titles(connection, query)
        assert titles(connection, '"zanzibar plan"') == ["Zanzibar plan"]


def test_a_snippet_shows_the_place(connection: Connection) -> None:
    with as_member(connection, READER):
        snippets = column(connection, "select snippet from unified_content_search('zanzibar') where title = 'Standup'")
    assert snippets == ["we now speak of Zanzibar"]


def test_a_misspelt_word_finds_similar_titles_where_the_server_can_tell(connection: Connection) -> None:
    known = one(connection, "select exists (select from pg_extension where extname = 'pg_trgm')")
    with as_member(connection, READER):
        found = titles(connection, "zanzibarr")
    assert sorted(map(str, found)) == (["Zanzibar call", "Zanzibar plan"] if known else [])


def test_without_trigrams_the_search_still_works(provisioned: Database, connection: Connection) -> None:
    with provisioned.connect_superuser() as superuser:
        superuser.execute("drop extension if exists pg_trgm")
    with as_member(connection, READER):
        assert titles(connection, "zanzibarr") == []
        assert len(titles(connection, "zanzibar")) == 4


def test_documents_are_found_by_their_index(connection: Connection) -> None:
    connection.execute(
        "insert into imported_documents (org_id, external_id, content)"
        " select %s, n, repeat('some words of no interest ', 20) || n from generate_series(1, 3000) as n",
        [OWN],
    )
    connection.execute("analyze imported_documents")
    expression = one(
        connection,
        "select pg_get_expr(indexprs, indrelid) from pg_index"
        " where indexrelid = 'public.idx_imported_docs_search'::regclass",
    )
    query = f"explain select id from imported_documents where {expression} @@ to_tsquery('simple', 'zanzibar')"
    plan = connection.execute(query.encode()).fetchall()
    assert "idx_imported_docs_search" in str(plan)
