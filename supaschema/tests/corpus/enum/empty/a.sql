-- An enum type without a label gets its first.
create type public.nothing as enum ();
