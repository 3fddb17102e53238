"""What another role made, which may do as it likes with it: the last rows of docs/errors.md."""

from __future__ import annotations

from supaschema.declarations import Backfill, Function
from tests.errors.case import Case
from tests.support.declared import notes
from tests.support.pulumi import Declared

STRANGE_LEDGER = Case(
    "a ledger that another role made",
    "schema supaschema belongs to stranger; schema supaschema_archive belongs to stranger: it could run what others "
    "wrote, with your rights.",
    "the ledger is not to be trusted: ",
    "Nothing of it was read. If another role made it, have the database's owner drop it (drop schema supaschema, "
    "supaschema_archive cascade), or deploy as the role that it belongs to. If it is yours, take away what is named.",
    (Declared("notes", notes()),),
)
STRANGE_SCHEMA = Case(
    "a schema that another role made",
    "schema hidden belongs to stranger, who may put anything in its place.",
    "function hidden.told(): ",
    "Nothing was changed. If it is meant, have it handed over (alter ... owner to postgres), or deploy as stranger; "
    "else drop it, or choose another name.",
    (Declared("told", Function(schema="hidden", name="told", returns="integer", language="sql", body="select 1")),),
)
STRANGE_TRIGGER = Case(
    "a trigger of another role where a back-fill writes",
    "trigger planted on table public.jobs calls function strange.fired() of stranger: it would run with your rights "
    "for every row that is written.",
    "public.jobs: ",
    "Nothing was changed. If it is meant, have that handed over (alter ... owner to the deploying role); else drop "
    "what calls it. Then run it again.",
    (Declared("fill", Backfill(name="fill", table="jobs", assignments={"status": "'done'"}, where="status is null")),),
)
STRANGE_EVENT = Case(
    "an event trigger that calls a function of another role",
    "it calls function strange.watch() of stranger, with your rights for every statement of a deployment.",
    "event trigger watching: ",
    "Nothing was changed. If it is meant, have the function handed over to a superuser; else have the event trigger "
    "dropped.",
    (Declared("notes", notes()),),
)
STRANGE = (STRANGE_LEDGER, STRANGE_SCHEMA, STRANGE_TRIGGER, STRANGE_EVENT)
