"""Drift: what the ledger recorded against what is live, in one sweep that writes nothing."""
