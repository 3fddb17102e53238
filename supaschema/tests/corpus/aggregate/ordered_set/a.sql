-- ordered-set and hypothetical-set aggregates, with direct arguments
create schema app;
create function app.kept(state numeric[], value numeric) returns numeric[] language sql immutable as 'select state || value';
create function app.at(state numeric[], share numeric) returns numeric language sql immutable as 'select state[1 + round(share * (cardinality(state) - 1))::int]';
create function app.first(state numeric[], value numeric) returns numeric language sql immutable as 'select state[1]';
create aggregate app.middle(share numeric order by value numeric) (sfunc = app.kept, stype = numeric[], initcond = '{}', finalfunc = app.at);
