-- whoever makes tables may do less with them, and in a schema is named
create schema app;
