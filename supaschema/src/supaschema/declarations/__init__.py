"""Declarations: what a program says that a database shall hold. Pure values, no database and no Pulumi."""

from supaschema.declarations.access import InlineAccess, InlinePolicy, Policy, PolicyCommand, TableAccess
from supaschema.declarations.base import Declaration, Grant, Privilege
from supaschema.declarations.constraints import (
    Check,
    Deferrable,
    Exclusion,
    ForeignKey,
    Match,
    OnDelete,
    OnUpdate,
    PrimaryKey,
    Unique,
)
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
    Column,
    Compression,
    ExistingRows,
    IdentityOptions,
    Storage,
    Table,
    TablePatch,
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
    "Deferrable",
    "Exclusion",
    "ExistingRows",
    "ForeignKey",
    "Function",
    "Grant",
    "IdentityOptions",
    "Index",
    "InlineAccess",
    "InlineIndex",
    "InlinePolicy",
    "Match",
    "ObjectSet",
    "OnDelete",
    "OnUpdate",
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
