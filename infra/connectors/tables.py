"""Columns that the tables of this stack share."""

from __future__ import annotations

from supaschema.declarations import Column, ForeignKey, OnDelete, PrimaryKey

ID_KEY = PrimaryKey(columns=("id",))

BELONGS_TO_ORGANIZATION = ForeignKey(columns=("org_id",), references="public.organizations", on_delete=OnDelete.CASCADE)
BELONGS_TO_CONNECTOR = ForeignKey(
    columns=("connector_id",), references="public.connector_configs", on_delete=OnDelete.CASCADE
)


def id_and_organization() -> tuple[Column, ...]:
    """Return the two columns that every table of a tenant begins with."""
    return (
        Column(name="id", type="uuid", default="gen_random_uuid()", nullable=False),
        Column(name="org_id", type="uuid", nullable=False),
    )


def counter(name: str, type: str = "integer") -> Column:
    """Return a column that counts from nought."""
    return Column(name=name, type=type, default="0", nullable=False)
