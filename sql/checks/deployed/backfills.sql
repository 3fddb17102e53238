-- Back-fills that are done.
select relation, name, definition from supaschema.backfills
