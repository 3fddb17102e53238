"""What is said of a pooler that keeps no session."""

from __future__ import annotations

from tests.errors.case import Case

POOLER = Case(
    "the port of a transaction pooler",
    "port 6543 is Supabase's transaction pooler, which keeps no session.",
    "127.0.0.1:6543/",
    "Use the direct connection or the session pooler, port 5432.",
)
POOLED = Case(
    "a pooler in transaction mode, on any port",
    "a pooler in transaction mode answers, which keeps no session.",
    "127.0.0.1:",
    "Use the direct connection or a pooler in session mode (on Supabase port 5432).",
)
