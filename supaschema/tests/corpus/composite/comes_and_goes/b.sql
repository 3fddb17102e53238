-- A composite type comes, with all that one can have.
create schema app;
create type app."a Pair" as ("One" integer, word text collate "C", moments timestamptz(3)[]);
comment on type app."a Pair" is 'Two things.';
comment on column app."a Pair"."One" is 'The first.';
revoke usage on type app."a Pair" from public;
grant usage on type app."a Pair" to authenticated;
create type app.empty as ();
