"""Declarations: what a program says that a database shall hold. Pure values, no database and no Pulumi."""

from supaschema.declarations.access import InlineAccess, InlinePolicy, Policy, PolicyCommand, TableAccess
from supaschema.declarations.base import Declaration, Grant, Privilege
from supaschema.declarations.index import Index, InlineIndex
from supaschema.declarations.object_set import ObjectSet
from supaschema.declarations.platform import Backfill, Bucket, CronJob, Schema
from supaschema.declarations.routine import (
    Argument,
    Function,
    Parallel,
    Trigger,
    TriggerEnabled,
    TriggerEvent,
    View,
    Volatility,
)
from supaschema.declarations.table import (
    Check,
    Column,
    Compression,
    ExistingRows,
    ForeignKey,
    IdentityOptions,
    OnDelete,
    PrimaryKey,
    Storage,
    Table,
    TablePatch,
    Unique,
)

__all__ = [
    "Argument",
    "Backfill",
    "Bucket",
    "Check",
    "Column",
    "Compression",
    "CronJob",
    "Declaration",
    "ExistingRows",
    "ForeignKey",
    "Function",
    "Grant",
    "IdentityOptions",
    "Index",
    "InlineAccess",
    "InlineIndex",
    "InlinePolicy",
    "ObjectSet",
    "OnDelete",
    "Parallel",
    "Policy",
    "PolicyCommand",
    "PrimaryKey",
    "Privilege",
    "Schema",
    "Storage",
    "Table",
    "TableAccess",
    "TablePatch",
    "Trigger",
    "TriggerEnabled",
    "TriggerEvent",
    "Unique",
    "View",
    "Volatility",
]
