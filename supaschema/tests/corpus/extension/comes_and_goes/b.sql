-- an extension comes into a schema that comes with it
create schema app;
create extension citext schema app;
