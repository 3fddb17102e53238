-- an extension comes and goes as a whole: its functions are no objects of ours, to be made or dropped one by one
create schema app;
create extension ltree with schema app;
