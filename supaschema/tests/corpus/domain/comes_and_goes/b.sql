-- A domain comes, with all that one can have.
create schema app;
create domain app.word as text collate "C" default 'none' not null
  constraint short check (length(value) < 20) constraint plain check (value ~ '^[a-z]+$');
comment on domain app.word is 'A word.';
comment on constraint short on domain app.word is 'No more than that.';
revoke usage on type app.word from public;
grant usage on type app.word to authenticated;
