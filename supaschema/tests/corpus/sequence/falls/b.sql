-- a sequence turns round
create schema app;
create sequence app.numbers increment by -1 minvalue -100 maxvalue 100 start with 100;
