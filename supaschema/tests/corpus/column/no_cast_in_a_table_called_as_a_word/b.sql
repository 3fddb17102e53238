-- a type that takes a cast nobody makes, in a table that is called as a word of the language
-- refused: cannot be cast automatically to type integer
create schema app;
create table app."table" (n integer);
