"""supaschema: PostgreSQL and Supabase objects as Pulumi resources."""
