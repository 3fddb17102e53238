-- a child and its parent both go and both hold rows
create schema app;
