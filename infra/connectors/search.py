"""One search over recordings and imported documents, each tenant in its own."""

from __future__ import annotations

from connectors import imported_documents
from connectors.area import Area, Part
from connectors.routines import function
from connectors.rules import MEMBER, SERVICE
from connectors.source import quote_literal
from supaschema.declarations import Argument, Function, Index, Volatility

_SIMILAR = "private.similar_titles"
_NEAREST = "private.nearest_chunks"
_ORG = "private.search_org_content"
_OWN = "private.search_own_content"

_INDEXES = ("idx_imported_docs_search", "idx_transcript_chunks_search", "idx_recordings_search")

_FOUND = (
    "table(content_type text, id uuid, title text, snippet text, source text, url text, rank real, "
    "created_at timestamp with time zone)"
)
_WHAT = (
    Argument(name="search_query", type="text"),
    Argument(name="content_types", type="text[]"),
    Argument(name="max_results", type="integer"),
    Argument(name="skip_results", type="integer"),
)
_EMBEDDING = "query_embedding"
"""As text, which is how every client writes it: no declaration names a type that a database may not have."""


def area(language: str) -> Area:
    """Return the indexes, then the search from the inside out.

    The documents' index comes after the back-fill, which would otherwise write every document's words anew.
    """
    return Area(
        "search",
        (
            *(Part(it.name, it) for it in (index(language), chunks_index(language), recordings_index(language))),
            Part(_SIMILAR, similar_titles()),
            Part(_NEAREST, nearest_chunks()),
            Part(_ORG, search_org_content(language), after=_INDEXES),
            Part(_OWN, search_own_content()),
            Part("public.unified_content_search", unified_content_search()),
        ),
    )


def configuration(language: str) -> str:
    """Return a text search configuration as a constant, which an index needs."""
    name = language if "." in language else f"pg_catalog.{language}"
    return f"{quote_literal(name)}::regconfig"


def document_words(language: str, alias: str) -> str:
    """Return a document's words; index and search must say the same.

    Only the beginning counts: the words of a whole book exceed what the server can index, and the import would fail.
    """
    text = f"coalesce({alias}title, '') || ' ' || left(coalesce({alias}content, ''), 100000)"
    return f"to_tsvector({configuration(language)}, {text})"


def chunk_words(language: str, alias: str) -> str:
    """Return the words of a piece of transcript, as `document_words` does."""
    return f"to_tsvector({configuration(language)}, left({alias}chunk_text, 100000))"


def recording_words(language: str, alias: str) -> str:
    """Return the words of a recording's title and description, as `document_words` does."""
    text = f"left(coalesce({alias}title, '') || ' ' || coalesce({alias}description, ''), 100000)"
    return f"to_tsvector({configuration(language)}, {text})"


def index(language: str) -> Index:
    """Return the index of the documents' words."""
    return Index(
        name="idx_imported_docs_search",
        table=imported_documents.TABLE,
        method="gin",
        keys=(f"({document_words(language, '')})",),
    )


def chunks_index(language: str) -> Index:
    """Return the index of the transcripts' words."""
    return Index(
        name="idx_transcript_chunks_search",
        table="transcript_chunks",
        method="gin",
        keys=(f"({chunk_words(language, '')})",),
    )


def recordings_index(language: str) -> Index:
    """Return the index of the recordings' words: without it a search reads every title of an organization."""
    return Index(
        name="idx_recordings_search",
        table="recordings",
        method="gin",
        keys=(f"({recording_words(language, '')})",),
    )


def similar_titles() -> Function:
    """Return what is found when no word matches: titles that look alike, where the server can tell."""
    return function(
        _SIMILAR,
        arguments=(Argument(name="in_org", type="uuid"), *_WHAT),
        returns=_FOUND,
        volatility=Volatility.STABLE,
        execute=(SERVICE,),
        comment="Titles similar to a text; none where pg_trgm is not installed.",
    )


def nearest_chunks() -> Function:
    """Return what lies near an embedding, where the database keeps embeddings of transcripts."""
    return function(
        _NEAREST,
        arguments=(Argument(name="in_org", type="uuid"), Argument(name=_EMBEDDING, type="text")),
        returns="table(recording_id uuid, chunk_text text, distance double precision)",
        volatility=Volatility.STABLE,
        execute=(SERVICE,),
        comment="Recordings whose transcript lies near an embedding; an error where there are no embeddings.",
    )


def search_org_content(language: str) -> Function:
    """Return the search itself, of any organization: with the caller's own rights, for the services alone."""
    return function(
        _ORG,
        arguments=(Argument(name="in_org", type="uuid"), *_WHAT, Argument(name=_EMBEDDING, type="text")),
        returns=_FOUND,
        volatility=Volatility.STABLE,
        execute=(SERVICE,),
        values={
            "configuration": configuration(language),
            "document_words": document_words(language, "document."),
            "chunk_words": chunk_words(language, "chunk."),
            "recording_words": recording_words(language, "recording."),
        },
        comment="Searches one organization's recordings and imported documents.",
    )


def search_own_content() -> Function:
    """Return the search for members: with the owner's rights, since only services read recordings, in one tenant."""
    return function(
        _OWN,
        arguments=(*_WHAT, Argument(name=_EMBEDDING, type="text")),
        returns=_FOUND,
        language="sql",
        volatility=Volatility.STABLE,
        security_definer=True,
        execute=(MEMBER,),
        comment="Searches the recordings and imported documents of the caller's own organization.",
    )


def unified_content_search() -> Function:
    """Return the search of the API, which sends each caller to the one that is theirs."""
    return function(
        "public.unified_content_search",
        arguments=(
            Argument(name="search_query", type="text"),
            Argument(name="content_types", type="text[]", default="null"),
            Argument(name="max_results", type="integer", default="20"),
            Argument(name="skip_results", type="integer", default="0"),
            Argument(name="search_org_id", type="uuid", default="null"),
            Argument(name=_EMBEDDING, type="text", default="null"),
        ),
        returns=_FOUND,
        volatility=Volatility.STABLE,
        execute=(MEMBER, SERVICE),
        comment="Searches one organization's recordings and documents: a member's own, or the one a service names.",
    )
