"""Which database the plugin that makes roles works in: the one of the schema's provider."""

from __future__ import annotations

import os

import psycopg
from psycopg import conninfo

from supaschema.settings import URL_VARIABLE


def name() -> str:
    """Give the database's name by the environment: of the URL, else of libpq's variables."""
    try:
        parts = conninfo.conninfo_to_dict(os.environ.get(URL_VARIABLE, ""))
    except psycopg.ProgrammingError:
        # libpq repeats the text, password and all; the schema's provider says what is wrong with it.
        parts = {}
    return str(parts.get("dbname") or os.environ.get("PGDATABASE") or "postgres")
