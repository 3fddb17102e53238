-- functions with arguments of every mode come
create schema app;
