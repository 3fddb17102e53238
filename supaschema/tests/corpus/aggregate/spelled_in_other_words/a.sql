-- an aggregate's types are written in other words
-- unchanged
create schema app;
create aggregate app.least_of(int4) (sfunc = int4smaller, stype = int, parallel = unsafe, finalfunc_modify = read_only);
