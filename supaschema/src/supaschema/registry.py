"""The two registries: kinds of facts, and the resources that declare them. Order matters where it is said."""

from __future__ import annotations

from typing import Any

import msgspec

from supaschema.core.model import Definition
from supaschema.kinds.aggregate import AggregateKind
from supaschema.kinds.aggregate_grants import AggregateGrantsKind
from supaschema.kinds.backfill import BackfillKind
from supaschema.kinds.base import Kind
from supaschema.kinds.bucket import BucketKind
from supaschema.kinds.collation import CollationKind
from supaschema.kinds.column import ColumnKind
from supaschema.kinds.column_grants import ColumnGrantsKind
from supaschema.kinds.composite_attribute import CompositeAttributeKind
from supaschema.kinds.composite_type import CompositeTypeKind
from supaschema.kinds.constraint import ConstraintKind
from supaschema.kinds.cron_job import CronJobKind
from supaschema.kinds.default_grants import DefaultGrantsKind
from supaschema.kinds.domain import DomainKind
from supaschema.kinds.domain_check import DomainCheckKind
from supaschema.kinds.enum_type import EnumTypeKind
from supaschema.kinds.event_trigger import EventTriggerKind
from supaschema.kinds.extension import ExtensionKind
from supaschema.kinds.foreign_server import ForeignServerKind
from supaschema.kinds.foreign_server_grants import ForeignServerGrantsKind
from supaschema.kinds.function import FunctionKind
from supaschema.kinds.function_grants import FunctionGrantsKind
from supaschema.kinds.index import IndexKind
from supaschema.kinds.materialized_view import MaterializedViewKind
from supaschema.kinds.not_null import NotNullKind
from supaschema.kinds.policy import PolicyKind
from supaschema.kinds.procedure import ProcedureKind
from supaschema.kinds.procedure_grants import ProcedureGrantsKind
from supaschema.kinds.publication import PublicationKind
from supaschema.kinds.publication_schema import PublicationSchemaKind
from supaschema.kinds.publication_table import PublicationTableKind
from supaschema.kinds.range_type import RangeTypeKind
from supaschema.kinds.role import RoleKind
from supaschema.kinds.role_membership import RoleMembershipKind
from supaschema.kinds.row_security import RowSecurityKind
from supaschema.kinds.rule import RuleKind
from supaschema.kinds.schema import SchemaKind
from supaschema.kinds.schema_grants import SchemaGrantsKind
from supaschema.kinds.sequence import SequenceKind
from supaschema.kinds.sequence_grants import SequenceGrantsKind
from supaschema.kinds.sql import SqlKind
from supaschema.kinds.statistics import StatisticsKind
from supaschema.kinds.table import TableKind
from supaschema.kinds.table_grants import TableGrantsKind
from supaschema.kinds.trigger import TriggerKind
from supaschema.kinds.type_grants import TypeGrantsKind
from supaschema.kinds.user_mapping import UserMappingKind
from supaschema.kinds.view import ViewKind
from supaschema.kinds.view_column import ViewColumnKind
from supaschema.resources.aggregate import AggregateResource
from supaschema.resources.backfill import BackfillResource
from supaschema.resources.base import Resource
from supaschema.resources.bucket import BucketResource
from supaschema.resources.collation import CollationResource
from supaschema.resources.composite_type import CompositeTypeResource
from supaschema.resources.cron_job import CronJobResource
from supaschema.resources.default_privileges import DefaultPrivilegesResource
from supaschema.resources.domain import DomainResource
from supaschema.resources.enum_type import EnumTypeResource
from supaschema.resources.event_trigger import EventTriggerResource
from supaschema.resources.extension import ExtensionResource
from supaschema.resources.foreign_server import ForeignServerResource
from supaschema.resources.function import FunctionResource
from supaschema.resources.index import IndexResource
from supaschema.resources.materialized_view import MaterializedViewResource
from supaschema.resources.object_set import ObjectSetResource
from supaschema.resources.policy import PolicyResource
from supaschema.resources.procedure import ProcedureResource
from supaschema.resources.publication import PublicationResource
from supaschema.resources.publication_table import PublicationTableResource
from supaschema.resources.range_type import RangeTypeResource
from supaschema.resources.role import RoleResource
from supaschema.resources.role_membership import RoleMembershipResource
from supaschema.resources.schema import SchemaResource
from supaschema.resources.sequence import SequenceResource
from supaschema.resources.sql import SqlResource
from supaschema.resources.table import TableResource
from supaschema.resources.table_access import TableAccessResource
from supaschema.resources.table_patch import TablePatchResource
from supaschema.resources.trigger import TriggerResource
from supaschema.resources.user_mapping import UserMappingResource
from supaschema.resources.view import ViewResource

