-- Statements that were run, or were found to be applied, each with the query that tells whether it still is.
select name, definition from supaschema.statements
