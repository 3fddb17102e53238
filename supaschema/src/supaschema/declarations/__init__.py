"""Declarations: what a program says that a database shall hold. Pure values, no database and no Pulumi."""

from supaschema.core.hazards import Hazard
from supaschema.declarations.aggregate import Aggregate, FinalfuncModify
from supaschema.declarations.backfill import Backfill
from supaschema.declarations.base import Declaration, Grant, Privilege
from supaschema.declarations.bucket import Bucket
from supaschema.declarations.collation import Collation, CollationProvider
from supaschema.declarations.column import Column, Compression, ExistingRows, IdentityOptions, Storage
from supaschema.declarations.composite_type import CompositeAttribute, CompositeType
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
from supaschema.declarations.cron_job import CronJob
from supaschema.declarations.default_privileges import DefaultPrivileges, NewObjects
from supaschema.declarations.domain import Domain, DomainCheck
from supaschema.declarations.enum_type import EnumType
from supaschema.declarations.event_trigger import DatabaseEvent, EventTrigger
from supaschema.declarations.extension import Extension
from supaschema.declarations.foreign_server import ForeignServer
from supaschema.declarations.function import Argument, Function, Parallel, Volatility
from supaschema.declarations.index import Index, InlineIndex
from supaschema.declarations.materialized_view import MaterializedView
from supaschema.declarations.object_set import ObjectSet
from supaschema.declarations.policy import InlinePolicy, Policy, PolicyCommand
from supaschema.declarations.procedure import Procedure
from supaschema.declarations.publication import Publication, PublishedOperation, PublishedTable
from supaschema.declarations.publication_table import PublicationTable
from supaschema.declarations.range_type import RangeType
from supaschema.declarations.role import Role
from supaschema.declarations.role_membership import RoleMembership
from supaschema.declarations.schema import Schema
from supaschema.declarations.sequence import Sequence
from supaschema.declarations.sql import Sql
from supaschema.declarations.table import Table
from supaschema.declarations.table_access import InlineAccess, TableAccess
from supaschema.declarations.table_patch import TablePatch
from supaschema.declarations.trigger import Trigger, TriggerEnabled, TriggerEvent
from supaschema.declarations.user_mapping import UserMapping
from supaschema.declarations.view import View

__all__ = [
    "Aggregate",
    "Argument",
    "Backfill",
    "Bucket",
    "Check",
    "Collation",
    "CollationProvider",
    "Column",
    "CompositeAttribute",
    "CompositeType",
    "Compression",
    "CronJob",
    "DatabaseEvent",
    "Declaration",
    "DefaultPrivileges",
    "Deferrable",
    "Domain",
    "DomainCheck",
    "EnumType",
    "EventTrigger",
    "Exclusion",
    "ExistingRows",
    "Extension",
    "FinalfuncModify",
    "ForeignKey",
    "ForeignServer",
    "Function",
    "Grant",
    "Hazard",
    "IdentityOptions",
    "Index",
    "InlineAccess",
    "InlineIndex",
    "InlinePolicy",
    "Match",
    "MaterializedView",
    "NewObjects",
    "ObjectSet",
    "OnDelete",
    "OnUpdate",
    "Parallel",
    "Policy",
    "PolicyCommand",
    "PrimaryKey",
    "Privilege",
    "Procedure",
    "Publication",
    "PublicationTable",
    "PublishedOperation",
    "PublishedTable",
    "RangeType",
    "Role",
    "RoleMembership",
    "Schema",
    "Sequence",
    "Sql",
    "Storage",
    "Table",
    "TableAccess",
    "TablePatch",
    "Trigger",
    "TriggerEnabled",
    "TriggerEvent",
    "Unique",
    "UserMapping",
    "View",
    "Volatility",
]
