-- serial columns come with their table, with the sequences that are their own
create schema app;
