-- an extension comes with the trigger that calls a function of it
create schema app;
create extension tcn schema app;
create table app.notes (id bigint primary key);
create trigger told after insert on app.notes for each row execute function app.triggered_change_notification();
