-- an extension goes with a table of its type that holds rows, which the archive keeps
create schema app;
