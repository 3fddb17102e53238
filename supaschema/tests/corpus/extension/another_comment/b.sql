-- the comment of an extension changes
create schema app;
create extension citext schema app;
comment on extension citext is 'for names';
