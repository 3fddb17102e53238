-- A copy of a collation is read as what it is a copy of.
-- unchanged
create schema app;
create collation app.words from "C";
