-- a procedure comes with its comment, and who may call it
create schema app;
