"""The search of a tenant's own: ranked by words, and by embeddings where the database keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import pytest
from psycopg import errors

from tests.services.application import create_connector, document, import_documents
from tests.services.tenants import Tenant
from tests.support.catalog import one
from tests.support.postgrest import Row, insert, rpc
from tests.support.sessions import Connection, as_anonymous, as_service

DIMENSIONS = 1536
"""As the application's column has them; the search itself knows no number."""


def direction(**parts: float) -> list[float]:
    """Return an embedding: x, y and z are three of its directions."""
    return [*(parts.get(name, 0.0) for name in "xyz"), *([0.0] * (DIMENSIONS - 3))]


def keeps_embeddings(connection: Connection) -> bool:
    """Return whether this server has pgvector, and so the application's table a column."""
    return bool(
        one(
            connection,
            "select exists (select from pg_attribute"
            " where attrelid = 'transcript_chunks'::regclass and attname = 'embedding')",
        )
    )


@pytest.fixture
def embedded(connection: Connection) -> Connection:
    """A database that keeps embeddings."""
    if not keeps_embeddings(connection):
        pytest.skip("this server has no pgvector; PostgreSQL 18 of the tests has")
    return connection


def record(connection: Connection, tenant: Tenant, title: str, chunks: Mapping[str, Sequence[float] | None]) -> UUID:
    """Store a recording and the pieces of its transcript, as the transcription worker does."""
    author = tenant.members["owner"]
    with as_service(connection):
        (made,) = insert(
            connection, "recordings", {"org_id": tenant.id, "created_by": author, "title": title}, returning="id"
        )
        for index, (text, embedding) in enumerate(chunks.items()):
            row = {"org_id": tenant.id, "recording_id": made["id"], "chunk_index": index, "chunk_text": text}
            # A client sends an embedding as the text of its numbers.
            insert(connection, "transcript_chunks", {**row, "embedding": str(embedding)} if embedding else row)
    return UUID(str(made["id"]))


def search(connection: Connection, tenant: Tenant, query: str, **more: object) -> list[Row]:
    """Search as the application's page does for a member."""
    with tenant.signed_in(connection, "reader"):
        return rpc(connection, "unified_content_search", search_query=query, **more)


def titles(rows: list[Row]) -> list[str]:
    """Return the titles, best first."""
    return [row["title"] for row in rows]


def test_both_kinds_are_found_and_the_better_match_comes_first(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "google_drive")
    with as_service(connection):
        import_documents(
            connection,
            [
                document(tenant, connector, "1", title="Budget budget budget", content="The budget of the year"),
                document(tenant, connector, "2", title="Minutes", content="Nothing " * 30 + "but the budget"),
            ],
        )
    record(connection, tenant, "Standup", {"We spoke about the budget": None})
    rows = search(connection, tenant, "budget")
    assert titles(rows)[0] == "Budget budget budget"
    assert {(row["content_type"], row["source"]) for row in rows} == {
        ("document", "google_drive"),
        ("recording", "recording"),
    }
    assert [row["rank"] for row in rows] == sorted((row["rank"] for row in rows), reverse=True)


def test_a_transcript_is_found_by_its_index(connection: Connection, tenant: Tenant) -> None:
    record(connection, tenant, "Long", {f"words of no interest {n}": None for n in range(50)})
    connection.execute(
        "insert into transcript_chunks (recording_id, org_id, chunk_index, chunk_text)"
        " select recording_id, org_id, 100 + n, 'more words ' || n from transcript_chunks, generate_series(1, 100) as n"
        " where org_id = %s",
        [tenant.id],
    )
    connection.execute("analyze transcript_chunks")
    key = one(
        connection,
        "select pg_get_expr(indexprs, indrelid) from pg_index"
        " where indexrelid = 'public.idx_transcript_chunks_search'::regclass",
    )
    query = f"explain select id from transcript_chunks where {key} @@ to_tsquery('simple', 'zanzibar')"
    assert "idx_transcript_chunks_search" in str(connection.execute(query.encode()).fetchall())


def test_one_endless_transcript_does_not_break_the_search(connection: Connection, tenant: Tenant) -> None:
    endless = " ".join(f"word{number}" for number in range(200_000))
    record(connection, tenant, "Endless", {f"Zanzibar {endless}": None})
    connection.execute("update recordings set description = %s where org_id = %s", [f"quetzal {endless}", tenant.id])
    assert titles(search(connection, tenant, "zanzibar")) == ["Endless"]
    assert titles(search(connection, tenant, "quetzal")) == ["Endless"]


def test_a_question_of_any_length_is_answered(connection: Connection, tenant: Tenant) -> None:
    record(connection, tenant, "Standup", {"We spoke about the budget": None})
    for question in ("budget " * 300_000, "x" * 3_000_000, '"' + "a or " * 100_000):
        search(connection, tenant, question)


