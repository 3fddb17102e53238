-- a function whose argument is the row of a table that comes
create schema app;
create table app.notes (id integer primary key, body text);
create function app.title(note app.notes) returns text language sql stable set search_path = '' as $$ select note.body $$;
