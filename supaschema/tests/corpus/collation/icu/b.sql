-- needs: icu
-- Collations of ICU come, with all that they can have, and one gets another locale.
create schema app;
create collation app.words (provider = icu, locale = 'de-u-co-phonebk');
create collation app.folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create table app.notes (id integer primary key, email text collate app.folded unique);
insert into app.notes values (1, 'a');
