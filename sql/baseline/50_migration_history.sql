-- The ledger that the Supabase command line keeps of the application's own migrations.
-- Read to warn about migrations that touch our objects; never written by this package.

create schema supabase_migrations;
create table supabase_migrations.schema_migrations (
  version text not null,
  statements text[],
  name text,
  constraint schema_migrations_pkey primary key (version)
);
insert into supabase_migrations.schema_migrations (version, name)
values
  ('20250106090000', 'initial_schema'),
  ('20250113090000', 'recordings_and_transcripts'),
  ('20250203090000', 'jobs_and_events'),
  ('20250310090000', 'storage_buckets'),
  ('20250818090000', 'connectors_and_imports');
