"""Which database the plugin that makes roles works in: the one of the schema's provider."""

from __future__ import annotations

import os

from supaschema.connection import URL_VARIABLE, database_of


def name() -> str:
    """Return the database's name: of the URL in the environment; without one, of the plugin's own PGDATABASE."""
    url = os.environ.get(URL_VARIABLE)
    return (database_of(url) if url else os.environ.get("PGDATABASE")) or "postgres"
