"""Statements of each of PostgreSQL's commands that make, alter or describe something: each changes a database."""

from __future__ import annotations

from typing import LiteralString

from tests.support.commands.change import Change
from tests.support.commands.others import OF_OTHERS
from tests.support.commands.relations import OF_RELATIONS
from tests.support.commands.said import OF_WHAT_IS_SAID

NOT_OF_A_SCHEMA = {
    "ALTER DATABASE": "its name, its owner, its grants; its settings are told",
    "ALTER GROUP": "roles are the server's, of all of its databases",
    "ALTER LARGE OBJECT": "rows",
    "ALTER ROLE": "roles are the server's; their settings in this database are told",
    "ALTER SYSTEM": "settings of the server",
    "ALTER TABLESPACE": "the server's",
    "ALTER USER": "roles are the server's",
    "CREATE DATABASE": "another one",
    "CREATE GROUP": "roles are the server's",
    "CREATE ROLE": "roles are the server's",
    "CREATE TABLESPACE": "the server's",
    "CREATE USER": "roles are the server's",
    "SECURITY LABEL": "it takes a provider of labels, which the tests' servers lack",
}
"""Commands that change no schema, and why."""

SAME_AS = {
    "ALTER ROUTINE": "ALTER FUNCTION",
    "CREATE TABLE AS": "CREATE TABLE",
    "IMPORT FOREIGN SCHEMA": "CREATE FOREIGN TABLE",
    "REASSIGN OWNED": "ALTER TABLE",
    "REVOKE": "GRANT",
    "SELECT INTO": "CREATE TABLE",
}
"""Commands that do what another one does."""

GROUND: LiteralString = """
create role everyone_a nologin;
create role everyone_b nologin;
create schema app;
create function app.id(text) returns text language sql immutable return $1;
create function app.less(text, text) returns boolean language sql immutable return $1 < $2;
create function app.touch() returns trigger language plpgsql as 'begin return new; end';
create function app.watch() returns event_trigger language plpgsql as 'begin end';
create function app.plus(integer, integer) returns integer language sql immutable return $1 + $2;
create table app.notes (id bigint primary key, body text, size integer, made_at timestamptz);
create table app.parts (id bigint, day date) partition by range (day);
create table app.part_loose (id bigint, day date);
create table app.parent (id bigint);
create extension file_fdw schema app;
"""

COMMANDS: dict[str, tuple[Change, ...]] = {**OF_RELATIONS, **OF_OTHERS, **OF_WHAT_IS_SAID}