# Objects are made in this order and dropped in the reverse: row level security and policies stand before grants open.
_KINDS: tuple[Kind[Any], ...] = (
    RoleKind(),
    RoleMembershipKind(),
    SchemaKind(),
    SchemaGrantsKind(),
    DefaultGrantsKind(),
    ExtensionKind(),
    ForeignServerKind(),
    ForeignServerGrantsKind(),
    UserMappingKind(),
    CollationKind(),
    EnumTypeKind(),
    RangeTypeKind(),
    DomainKind(),
    DomainCheckKind(),
    CompositeTypeKind(),
    CompositeAttributeKind(),
    TypeGrantsKind(),
    SequenceKind(),
    TableKind(),
    ColumnKind(),
    NotNullKind(),
    ConstraintKind(),
    IndexKind(),
    StatisticsKind(),
    FunctionKind(),
    ProcedureKind(),
    AggregateKind(),
    ViewKind(),
    ViewColumnKind(),
    MaterializedViewKind(),
    RuleKind(),
    TriggerKind(),
    RowSecurityKind(),
    PolicyKind(),
    TableGrantsKind(),
    ColumnGrantsKind(),
    SequenceGrantsKind(),
    FunctionGrantsKind(),
    ProcedureGrantsKind(),
    AggregateGrantsKind(),
    PublicationKind(),
    PublicationSchemaKind(),
    PublicationTableKind(),
    BucketKind(),
    BackfillKind(),
    CronJobKind(),
    EventTriggerKind(),
    SqlKind(),
)

_MEMBERS: tuple[Resource[Any], ...] = (
    RoleResource(),
    RoleMembershipResource(),
    SchemaResource(),
    DefaultPrivilegesResource(),
    ExtensionResource(),
    ForeignServerResource(),
    UserMappingResource(),
    CollationResource(),
    EnumTypeResource(),
    DomainResource(),
    CompositeTypeResource(),
    RangeTypeResource(),
    SequenceResource(),
    TableResource(),
    TablePatchResource(),
    TableAccessResource(),
    PolicyResource(),
    IndexResource(),
    FunctionResource(),
    ProcedureResource(),
    AggregateResource(),
    ViewResource(),
    MaterializedViewResource(),
    TriggerResource(),
    EventTriggerResource(),
    PublicationResource(),
    PublicationTableResource(),
    BucketResource(),
    CronJobResource(),
    BackfillResource(),
    SqlResource(),
)

_RESOURCES: tuple[Resource[Any], ...] = (*_MEMBERS, ObjectSetResource(_MEMBERS))

KINDS: dict[str, Kind[Any]] = {kind.name: kind for kind in _KINDS}
"""Every kind by the name its ObjectIds bear, in the order of creation."""

DEFINITIONS: dict[str, type[Definition]] = {kind.name: kind.definition for kind in _KINDS}
"""The class of each kind's definitions, which the ledger holds."""

RESOURCES: dict[str, Resource[Any]] = {resource.token: resource for resource in _RESOURCES}
"""Every resource by its Pulumi token."""

# msgspec learns a class when it first reads one, and two threads that are first at once crash the process: one reads
# what the other has begun to write. So it learns them all here, in the one thread that imports.
for _class in (*(kind.definition for kind in _KINDS), *(resource.declaration for resource in _RESOURCES)):
    msgspec.json.Decoder(_class)
