"""The connector system of one stack."""

from __future__ import annotations

import gc
import sys

import pulumi

from connectors import auditing, machine_roles, monitoring, system
from connectors.area import provision
from connectors.settings import StackSettings
from supaschema.order import order_by_names
from supaschema.process import disable_core_dumps, lines
from supaschema.sdk import Provider

MESSAGE_WAS_SHOWN = 32
"""The exit code by which Pulumi's language host adds no error of its own."""

disable_core_dumps()
# The program lives for a second or two: looking for circles of garbage is a tenth of its work, and frees nothing.
gc.disable()
try:
    settings = StackSettings.load(pulumi.Config())
    managed = machine_roles.managed_database(settings)
except pulumi.RunError as error:
    pulumi.log.error(lines(str(error)))
    sys.exit(MESSAGE_WAS_SHOWN)

connection = settings.connection

order_by_names()
database = Provider(
    "database",
    supabase_url=connection.supabase_url,
    lock_timeout=connection.lock_timeout,
    lock_wait=connection.lock_wait,
    allow_hazards=connection.allow_hazards,
    lints=connection.lints,
    journal_days=connection.journal_days,
)
areas = system.areas(settings)
made = provision(areas, database, protect=settings.protect)
after = [made[name] for name in (auditing.QUEUE_PLANS, monitoring.MONITORING) if name in made]
machine_roles.provision(settings, managed, after)

pulumi.export("areas", {area.name: len(area.parts) for area in areas})
