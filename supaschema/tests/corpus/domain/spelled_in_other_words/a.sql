-- The same checks and defaults in other words.
-- unchanged
create schema app;
create domain app.size as varchar(20) default 'm' constraint known check (value in ('s', 'm', 'l'));
create domain app.share as numeric(4, 2) default 1 / 2.0 constraint part check (value between 0 and 1);
