"""Statements of commands on types, operators and what else a database has, run after those on relations."""

from __future__ import annotations

from tests.support.commands.change import Change

OF_OTHERS: dict[str, tuple[Change, ...]] = {
    "CREATE TYPE": (
        Change("create type app.mood as enum ('sad', 'happy')", "mood"),
        Change("create type app.pair as (a integer, b text)", "pair"),
        Change("create type app.spans as range (subtype = text)", "spans"),
        Change("create type app.shell", "shell"),
    ),
    "ALTER TYPE": (
        Change("alter type app.mood add value 'so so' before 'happy'", "mood"),
        Change("alter type app.mood rename value 'sad' to 'blue'", "mood"),
        Change("alter type app.pair add attribute c date", "pair"),
        Change("alter type app.pair alter attribute a type bigint", "pair"),
        Change("alter type app.pair owner to everyone_a", "pair"),
    ),
    "CREATE DOMAIN": (
        Change("create domain app.word as text default 'x' constraint short check (value <> '')", "word"),
    ),
    "ALTER DOMAIN": (
        Change("alter domain app.word set not null", "word"),
        Change("alter domain app.word drop default", "word"),
        Change("alter domain app.word add constraint long check (length(value) < 99) not valid", "long"),
        Change("alter domain app.word validate constraint long", "long"),
        Change("alter domain app.word rename constraint long to longer", "longer"),
    ),
    "CREATE COLLATION": (Change("create collation app.plain (locale = 'C')", "plain"),),
    "ALTER COLLATION": (
        Change("alter collation app.plain owner to everyone_a", "plain"),
        Change("alter collation app.plain rename to plainer", "plainer"),
    ),
    "CREATE CONVERSION": (
        Change("create conversion app.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8", "latin"),
    ),
    "ALTER CONVERSION": (Change("alter conversion app.latin owner to everyone_a", "latin"),),
    "CREATE CAST": (Change("create cast (app.pair as app.mood) with inout as assignment", "cast"),),
    "CREATE OPERATOR": (
        Change("create operator app.<<< (leftarg = text, rightarg = text, function = app.less)", "<<<"),
    ),
    "ALTER OPERATOR": (
        Change("alter operator app.<<< (text, text) set (restrict = scalarltsel)", "<<<"),
        Change("alter operator app.<<< (text, text) owner to everyone_a", "<<<"),
    ),
    "CREATE OPERATOR FAMILY": (Change("create operator family app.family using btree", "family"),),
    "ALTER OPERATOR FAMILY": (
        Change(
            "alter operator family app.family using btree add function 1 (text, text) bttextcmp(text, text)", "family"
        ),
    ),
    "CREATE OPERATOR CLASS": (
        Change(
            "create operator class app.class for type text using hash as operator 1 =, function 1 hashtext(text)",
            "class",
        ),
    ),
    "ALTER OPERATOR CLASS": (Change("alter operator class app.class using hash owner to everyone_a", "class"),),
    "CREATE STATISTICS": (Change("create statistics app.together (mcv) on id, size from app.notes", "together"),),
    "ALTER STATISTICS": (Change("alter statistics app.together set statistics 30", "together"),),
    "CREATE EXTENSION": (Change("create extension pg_trgm schema app", "pg_trgm"),),
    "ALTER EXTENSION": (Change("alter extension pg_trgm set schema mere", "pg_trgm"),),
    "CREATE FOREIGN DATA WRAPPER": (Change("create foreign data wrapper nowhere", "nowhere"),),
    "ALTER FOREIGN DATA WRAPPER": (Change("alter foreign data wrapper nowhere options (add a 'b')", "nowhere"),),
    "CREATE SERVER": (Change("create server files foreign data wrapper file_fdw", "files"),),
    "ALTER SERVER": (Change("alter server files version '2'", "files"),),
    "CREATE USER MAPPING": (
        Change(
            "create server anywhere foreign data wrapper nowhere; create user mapping for everyone_a server anywhere",
            "everyone_a",
        ),
    ),
    "ALTER USER MAPPING": (
        Change("alter user mapping for everyone_a server anywhere options (add password 'x')", "everyone_a"),
    ),
    "CREATE FOREIGN TABLE": (
        Change("create foreign table app.far (line text) server files options (filename '/dev/null')", "far"),
    ),
    "ALTER FOREIGN TABLE": (
        Change("alter foreign table app.far options (add header 'true', add format 'csv')", "far"),
        Change("alter foreign table app.far add column more text", "far"),
    ),
    "CREATE PUBLICATION": (
        Change("create publication news for table app.notes (id, size) where (size > 1)", "news"),
        Change("create publication of_schema for tables in schema mere", "of_schema"),
    ),
    "ALTER PUBLICATION": (
        Change("alter publication news set (publish = 'insert', publish_via_partition_root)", "news"),
        Change("alter publication news add table app.parent", "news"),
        Change("alter publication news rename to newer", "newer"),
    ),
    "CREATE SUBSCRIPTION": (
        Change(
            "create subscription following connection 'dbname=nowhere' publication news with (connect = false)",
            "following",
        ),
    ),
    "ALTER SUBSCRIPTION": (Change("alter subscription following set (slot_name = none)", "following"),),
    "CREATE LANGUAGE": (
        Change(
            "create function app.handler() returns language_handler language c as '$libdir/plpgsql', "
            "'plpgsql_call_handler'; create trusted language speech handler app.handler",
            "speech",
        ),
    ),
    "ALTER LANGUAGE": (Change("alter language speech rename to talk", "talk"),),
    "CREATE TRANSFORM": (
        Change(
            "create function app.from_sql(internal) returns internal language internal immutable as 'prsd_end'; "
            "create transform for app.mood language talk (from sql with function app.from_sql(internal))",
            "transform",
        ),
    ),
    "CREATE ACCESS METHOD": (Change("create access method pile type table handler heap_tableam_handler", "pile"),),
    "CREATE TEXT SEARCH CONFIGURATION": (
        Change("create text search configuration app.words (copy = pg_catalog.simple)", "words"),
    ),
    "ALTER TEXT SEARCH CONFIGURATION": (
        Change("alter text search configuration app.words drop mapping for email", "words"),
    ),
    "CREATE TEXT SEARCH DICTIONARY": (
        Change("create text search dictionary app.plain_words (template = simple)", "plain_words"),
    ),
    "ALTER TEXT SEARCH DICTIONARY": (
        Change("alter text search dictionary app.plain_words (accept = false)", "plain_words"),
    ),
    "CREATE TEXT SEARCH PARSER": (
        Change(
            "create text search parser app.reading (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, "
            "lextypes = prsd_lextype)",
            "reading",
        ),
    ),
    "ALTER TEXT SEARCH PARSER": (Change("alter text search parser app.reading set schema mere", "reading"),),
    "CREATE TEXT SEARCH TEMPLATE": (
        Change("create text search template app.template (lexize = dsimple_lexize)", "template"),
    ),
    "ALTER TEXT SEARCH TEMPLATE": (Change("alter text search template app.template set schema mere", "template"),),
    "ALTER DEFAULT PRIVILEGES": (
        Change(
            "alter default privileges for role everyone_a in schema app grant select on tables to everyone_b",
            "everyone_a",
        ),
        Change("alter default privileges for role everyone_a revoke execute on functions from public", "everyone_a"),
    ),
}
