"""The ledger: the database's own memory of what is managed in it. See schema.sql."""

from supaschema.ledger.store import Entry, Ledger, LedgerState

__all__ = ["Entry", "Ledger", "LedgerState"]
