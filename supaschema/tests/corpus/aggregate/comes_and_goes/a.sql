-- an aggregate of functions that come too, with its comment and who may call it
create schema app;
