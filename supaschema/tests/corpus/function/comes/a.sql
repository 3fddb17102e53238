-- functions come, of two languages
create schema app;
