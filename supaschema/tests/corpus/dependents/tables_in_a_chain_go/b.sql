-- a child and its parent both go, whichever name sorts first
create schema app;
