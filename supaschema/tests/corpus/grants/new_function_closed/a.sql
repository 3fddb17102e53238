-- a function comes that but one role may call
create schema app;
