-- ordered-set and hypothetical-set aggregates, with direct arguments
create schema app;
create function app.kept(state numeric[], value numeric) returns numeric[] language sql immutable as 'select state || value';
create function app.at(state numeric[], share numeric) returns numeric language sql immutable as 'select state[1 + round(share * (cardinality(state) - 1))::int]';
create function app.first(state numeric[], value numeric) returns numeric language sql immutable as 'select state[1]';
create aggregate app.middle(share numeric order by value numeric) (sfunc = app.kept, stype = numeric[], initcond = '{1}', finalfunc = app.at, finalfunc_modify = read_only);
create aggregate app.place(numeric order by numeric) (sfunc = app.kept, stype = numeric[], finalfunc = app.at, hypothetical);
create aggregate app.usual(order by numeric) (sfunc = app.kept, stype = numeric[], finalfunc = app.first, finalfunc_extra, finalfunc_modify = shareable);
create view app.v as select app.middle(0.5) within group (order by n) as middle, app.place(3) within group (order by n) as place from generate_series(1::numeric, 3) n;
comment on aggregate app.place(numeric order by numeric) is 'Ranks.';
comment on aggregate app.usual(order by numeric) is 'Most often.';
grant execute on function app.usual(numeric) to anon;
