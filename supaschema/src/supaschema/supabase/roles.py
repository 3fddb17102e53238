"""The roles that Supabase's API acts as."""

PUBLIC = "public"
API_ROLES = (PUBLIC, "anon", "authenticated", "service_role")
"""PUBLIC and the API roles: the ones whose access a declaration is complete for."""

END_USERS = (PUBLIC, "anon", "authenticated")
"""Roles that requests from outside act as."""
