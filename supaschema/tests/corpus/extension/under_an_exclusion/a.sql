-- an extension comes with the constraint that compares by an operator class of it
create schema app;
create table app.stays (id bigint primary key, room integer, during tstzrange);
