-- an extension is there or not: its functions are no objects of ours, to be dropped or made one by one
-- unchanged
create schema app;
