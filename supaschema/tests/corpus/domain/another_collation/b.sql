-- The collation of a domain of which nothing is is another one.
create schema app;
create domain app.word as text;
