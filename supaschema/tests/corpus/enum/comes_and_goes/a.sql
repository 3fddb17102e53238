-- An enum type comes with the table and the function that are of it, and goes with them.
select 1;
