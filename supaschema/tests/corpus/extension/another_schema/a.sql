-- an extension moves to another schema
-- refused: moving extension unaccent to another schema: this role does not own what it brought
create schema app;
create schema tools;
create extension unaccent schema app;
