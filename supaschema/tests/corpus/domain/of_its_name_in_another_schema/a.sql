-- A domain of columns with rows goes and one of its name comes in a schema that is new: nothing says that it moved.
create schema app;
create domain app.code as varchar(8);
create table app.jobs (id int primary key, code app.code, codes app.code[], plain text);
insert into app.jobs values (1, 'open', '{open,done}', 'a'), (2, 'done', null, 'b');
