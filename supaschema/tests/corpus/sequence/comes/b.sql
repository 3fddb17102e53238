-- a sequence comes, closed to everybody
create schema app;
create sequence app.numbers;
