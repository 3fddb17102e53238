-- a value that the type cannot have stands in the way
-- refused: 1 value of app.numbers, from which it goes on, is outside of 1 to 32767: 40000
create schema app;
create sequence app.numbers as smallint;