def test_a_chunk_that_is_filed_under_the_wrong_organization_shows_no_title(
    connection: Connection, tenant: Tenant, stranger: Tenant
) -> None:
    theirs = record(connection, stranger, "Their secret plan", {"of their own": None})
    row = {"org_id": tenant.id, "recording_id": theirs, "chunk_index": 9, "chunk_text": "zanzibar"}
    with as_service(connection):
        insert(connection, "transcript_chunks", row)
    assert titles(search(connection, tenant, "zanzibar")) == [None]


# Embeddings


def test_without_embeddings_a_question_that_has_one_is_told_so(connection: Connection, tenant: Tenant) -> None:
    if keeps_embeddings(connection):
        pytest.skip("this server has pgvector")
    record(connection, tenant, "Standup", {"We spoke about the budget": None})
    with pytest.raises(errors.FeatureNotSupported, match="transcript_chunks has no embeddings"):
        search(connection, tenant, "budget", query_embedding=direction(x=1))
    assert titles(search(connection, tenant, "budget", query_embedding=None)) == ["Standup"]


def test_what_lies_near_is_found_without_a_word_in_common(embedded: Connection, tenant: Tenant) -> None:
    record(embedded, tenant, "Money", {"We spoke about the budget": direction(x=1, y=0.2), "Hello": direction(z=1)})
    record(embedded, tenant, "Spending", {"What we can afford": direction(x=1, y=1)})
    record(embedded, tenant, "Weather", {"It will rain": direction(z=1)})
    record(embedded, tenant, "Not yet embedded", {"Silence": None})
    rows = search(embedded, tenant, "finances", query_embedding=direction(x=1))
    assert titles(rows) == ["Money", "Spending"]
    assert rows[0]["snippet"] == "We spoke about the budget"
    assert titles(search(embedded, tenant, "", query_embedding=direction(x=1), max_results=1)) == ["Money"]
    assert titles(search(embedded, tenant, "", query_embedding=direction(x=1), skip_results=1)) == ["Spending"]
    assert search(embedded, tenant, "finances", query_embedding=direction(x=1), content_types=["document"]) == []


def test_words_and_nearness_together_count_most(embedded: Connection, tenant: Tenant) -> None:
    record(embedded, tenant, "Near", {"What we can afford": direction(x=1)})
    record(embedded, tenant, "Both", {"The budget": direction(x=1, y=0.5)})
    connector = create_connector(embedded, tenant, "notion")
    with as_service(embedded):
        import_documents(embedded, [document(tenant, connector, "1", title="Words", content="budget " * 5)])
    rows = search(embedded, tenant, "budget", query_embedding=direction(x=1))
    assert titles(rows)[0] == "Both"
    assert set(titles(rows)) == {"Near", "Both", "Words"}


def test_nothing_of_another_organization_lies_near(embedded: Connection, tenant: Tenant, stranger: Tenant) -> None:
    record(embedded, stranger, "Theirs", {"What we can afford": direction(x=1)})
    asked = {"query_embedding": direction(x=1)}
    assert search(embedded, tenant, "", **asked) == []
    assert titles(search(embedded, stranger, "", **asked)) == ["Theirs"]
    with as_service(embedded):
        for each, found in ((tenant, []), (stranger, ["Theirs"])):
            rows = rpc(embedded, "unified_content_search", search_query="", search_org_id=each.id, **asked)
            assert titles(rows) == found
    with pytest.raises(errors.InsufficientPrivilege):
        search(embedded, tenant, "", search_org_id=stranger.id, **asked)
    with pytest.raises(errors.InsufficientPrivilege), as_anonymous(embedded):
        rpc(embedded, "unified_content_search", search_query="", **asked)


@pytest.mark.parametrize(
    ("odd", "error", "says"),
    [
        pytest.param([1.0, 0.0], errors.DataException, "different vector dimensions", id="too short"),
        pytest.param("near Zanzibar", errors.InvalidTextRepresentation, "vector", id="no numbers"),
    ],
)
def test_an_odd_embedding_is_an_error(
    embedded: Connection, tenant: Tenant, odd: object, error: type[Exception], says: str
) -> None:
    record(embedded, tenant, "Money", {"We spoke about the budget": direction(x=1)})
    with pytest.raises(error, match=says):
        search(embedded, tenant, "", query_embedding=odd)


def test_no_member_asks_for_what_lies_near_directly(connection: Connection, tenant: Tenant) -> None:
    with pytest.raises(errors.InsufficientPrivilege), tenant.signed_in(connection, "owner"):
        connection.execute("select from private.nearest_chunks(%s, null)", [uuid4()])
