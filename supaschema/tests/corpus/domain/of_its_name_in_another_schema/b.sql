create schema app;
create schema words;
create domain words.code as varchar(8);
create table app.jobs (id int primary key, code words.code, codes words.code[], plain words.code);
insert into app.jobs values (1, 'open', '{open,done}', 'a'), (2, 'done', null, 'b');
