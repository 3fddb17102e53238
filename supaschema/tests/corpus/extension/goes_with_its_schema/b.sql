-- an extension goes with the schema that it is in, and what stands on it elsewhere
create schema app;
