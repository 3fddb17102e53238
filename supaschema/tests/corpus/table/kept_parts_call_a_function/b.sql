-- a table with a row goes, and the function that its check and an index call; a long index name comes back
create schema app;
