-- a sequence turns round
create schema app;
create sequence app.numbers minvalue -100 maxvalue 100 start with 1;
