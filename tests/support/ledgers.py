"""Ledgers of a database, made and read as a deployment does."""

from __future__ import annotations

from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.engine.pipeline import Pipeline
from supaschema.ledger import Ledger, LedgerState
from supaschema.registry import DEFINITIONS, KINDS
from tests.fixtures.postgres import Database


def install(database: Database) -> None:
    """Make the ledger as the deploying role."""
    with database.connect() as owner:
        Ledger(DEFINITIONS).install(owner, Managed(Settings(database_url=database.url)).server)


def read(url: str) -> LedgerState:
    """Read catalog and ledger, as a preview does."""
    pipeline = Pipeline(Managed(Settings(database_url=url)), KINDS)
    try:
        return pipeline.state.ledger()
    finally:
        pipeline.close()
