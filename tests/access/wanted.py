"""What was asked for: who may do what, written by hand and compared with what the trials give.

Members and admins share a database role, so what only admins may do reaches no row of a member ("nothing") rather than
being refused, but for an INSERT, which has no row to miss.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from roles import MONITORED
from tests.access.people import ADMINS, ANON, MONITOR, READERS, STRANGER, Session
from tests.access.storage import BUCKETS
from tests.access.trials import Word

REFUSED, NOTHING, OWN, OTHER, ALL = Word.REFUSED, Word.NOTHING, Word.OWN, Word.OTHER, Word.ALL
YES, MISSING, ERROR = Word.YES, Word.MISSING, Word.ERROR


@dataclass(frozen=True, slots=True)
class Wanted:
    """What each kind of session may do. Readers and contributors are members; owners are admins."""

    service: Word
    members: Word = REFUSED
    admins: Word = REFUSED
    stranger: Word = REFUSED
    anon: Word = REFUSED
    monitor: Word = REFUSED

    def of(self, session: Session) -> Word:
        """Return the word for a session."""
        if session in READERS:
            return self.members
        if session in ADMINS:
            return self.admins
        others = {ANON.name: self.anon, STRANGER.name: self.stranger, MONITOR.name: self.monitor}
        return others.get(session.name, self.service)


_ALL_ROWS, _DONE = Wanted(ALL), Wanted(YES)
"""For the services alone."""
_READ = Wanted(ALL, members=OWN, admins=OWN, stranger=NOTHING)
_ADMINS_READ = Wanted(ALL, members=NOTHING, admins=OWN, stranger=NOTHING)
_ADMINS_CHANGE = _ADMINS_READ
_ADMINS_ADD = Wanted(YES, admins=YES)
_NOT_AWAY = Wanted(ALL, members=NOTHING, admins=REFUSED, stranger=NOTHING)

_STRUCTURE = {"truncate": _DONE, "refer to it by a foreign key": _DONE, "add a trigger": _DONE}
_SERVICES_WRITE = {
    "insert for the own org": _DONE,
    "insert for another org": _DONE,
    "update": _ALL_ROWS,
    "update: give to another org": _ALL_ROWS,
    "delete": _ALL_ROWS,
}
_EVERYBODY = Wanted(ALL, ALL, ALL, ALL, ALL)
_EVERYBODY_DOES = Wanted(YES, YES, YES, YES, YES)

_RELATIONS: Mapping[str, Mapping[str, Wanted]] = {
    "public.connector_configs": {
        "select": _READ,
        "select credentials, webhook_secret": _ALL_ROWS,
        "insert for the own org": _ADMINS_ADD,
        "insert for another org": _DONE,
        "insert for the own org, made by somebody else": _DONE,
        "update": _ADMINS_CHANGE,
        "update: made by somebody else": _NOT_AWAY,
        "update: give to another org": _NOT_AWAY,
        "delete": _ADMINS_CHANGE,
        "write the secrets": _ADMINS_CHANGE,
        "break a rule in every row": Wanted(ERROR, members=NOTHING, admins=ERROR, stranger=NOTHING),
        "upsert an own row": _ADMINS_ADD,
        "upsert another org's row": _DONE,
        "upsert, setting what is excluded": _DONE,
        "select *": _DONE,
        "select the row as JSON": _DONE,
        "select the row as text": _DONE,
        "copy into a table": _DONE,
        "order by a secret": _DONE,
        "group by a secret": _DONE,
        "update by a secret": _DONE,
        "update from a secret": _DONE,
        "update, returning a secret": _DONE,
        "delete by a secret": _DONE,
        "delete, returning a secret": _DONE,
        "sample a secret's statistics": Wanted(YES, NOTHING, NOTHING, NOTHING, NOTHING, monitor=NOTHING),
        **_STRUCTURE,
    },
    "public.imported_documents": {
        "select": _READ,
        "select what is softly deleted": _ADMINS_READ,
        **_SERVICES_WRITE,
        **_STRUCTURE,
    },
    "public.connector_sync_logs": {"select": _READ, **_SERVICES_WRITE, **_STRUCTURE},
    "public.connector_webhook_events": {"select": _ADMINS_READ, **_SERVICES_WRITE, **_STRUCTURE},
    "public.connector_actions": {"select": _ADMINS_READ, **_SERVICES_WRITE, **_STRUCTURE},
    "public.file_upload_batches": {
        "select": _READ,
        "insert for the own org, as themselves": Wanted(YES, members=YES, admins=YES),
        "insert for the own org, as somebody else": _DONE,
        "insert for the own org, as nobody": _DONE,
        **{verb: wanted for verb, wanted in _SERVICES_WRITE.items() if verb != "insert for the own org"},
        **_STRUCTURE,
    },
    "public.jobs": {
        # The application's own, which grants it to everybody without row level security: nothing is changed.
        **dict.fromkeys(("select", "update", "update: give to another org", "delete"), _EVERYBODY),
        **dict.fromkeys(("insert for the own org", "insert for another org", *_STRUCTURE), _EVERYBODY_DOES),
    },
    "private.webhook_rate_counters": {
        "select": _ALL_ROWS,
        "insert": _DONE,
        "update": _ALL_ROWS,
        "delete": _ALL_ROWS,
        **_STRUCTURE,
    },
    "private.queue_turns": {
        "select": _ALL_ROWS,
        **_SERVICES_WRITE,
        **_STRUCTURE,
    },
    "public.connector_analytics": {"select": _READ},
    "public.connector_health": {"select": _READ},
    "public.connector_storage_usage": {"select": _READ},
    "public.connector_webhook_health": {"select": _ADMINS_READ},
    "public.webhook_events": {"select": _ALL_ROWS, **_SERVICES_WRITE},
}

_OWN_BATCH = Wanted(YES, members=YES, admins=YES)
_OTHER_BATCH = Wanted(YES, members=MISSING, admins=MISSING)
_WHO_AM_I = Wanted(YES, members=YES, admins=YES, stranger=YES)
_NOBODY = Wanted(REFUSED)
_ADMINS_ACT = Wanted(REFUSED, admins=YES)
_OTHERS = Wanted(REFUSED, admins=MISSING)

_FUNCTIONS: Mapping[str, Mapping[str, Wanted]] = {
    "public.check_webhook_rate_limit": {"": _DONE},
    "public.claim_due_syncs": {"": _ALL_ROWS},
    "public.claim_waiting_documents": {"": _ALL_ROWS},
    "public.claim_webhook_events": {"": _ALL_ROWS},
    "public.cleanup_old_connector_imports": {"": _DONE},
    "public.increment_batch_failed": {"own batch": _OWN_BATCH, "another org's batch": _OTHER_BATCH},
    "public.increment_batch_processed": {
        "own batch": _OWN_BATCH,
        "another org's batch": _OTHER_BATCH,
        "another org's batch, by its other name": _OTHER_BATCH,
    },
    "public.purge_connector_sync_logs": {"": _DONE},
    "public.purge_connector_webhook_events": {"": _DONE},
    "public.unified_content_search": {
        "no org named": Wanted(ERROR, members=OWN, admins=OWN, stranger=NOTHING),
        "own org named": Wanted(OWN, members=OWN, admins=OWN, stranger=NOTHING),
        "another org named": Wanted(OTHER, stranger=NOTHING),
    },
    "public.pause_connector": {"own connector": _ADMINS_ACT, "another org's connector": _OTHERS},
    "public.resume_connector": {"own connector": _ADMINS_ACT, "another org's connector": _OTHERS},
    "public.sync_connector_now": {"own connector": _ADMINS_ACT, "another org's connector": _OTHERS},
    "public.change_connector_frequency": {"own connector": _ADMINS_ACT, "another org's connector": _OTHERS},
    "public.reset_connector_errors": {"own connector": _ADMINS_ACT, "another org's connector": _OTHERS},
    "public.retry_webhook_events": {"all of the own org": _ADMINS_ACT, "another org's connector": _OTHERS},
    "public.cancel_upload_batch": {"own batch": _ADMINS_ACT, "another org's batch": _OTHERS},
    "private.acting_admin": {"": _NOBODY},
    "private.sync_at_once": {"own connector": _NOBODY},
    "private.manage_connector": {"own connector": _ADMINS_ACT, "another org's connector": _OTHERS},
    "private.retry_own_webhook_events": {"all of the own org": _ADMINS_ACT, "another org's connector": _OTHERS},
    "private.cancel_own_upload_batch": {"own batch": _ADMINS_ACT, "another org's batch": _OTHERS},
    "private.count_any_batch_file": {"own batch": _DONE},
    "private.count_batch_file": {"own batch": _OWN_BATCH, "another org's batch": _OTHER_BATCH},
    "private.count_own_batch_file": {
        "own batch": Wanted(REFUSED, members=YES, admins=YES),
        "another org's batch": Wanted(REFUSED, members=MISSING, admins=MISSING),
    },
    "private.current_member": {"": _WHO_AM_I},
    "private.current_member_role": {"": _WHO_AM_I},
    "private.current_org_id": {"": _WHO_AM_I},
    "private.current_user_id": {"": _WHO_AM_I},
    "private.is_current_admin": {"": _WHO_AM_I},
    "private.count_progress": {"": _NOBODY},
    "private.guard_connector": {"": _NOBODY},
    "private.guard_upload_batch": {"": _NOBODY},
    "private.honour_run_after": {"": _NOBODY},
    "private.in_turn": {"": _DONE},
    **{f"private.{name}": {"": dataclasses.replace(_NOBODY, monitor=YES)} for name in MONITORED},
    "private.note_turns": {"": _DONE},
    "private.require_known_connector": {"": _NOBODY},
    "private.statuses_in_step": {"": _NOBODY},
    "private.touch_updated_at": {"": _NOBODY},
    "private.nearest_chunks": {"own org": _DONE},
    "private.search_org_content": {"own org": Wanted(OWN)},
    "private.search_own_content": {"": Wanted(REFUSED, members=OWN, admins=OWN, stranger=NOTHING)},
    "private.similar_titles": {"own org": _DONE},
}

# The platform grants storage.objects to every role, so what no policy allows finds no row.
_NO_FILES = Wanted(YES, NOTHING, NOTHING, NOTHING, NOTHING)
_FILES_READ = Wanted(ALL, members=OWN, admins=OWN, stranger=NOTHING, anon=NOTHING)
_FILES_CHANGE = Wanted(ALL, members=NOTHING, admins=OWN, stranger=NOTHING, anon=NOTHING)
_FILES_STAY = Wanted(ALL, members=NOTHING, admins=REFUSED, stranger=NOTHING, anon=NOTHING)
_FILES: Mapping[str, Wanted] = {
    "select": _FILES_READ,
    "select files in no folder": _NO_FILES,
    "select files whose path leads upward": _NO_FILES,
    "upload into the own folder": _ADMINS_ADD,
    "upload into another's folder": _DONE,
    "upload into no folder": _DONE,
    "upload into a folder without a name": _DONE,
    "upload a file named like the own folder": _DONE,
    "upload into the own id in capitals": _DONE,
    "upload into a second folder": _DONE,
    "upload from the own folder upward": _DONE,
    "upload a file named `..`": _DONE,
    "upload from a folder below upward": _DONE,
    "upload from the own folder upward, encoded": _DONE,
    "upload from the own folder upward by backslashes": _DONE,
    "upload a file whose name has a control character": _DONE,
    "upload into a folder below without a name": _DONE,
    "replace": _FILES_CHANGE,
    "move into another's folder": _FILES_STAY,
    "move out of every folder": _FILES_STAY,
    "move upward": _FILES_STAY,
    "move into another bucket": _FILES_STAY,
    "delete": _FILES_CHANGE,
    "see the bucket": _NO_FILES,
    "open the bucket": _NO_FILES,
}

WANTED: Mapping[str, Mapping[str, Wanted]] = {
    **_RELATIONS,
    **_FUNCTIONS,
    **dict.fromkeys(BUCKETS, _FILES),
    "schemas": {
        "public: make a table": _NOBODY,
        "private: make a table": _NOBODY,
        "supaschema: read any table": _NOBODY,
        "supaschema_archive: read any table": _NOBODY,
    },
}
"""By object and by what is tried."""

PRIVILEGES: Mapping[str, frozenset[str]] = {
    "public.connector_configs": frozenset({"INSERT", "UPDATE", "DELETE"}),
    "public.imported_documents": frozenset({"SELECT"}),
    "public.connector_sync_logs": frozenset({"SELECT"}),
    "public.connector_webhook_events": frozenset({"SELECT"}),
    "public.file_upload_batches": frozenset({"SELECT", "INSERT"}),
    "public.connector_actions": frozenset({"SELECT"}),
    "public.connector_analytics": frozenset({"SELECT"}),
    "public.connector_health": frozenset({"SELECT"}),
    "public.connector_storage_usage": frozenset({"SELECT"}),
    "public.connector_webhook_health": frozenset({"SELECT"}),
}
"""All that signed-in sessions hold on whole relations; anon and PUBLIC hold nothing anywhere."""
