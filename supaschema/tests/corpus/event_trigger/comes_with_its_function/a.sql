-- an event trigger comes with the function that it calls
-- by: superuser
create schema app;
