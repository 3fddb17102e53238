"""No row that an end user writes names a row of another tenant: every foreign key that the catalog lets them write.

The keys are found in the catalog and tried one by one, so that one which comes later is tried as well. Row level
security does not look at what a foreign key names, and a row that is named cannot be deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, LiteralString, cast
from uuid import uuid4

import pytest
from psycopg import errors, sql
from psycopg.types.json import Jsonb

from tests.services.application import create_connector, document, file_path, import_documents, new_batch, store_file
from tests.services.tenants import Tenant
from tests.support.catalog import column, one
from tests.support.postgrest import insert, select, update
from tests.support.sessions import Connection, as_service

# Of every table that has row level security switched off, too: there the grants alone decide.
_WRITABLE: LiteralString = """
    select format('%I.%I', n.nspname, c.relname), names.written, format('%I.%I', rn.nspname, rc.relname), names.named
      from pg_constraint as k
      join pg_class as c on c.oid = k.conrelid join pg_namespace as n on n.oid = c.relnamespace
      join pg_class as rc on rc.oid = k.confrelid join pg_namespace as rn on rn.oid = rc.relnamespace
      cross join lateral (
        select array_agg(here.attname order by key.place) as written,
               array_agg(there.attname order by key.place) as named
          from unnest(k.conkey, k.confkey) with ordinality as key (here, there, place)
          join pg_attribute as here on here.attrelid = c.oid and here.attnum = key.here
          join pg_attribute as there on there.attrelid = rc.oid and there.attnum = key.there
      ) as names
      cross join unnest(array['anon', 'authenticated']) as role (name)
     where k.contype = 'f'
       and has_schema_privilege(role.name, n.oid, 'usage')
       and exists (
         select from unnest(k.conkey) as number
          where has_column_privilege(role.name, c.oid, number, 'insert')
             or has_column_privilege(role.name, c.oid, number, 'update')
       )
       and (not c.relrowsecurity or exists (
         select from pg_policy as p
          where p.polrelid = c.oid and p.polcmd in ('a', 'w', '*')
            and exists (
              select from unnest(p.polroles) as admitted
               where admitted = 0 or pg_has_role(role.name, admitted, 'usage')
            )
       ))
     group by 1, 2, 3, 4
     order by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Key:
    """A foreign key that some end user may write: its table and columns, and what they name."""

    table: str
    columns: tuple[str, ...]
    named: str
    named_columns: tuple[str, ...]

    @property
    def sql(self) -> sql.Identifier:
        """The table, quoted."""
        return sql.Identifier(*self.table.split("."))


def writable(connection: Connection) -> list[Key]:
    """Return every foreign key that the grants and policies let anon or authenticated write."""
    found = cast("list[tuple[str, list[str], str, list[str]]]", connection.execute(_WRITABLE).fetchall())
    return [Key(table, tuple(columns), named, tuple(others)) for table, columns, named, others in found]


@pytest.fixture
def rows(connection: Connection, tenant: Tenant, stranger: Tenant) -> None:
    """Return each of the two tenants a row of every table that its members may write."""
    for owner in (tenant, stranger):
        connector = create_connector(connection, owner, "zoom")
        new_batch(connection, owner, 3, by="admin")
        with as_service(connection):
            store_file(connection, "connector-imports", file_path(owner, "zoom", connector, "a.pdf"))


def row_of(connection: Connection, table: str, tenant: Tenant) -> dict[str, Any]:
    """Return a tenant's row as the database has it, without what the server itself writes."""
    where = {
        "public.organizations": "id = %s",
        "storage.objects": "bucket_id = 'connector-imports' and name like %s || '/%%'",
        # The platform's, of no tenant: what is not ours stands for another's.
        "storage.buckets": "id = 'recordings' and %s::text is not null",
    }.get(table, "org_id = %s")
    found = connection.execute(
        f"select to_jsonb(t) from {table} as t where {where} limit 1".encode(), [str(tenant.id)]
    ).fetchone()
    assert found, f"{table}: say how a row of it is made"
    written = column(
        connection,
        "select attname::text from pg_attribute where attrelid = %s::regclass and attnum > 0"
        " and not attisdropped and attgenerated = ''",
        table,
    )
    values = cast("dict[str, Any]", found[0])
    return {name: values[name] for name in values if name in written}


def write(connection: Connection, key: Key, row: dict[str, Any], *, over: bool = False) -> None:
    """Insert a row, or over the one that has its id."""
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    query = sql.SQL("insert into {0} ({1}) select {1} from jsonb_populate_record(null::{0}, %s)").format(key.sql, names)
    if over:
        changes = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in key.columns)
        query += sql.SQL(" on conflict (id) do update set {}").format(changes)
    connection.execute(query, [Jsonb(row)])


