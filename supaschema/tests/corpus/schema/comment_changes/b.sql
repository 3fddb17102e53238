-- a schema's comment changes to one with quotes in it
create schema app;
comment on schema app is 'it''s "new" $$now$$';
