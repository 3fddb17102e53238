"""What is an extension's own, and not only said to be: whoever owns an extension may add to it what they own."""

from __future__ import annotations

from typing import LiteralString

OF_AN_EXTENSION: LiteralString = """d.deptype = 'e' and not exists (
      select
        from (
          select o_.refobjid
            from pg_catalog.pg_shdepend o_
           where o_.classid = d.classid and o_.objid = d.objid and o_.objsubid = 0 and o_.deptype = 'o'
             and o_.dbid = (select i_.oid from pg_catalog.pg_database i_
                             where i_.datname = pg_catalog.current_database())
          union all
          select y_.typowner
            from pg_catalog.pg_cast k_ join pg_catalog.pg_type y_ on y_.oid in (k_.castsource, k_.casttarget)
           where d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass and k_.oid = d.objid
          union all
          select y_.typowner
            from pg_catalog.pg_transform k_ join pg_catalog.pg_type y_ on y_.oid = k_.trftype
           where d.classid = 'pg_catalog.pg_transform'::pg_catalog.regclass and k_.oid = d.objid
        ) owner_(oid)
        join pg_catalog.pg_roles r_ on r_.oid = owner_.oid
        join pg_catalog.pg_database b_ on b_.datname = pg_catalog.current_database()
       where not r_.rolsuper and r_.oid <> b_.datdba and r_.rolname <> current_user
         and r_.oid not in (select n_.nspowner from pg_catalog.pg_namespace n_ where n_.nspname = 'supaschema'))"""
"""Of a row `d` of `pg_depend`: whether its object is an extension's, and the extension's script made it.

Such scripts run as a superuser, or as whoever deploys. What anybody else owns they have added themselves, or by a
script that needs no superuser, and would have out of sight with it. The owner of a superuser's object is nowhere told
in `pg_shdepend`, or is that superuser. A cast or a transform has no owner: it is added by whoever owns a type of it.
The checks of `sql/checks` ask the same of the owner (`checks.extension_makers` in `scope.sql`).
"""
