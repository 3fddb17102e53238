-- a sequence is logged, or not
create schema app;
create unlogged sequence app.numbers;
