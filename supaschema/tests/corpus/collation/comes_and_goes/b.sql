-- Collations come, with all that they can have.
create schema app;
create collation app.plain (provider = libc, locale = 'C');
create collation app."Two parts" (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
create collation app.copied from "C";
comment on collation app.plain is 'By bytes.';
