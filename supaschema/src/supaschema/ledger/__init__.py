"""The ledger: the database's own memory of what is managed in it. See schema.sql."""

from supaschema.ledger.state import Entry, Former, LabelRename, LedgerState
from supaschema.ledger.store import Ledger

__all__ = ["Entry", "Former", "LabelRename", "Ledger", "LedgerState"]
