-- an extension moves to another schema
-- refused: extension cannot be moved by this role, which does not own what it brought: unaccent
create schema app;
create schema tools;
create extension unaccent schema app;
