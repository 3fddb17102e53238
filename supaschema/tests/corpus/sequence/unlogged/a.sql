-- a sequence is logged, or not
-- since: 15
create schema app;
create sequence app.numbers;
select nextval('app.numbers');
