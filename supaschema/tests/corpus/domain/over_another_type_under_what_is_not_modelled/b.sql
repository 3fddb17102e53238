-- An operator takes the domain that is to be over another type.
-- refused: objects that no resource declares stand on domain app.score
create schema app;
create domain app.score as bigint;
create function app.same(app.score, app.score) returns boolean language sql as 'select true';
create operator app.=== (leftarg = app.score, rightarg = app.score, function = app.same);
