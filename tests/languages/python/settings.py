"""What differs between a project of Supabase and another server; every file imports this before it declares."""

from __future__ import annotations

import pulumi

from supaschema.order import order_by_names

order_by_names()

config = pulumi.Config()
SUPABASE = config.get_bool("supabase") or False
# Whoever is signed in.
READER = "authenticated" if SUPABASE else config.require("reader")
