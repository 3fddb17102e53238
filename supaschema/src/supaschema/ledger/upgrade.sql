-- What the tables of an older ledger lack; run before schema.sql where there is one, as often as one likes.
alter table supaschema.objects add column if not exists generation bigint not null default 0;
