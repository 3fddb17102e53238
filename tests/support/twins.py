"""For each check of a database, an object that it must raise beside one, as like as can be, that it must not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Twin:
    """SQL that makes a bad object, and SQL that makes a good one.

    Attributes:
        bad: What the check raises.
        finds: The object of the finding.
        good: What it does not raise.
        before: What both need.
        platform: Whether it takes the platform's rights, not the owner's.

    """

    bad: str
    finds: str
    good: str
    before: str = ""
    platform: bool = False


def _table(name: str, columns: str = "id int primary key, org_id int", *, secure: bool = True) -> str:
    closed = f"alter table public.{name} enable row level security;" if secure else ""
    return (
        f"create table public.{name} ({columns}); {closed}"
        f" revoke all on public.{name} from public, anon, authenticated, service_role;"
    )


def _policies(using: str, command: str = "select", to: str = "authenticated") -> str:
    clause = "with check" if command == "insert" else "using"
    return f"create policy bad on public.notes for {command} to {to} {clause} ({using})"


def _good(using: str, command: str = "select", to: str = "authenticated") -> str:
    return _policies(using, command, to).replace("policy bad", "policy good")


_OWNED = "id int primary key, org int, note int"
_WRITTEN = (
    "grant insert, update on public.{0} to authenticated;"
    " create policy p on public.{0} for insert to authenticated with check ({1});"
)
_NOTES = _table("notes") + "create table public.members (org int, sub text);"
_ON_NOTES = "policy bad on public.notes"
_FILES = "create policy {} on storage.objects for {} to {} {} ({})"
_ON_FILES = "policy bad on storage.objects"
_OWN_FOLDER = "bucket_id = 'files' and (storage.foldername(name))[1] = (select auth.jwt() ->> 'org')"
_BUCKETS = "insert into storage.buckets (id, name, public, allowed_mime_types) values ('{0}', '{0}', {1}, {2});"

_TABLES = {
    "row_security_off": Twin(
        bad=_table("bad", secure=False) + "grant update (org_id) on public.bad to authenticated",
        finds="public.bad",
        good=_table("good", secure=False) + "grant all on public.good to service_role",
    ),
    "policies_without_row_security": Twin(
        before=_table("notes"),
        bad=_table("bad", secure=False) + "create policy p on public.bad using (true)",
        finds="public.bad",
        good="create policy p on public.notes using (true)",
    ),
    "no_policy": Twin(
        bad=_table("bad"),
        finds="public.bad",
        good=_table("good") + "create policy p on public.good to service_role using (true)",
    ),
    "secrets_readable": Twin(
        bad=_table("bad", "id int primary key, api_key text") + "grant select on public.bad to authenticated",
        finds="public.bad.api_key",
        good=_table("good", "id int primary key, api_key text")
        + "grant select (id), insert (api_key), update (api_key) on public.good to authenticated",
    ),
    "granted_to_anon": Twin(
        bad=_table("bad") + "grant select (id) on public.bad to public",
        finds="public.bad",
        good=_table("good") + "grant select, insert on public.good to authenticated",
    ),
    "grants_past_policies": Twin(
        bad=_table("bad") + "grant truncate on public.bad to authenticated",
        finds="public.bad",
        good=_table("good") + "grant select, insert, update, delete on public.good to authenticated",
    ),
    "schema_open_to_makers": Twin(
        bad="create schema bad; grant create on schema bad to public",
        finds="bad",
        good="create schema good; grant usage on schema good to public; grant create on schema good to service_role",
    ),
    "owned_by_another_role": Twin(
        before="create role helper; create role team; grant team to postgres; create schema parts;",
        bad="create table public.bad (id int primary key); alter table public.bad owner to helper",
        finds="public.bad",
        good="create table public.good (id int primary key); create table public.better (id int primary key);"
        " alter table public.good owner to postgres; alter table public.better owner to team",
        platform=True,
    ),
    "trigger_of_another_role": Twin(
        before=_table("notes") + "create table public.lists (id int); create role helper;"
        " create function public.hers() returns trigger language plpgsql as 'begin return new; end';"
        " alter function public.hers() owner to helper;"
        " create function public.ours() returns trigger language plpgsql as 'begin return new; end';"
        " alter function public.ours() owner to postgres;",
        bad="create trigger bad before update on public.notes for each row execute function public.hers()",
        finds="public.notes",
        good="create trigger good before update on public.lists for each row execute function public.ours();"
        " create trigger off before update on public.lists for each row execute function public.hers();"
        " alter table public.lists disable trigger off",
        platform=True,
    ),
    "table_without_primary_key": Twin(
        bad=_table("bad", "id int unique"), finds="public.bad", good=_table("good", "id int primary key")
    ),
    "foreign_key_without_index": Twin(
        before=_table("notes"),
        bad=_table(
            "bad", "id int primary key, note int, constraint bad foreign key (note) references public.notes (id)"
        )
        + "create index on public.bad (note) where id > 0; create index on public.bad (id, note)",
        finds="public.bad: bad",
        good=_table("good", "id int primary key, note int references public.notes (id)")
        + "create index on public.good (note, id) where note is not null",
    ),
    "foreign_key_names_anything": Twin(
        before=_table("notes") + "create function public.set_note() returns trigger language plpgsql"
        " as 'begin new.note := null; return new; end';",
        bad=_table("bad", f"{_OWNED}, constraint bad foreign key (note) references public.notes (id)")
        + _WRITTEN.format("bad", "org = 1"),
        finds="public.bad: bad",
        good=_table("good", f"{_OWNED}, foreign key (note) references public.notes (id)")
        + _WRITTEN.format("good", "org = 1 and note in (select id from public.notes)")
        + _table("gone", f"{_OWNED}, foreign key (note) references public.notes (id) on delete set null")
        + _WRITTEN.format("gone", "org = 1")
        + _table("kept", f"{_OWNED}, foreign key (note) references public.notes (id)")
        + _WRITTEN.format("kept", "org = 1")
        + "create trigger t before insert or update on public.kept for each row execute function public.set_note();",
    ),
    "foreign_key_to_auth_unique": Twin(
        bad=_table(
            "bad", "id int primary key, phone text, constraint bad foreign key (phone) references auth.users (phone)"
        ),
        finds="public.bad: bad",
        good=_table("good", "id uuid primary key references auth.users (id)"),
    ),
    "duplicate_index": Twin(
        before=_table("notes", "id int primary key, org_id int"),
        bad="create index bad on public.notes (id)",
        finds="public.bad",
        good="create index good on public.notes (org_id); create index better on public.notes (org_id desc)",
    ),
    "invalid_index": Twin(
        before="create table public.parts (id int) partition by range (id);"
        " create table public.part partition of public.parts for values from (0) to (9);",
        bad="create index bad on only public.parts (id)",
        finds="public.bad",
        good="create index good on public.parts (id)",
    ),
    "upgrade_blocking_type": Twin(
        bad=_table("bad", "id int primary key, handler regproc[]"),
        finds="public.bad.handler",
        good=_table("good", "id int primary key, handler text, owner regrole, relation regclass"),
    ),
    "autovacuum_off": Twin(
        bad=_table("bad") + "alter table public.bad set (autovacuum_enabled = off)",
        finds="public.bad",
        good=_table("good") + "alter table public.good set (autovacuum_vacuum_threshold = 500)",
    ),
}

_READ = "grant select on public.{} to authenticated"
_ROUTINES = {
    "view_with_owner_rights": Twin(
        before=_NOTES,
        bad="create view public.bad as select id from public.notes;" + _READ.format("bad"),
        finds="public.bad",
        good="create view public.good with (security_invoker = on) as select id from public.notes;"
        + _READ.format("good"),
    ),
    "accounts_exposed": Twin(
        bad="create schema hidden; create view hidden.accounts as select email from auth.users;"
        " create view public.bad with (security_invoker) as select email from hidden.accounts;" + _READ.format("bad"),
        finds="public.bad",
        good="create view public.good with (security_invoker) as select email from auth.users;" + _READ.format("good"),
    ),
    "materialized_view_exposed": Twin(
        before=_NOTES,
        bad="create materialized view public.bad as select id from public.notes;" + _READ.format("bad"),
        finds="public.bad",
        good="create materialized view public.good as select id from public.notes;"
        " revoke all on public.good from public, anon, authenticated",
    ),
    "foreign_table_exposed": Twin(
        before="create foreign data wrapper away; create server far foreign data wrapper away;",
        bad="create foreign table public.bad (id int) server far;" + _READ.format("bad"),
        finds="public.bad",
        good="create foreign table public.good (id int) server far;"
        " revoke all on public.good from public, anon, authenticated",
        platform=True,
    ),
    "function_search_path": Twin(
        bad="create function public.bad(int) returns int language sql return 1",
        finds="public.bad(integer)",
        good="create function public.good(int) returns int language sql set search_path = pg_catalog, pg_temp return 1",
    ),
    "definer_search_path": Twin(
        bad="create function public.bad() returns int language sql security definer set search_path = '' return 1",
        finds="public.bad()",
        good="create function public.good() returns int language sql security definer"
        " set search_path = pg_catalog, pg_temp return 1;"
        " create function public.better() returns int language sql security definer"
        " set search_path = public, pg_temp return 1;"
        " create function public.other() returns int language sql set search_path = '' return 1",
    ),
    "definer_function_exposed": Twin(
        bad="create function public.bad() returns int language sql security definer set search_path = '' return 1",
        finds="public.bad()",
        good="create function public.good() returns int language sql security definer set search_path = '' return 1;"
        " revoke all on function public.good() from public, anon, authenticated;"
        " create function public.other() returns int language sql set search_path = '' return 1",
    ),
    "function_open_to_anon": Twin(
        bad="create function public.bad() returns int language sql return 1",
        finds="public.bad()",
        good="create function public.good() returns int language sql return 1;"
        " revoke all on function public.good() from public, anon",
    ),
    "extension_in_public": Twin(
        before="drop extension pg_trgm cascade;",
        bad="create extension pg_trgm schema public",
        finds="extension pg_trgm",
        good="create extension pg_trgm schema extensions",
        platform=True,
    ),
    "extension_outdated": Twin(
        bad="update pg_extension set extversion = '0.1' where extname = 'pg_trgm'",
        finds="extension pg_trgm",
        good="select",
        platform=True,
    ),
    "extension_deprecated": Twin(
        bad="update pg_extension set extname = 'plv8' where extname = 'pg_trgm'",
        finds="extension plv8",
        good="update pg_extension set extname = 'plv9' where extname = 'pg_trgm'",
        platform=True,
    ),
    "graphql_shows_relation": Twin(
        before="update pg_extension set extname = 'pg_graphql' where extname = 'pg_trgm';",
        bad=_table("bad") + "grant select (id) on public.bad to authenticated",
        finds="public.bad",
        good=_table("good") + "grant select on public.good to service_role",
        platform=True,
    ),
    "queue_exposed": Twin(
        before="create schema pgmq; create schema pgmq_public; grant usage on schema pgmq_public to authenticated;",
        bad="create table pgmq.q_bad (id int)",
        finds="pgmq.q_bad",
        good="create table pgmq.q_good (id int); alter table pgmq.q_good enable row level security",
    ),
}

_POLICIES = {
    "policy_always_true": Twin(
        before=_NOTES,
        bad=_policies("1 = 1", "insert"),
        finds=_ON_NOTES,
        good=_good("true", "select") + ";" + _good("true", "all", "service_role").replace("good", "better"),
    ),
    "policy_true_when_signed_out": Twin(
        before=_NOTES,
        bad=_policies("org_id = 1 or (select auth.jwt() ->> 'sub') is null"),
        finds=_ON_NOTES,
        good=_good("(org_id = 1 or (select auth.uid()) is null) and (select auth.uid()) is null"),
    ),
    "policy_for_everybody": Twin(
        before=_NOTES,
        bad=_policies("org_id = 1", to="public"),
        finds=_ON_NOTES,
        good=_good("org_id = 1", to="anon, authenticated"),
    ),
    "policy_reads_user_metadata": Twin(
        before=_NOTES,
        bad=_policies("org_id = (select (auth.jwt() -> 'user_metadata' ->> 'org')::int)"),
        finds=_ON_NOTES,
        good=_good("org_id = (select (auth.jwt() -> 'app_metadata' ->> 'org')::int)"),
    ),
    "policy_calls_per_row": Twin(
        before=_NOTES,
        bad=_policies("org_id = 1 and (select auth.uid()) is not null and auth.uid() is not null"),
        finds=_ON_NOTES,
        good=_good(
            "org_id = (select ((auth.jwt() -> 'app_metadata') ->> 'org')::int) and (select auth.uid()) is not null"
        ),
    ),
    "policy_in_helper": Twin(
        before=_NOTES,
        bad=_policies("org_id::text in (select auth.role())"),
        finds=_ON_NOTES,
        good=_good("org_id::text = (select auth.role()) or org_id in (select m.org from public.members as m)"),
    ),
    "policy_compares_with_itself": Twin(
        before=_NOTES,
        bad=_policies("org_id in (select org_id from public.members where sub = 'me')"),
        finds=_ON_NOTES,
        good=_good("org_id in (select m.org from public.members as m)")
        + ";"
        + _good("org_id in (select org_id from public.notes)", "delete").replace("good", "better"),
    ),
    "policies_overlap": Twin(
        before=_NOTES,
        bad=_policies("true") + ";" + _good("org_id = 1", "all", "public"),
        finds="public.notes",
        good=_policies("true") + ";" + _good("org_id = 1", "delete", "public") + ";"
        "create policy third on public.notes to service_role using (true);"
        "create policy fourth on public.notes to service_role using (true)",
    ),
}

_STORAGE = {
    "storage_policy_without_bucket": Twin(
        bad=_FILES.format("bad", "insert", "authenticated", "with check", "(storage.foldername(name))[1] = 'a'"),
        finds=_ON_FILES,
        good=_FILES.format("good", "insert", "authenticated", "with check", _OWN_FOLDER),
    ),
    "storage_policy_without_folder": Twin(
        bad=_FILES.format("bad", "delete", "authenticated", "using", "bucket_id = 'name'"),
        finds=_ON_FILES,
        good=_FILES.format("good", "delete", "authenticated", "using", _OWN_FOLDER),
    ),
    "storage_buckets_writable": Twin(
        bad="create policy bad on storage.buckets for update to authenticated using (id = 'x')",
        finds="policy bad on storage.buckets",
        good="create policy good on storage.buckets for select to authenticated using (id = 'x')",
    ),
    "public_bucket_listing": Twin(
        before=_BUCKETS.format("open", "true", "array['image/png']") + _BUCKETS.format("files", "false", "null"),
        bad=_FILES.format("bad", "select", "anon", "using", "bucket_id = 'open'"),
        finds="bucket 'open'",
        good=_FILES.format("good", "select", "anon", "using", "bucket_id = 'files'"),
    ),
    "public_bucket_admits_documents": Twin(
        bad=_BUCKETS.format("bad", "true", "array['image/png', 'application/pdf']"),
        finds="bucket 'bad'",
        good=_BUCKETS.format("good", "true", "array['image/png', 'font/woff2']")
        + _BUCKETS.format("better", "false", "null"),
    ),
}

TWINS = {**_TABLES, **_ROUTINES, **_POLICIES, **_STORAGE}
"""By the check's name."""
