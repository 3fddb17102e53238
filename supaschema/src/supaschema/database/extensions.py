"""What is an extension's own, and not only said to be: whoever owns an extension may add to it what they own."""

from __future__ import annotations

from typing import LiteralString

OF_AN_EXTENSION: LiteralString = """d.deptype = 'e' and not exists (
      select from pg_catalog.pg_shdepend o_
        join pg_catalog.pg_database b_ on b_.oid = o_.dbid and b_.datname = pg_catalog.current_database()
        join pg_catalog.pg_roles r_ on r_.oid = o_.refobjid
       where o_.classid = d.classid and o_.objid = d.objid and o_.objsubid = 0 and o_.deptype = 'o'
         and not r_.rolsuper and r_.oid <> b_.datdba and r_.rolname <> current_user
         and r_.oid not in (select n_.nspowner from pg_catalog.pg_namespace n_ where n_.nspname = 'supaschema'))"""
"""Of a row `d` of `pg_depend`: whether its object is an extension's, and the extension's script made it.

Such scripts run as a superuser, or as whoever deploys. What anybody else owns they have added themselves, or by a
script that needs no superuser, and would have out of sight with it. The owner of a superuser's object is nowhere told
in `pg_shdepend`, or is that superuser.
"""
