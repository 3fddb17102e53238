-- an extension goes with the schema that it is in, and what stands on it elsewhere
create schema app;
create schema tools;
create extension citext schema tools;
create function app.known(given tools.citext) returns boolean language sql return given is not null;
create domain app.mail as tools.citext;
