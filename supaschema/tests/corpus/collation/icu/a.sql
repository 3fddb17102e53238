-- needs: icu
-- Collations of ICU come, with all that they can have, and one gets another locale.
create schema app;
create collation app.words (provider = icu, locale = 'de-DE');
