-- The same checks and defaults in other words.
-- unchanged
create schema app;
create domain app.size as character varying(20) default 'm'::varchar constraint known
  check ((value)::text = any ((array['s'::character varying, 'm'::character varying, 'l'::character varying])::text[]));
create domain app.share as decimal(4, 2) default (1 / 2.0) constraint part check ((value >= 0) and ((value) <= 1));
