-- An attribute has another type while another composite type has an attribute of its type.
-- refused: composite attribute app.both.
create schema app;
create type app.pair as (one bigint);
create type app.both as (left_ app.pair, right_ app.pair);