def fresh(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row like it that is not there yet."""
    return {**row, "id": str(uuid4()), **({"name": f"{row['name']}-{uuid4()}"} if row.get("name") else {})}


@pytest.mark.usefixtures("rows")
def test_no_key_that_an_end_user_writes_names_another_tenants_row(
    connection: Connection, tenant: Tenant, stranger: Tenant
) -> None:
    found = writable(connection)
    assert {(key.table, *key.columns) for key in found} >= {
        ("public.connector_configs", "org_id"),
        ("public.connector_configs", "created_by"),
        ("public.file_upload_batches", "org_id"),
        ("public.file_upload_batches", "user_id"),
        ("storage.objects", "bucket_id"),
    }
    for key in found:
        own, theirs = row_of(connection, key.table, tenant), row_of(connection, key.named, stranger)
        foreign = {name: theirs[other] for name, other in zip(key.columns, key.named_columns, strict=True)}
        # The very row with the own values is let in: nothing but the key keeps the other one out.
        with tenant.signed_in(connection, "admin"):
            write(connection, key, fresh(own))
        for over in (False, True):
            row = {**(own if over else fresh(own)), **foreign}
            with pytest.raises(errors.InsufficientPrivilege), tenant.signed_in(connection, "admin"):
                write(connection, key, row, over=over)
        assert changed(connection, tenant, key, own["id"], foreign) == 0
    # Nothing but what is their own keeps them from going.
    connection.execute("delete from connector_configs where org_id = %s", [stranger.id])
    connection.execute("delete from users where org_id = %s", [stranger.id])
    connection.execute("delete from organizations where id = %s", [stranger.id])


def changed(connection: Connection, tenant: Tenant, key: Key, row: str, values: dict[str, Any]) -> int:
    """Let the admin write values over a row; give how many rows it reached. None is no error: it may be no one's."""
    changes = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in values)
    query = sql.SQL("update {} set {} where id = %s").format(key.sql, changes)
    try:
        with tenant.signed_in(connection, "admin"):
            return connection.execute(query, [*values.values(), row]).rowcount
    except errors.InsufficientPrivilege:
        return 0


# Who made a connector


def test_an_admin_is_the_maker_of_a_connector_or_nobody_is(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "zoom", by="admin")
    for author in (tenant.members["owner"], None, tenant.members["owner"]):
        with tenant.signed_in(connection, "owner"):
            update(connection, "connector_configs", {"created_by": author}, id=connector)
        with as_service(connection):
            (row,) = select(connection, "connector_configs", "created_by", id=connector)
        assert row["created_by"] == author
    for other in ("admin", "reader"):
        with pytest.raises(errors.InsufficientPrivilege), tenant.signed_in(connection, "owner"):
            update(connection, "connector_configs", {"created_by": tenant.members[other]}, id=connector)


def test_a_connector_of_another_maker_is_changed_as_before(
    connection: Connection, tenant: Tenant, stranger: Tenant
) -> None:
    """Whatever its row says already: also where it has named another tenant's user since long ago."""
    connector = create_connector(connection, tenant, "zoom", by="admin")
    for author in (tenant.members["admin"], stranger.members["owner"]):
        connection.execute("update connector_configs set created_by = %s where id = %s", [author, connector])
        with tenant.signed_in(connection, "owner"):
            update(connection, "connector_configs", {"name": "Renamed", "created_by": author}, id=connector)
        assert one(connection, "select name from connector_configs where id = %s", connector) == "Renamed"


def test_a_service_names_whom_it_means(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with as_service(connection):
        update(connection, "connector_configs", {"created_by": tenant.members["reader"]}, id=connector)


# Documents: written by services alone


def test_a_document_goes_to_no_other_tenants_connector(
    connection: Connection, tenant: Tenant, stranger: Tenant
) -> None:
    theirs = create_connector(connection, stranger, "zoom")
    with pytest.raises(errors.ForeignKeyViolation, match="unknown connector"), as_service(connection):
        import_documents(connection, [document(tenant, theirs, "1")])
    own = create_connector(connection, tenant, "zoom")
    with as_service(connection):
        (made,) = import_documents(connection, [document(tenant, own, "1")])
    for change in ({"connector_id": theirs}, {"org_id": stranger.id}):
        with pytest.raises(errors.ForeignKeyViolation), as_service(connection):
            update(connection, "imported_documents", change, id=made["id"])


def test_a_document_that_names_a_strangers_connector_already_is_synced_as_before(
    connection: Connection, tenant: Tenant, stranger: Tenant
) -> None:
    own = create_connector(connection, tenant, "zoom")
    theirs = create_connector(connection, stranger, "zoom")
    with as_service(connection):
        (made,) = import_documents(connection, [document(tenant, own, "1")])
    connection.execute("alter table imported_documents disable trigger user")
    connection.execute("update imported_documents set connector_id = %s where id = %s", [theirs, made["id"]])
    connection.execute("alter table imported_documents enable trigger user")
    with as_service(connection):
        (again,) = import_documents(connection, [document(tenant, theirs, "1", title="Anew")])
        update(connection, "imported_documents", {"title": "Again", "connector_id": theirs}, id=made["id"])
    assert again["id"] == made["id"]


def test_a_document_without_a_connector_needs_none(connection: Connection, tenant: Tenant) -> None:
    with as_service(connection):
        insert(connection, "imported_documents", document(tenant, None, "1"))
