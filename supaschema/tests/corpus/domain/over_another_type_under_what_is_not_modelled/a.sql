-- A procedure takes the domain that is to be over another type.
-- refused: objects that no resource declares stand on domain app.score
create schema app;
create domain app.score as integer;
create procedure app.run(app.score) language sql as 'select 1';
