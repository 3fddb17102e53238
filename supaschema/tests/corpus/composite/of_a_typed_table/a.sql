-- Attributes come to a type that a table is made of.
-- refused: tables are of type app.pair (CREATE TABLE ... OF), and their columns would change along
create schema app;
create type app.pair as (one integer);
create table app.notes of app.pair;
