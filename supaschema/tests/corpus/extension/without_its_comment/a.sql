-- the comment that an extension brings goes, and comes
create schema app;
create extension citext schema app;
comment on extension citext is null;
