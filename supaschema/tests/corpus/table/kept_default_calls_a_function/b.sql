-- a table with a row goes, and the function that its default calls
create schema app;
