-- since: 17
-- Collations of the server's own come, and one has another locale.
create schema app;
create collation app.words (provider = builtin, locale = 'C');
