-- an enum type goes with a table of it that holds rows, which the archive keeps
create schema app;
