"""What is tried on functions: one call at least of each, and more where the argument decides."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg import sql

from roles import MONITORED
from tests.access.planted import WORD
from tests.access.trials import Reading, Trial

_HITS = Reading.ORGANIZATIONS
_DONE = Reading.DONE

CALLS: Mapping[str, Mapping[str, tuple[str, Reading]]] = {
    "public.check_webhook_rate_limit": {"": ("(%(own_connector)s)", _DONE)},
    "public.claim_due_syncs": {"": ("()", _HITS)},
    "public.claim_waiting_documents": {"": ("()", _HITS)},
    "public.claim_webhook_events": {"": ("()", _HITS)},
    "public.cleanup_old_connector_imports": {"": ("(0, true)", _DONE)},
    "public.increment_batch_failed": {
        "own batch": ("(%(own_batch)s)", _DONE),
        "another org's batch": ("(%(other_batch)s)", _DONE),
    },
    "public.increment_batch_processed": {
        "own batch": ("(%(own_batch)s)", _DONE),
        "another org's batch": ("(%(other_batch)s)", _DONE),
        "another org's batch, by its other name": ("(batch_id_param => %(other_batch)s)", _DONE),
    },
    "public.purge_connector_sync_logs": {"": ("()", _DONE)},
    "public.purge_connector_webhook_events": {"": ("()", _DONE)},
    "public.unified_content_search": {
        "no org named": (f"('{WORD}')", _HITS),
        "own org named": (f"('{WORD}', search_org_id => %(own)s)", _HITS),
        "another org named": (f"('{WORD}', search_org_id => %(other)s)", _HITS),
    },
    "public.pause_connector": {
        "own connector": ("(%(own_connector)s)", _DONE),
        "another org's connector": ("(%(other_connector)s)", _DONE),
    },
    "public.resume_connector": {
        "own connector": ("(%(own_connector)s)", _DONE),
        "another org's connector": ("(%(other_connector)s)", _DONE),
    },
    "public.sync_connector_now": {
        "own connector": ("(%(own_connector)s)", _DONE),
        "another org's connector": ("(%(other_connector)s)", _DONE),
    },
    "public.change_connector_frequency": {
        "own connector": ("(%(own_connector)s, 'daily')", _DONE),
        "another org's connector": ("(%(other_connector)s, 'daily')", _DONE),
    },
    "public.reset_connector_errors": {
        "own connector": ("(%(own_connector)s)", _DONE),
        "another org's connector": ("(%(other_connector)s)", _DONE),
    },
    "public.retry_webhook_events": {
        "all of the own org": ("()", _DONE),
        "another org's connector": ("(%(other_connector)s)", _DONE),
    },
    "public.cancel_upload_batch": {
        "own batch": ("(%(own_batch)s)", _DONE),
        "another org's batch": ("(%(other_batch)s)", _DONE),
    },
    "private.acting_admin": {"": ("()", _DONE)},
    "private.sync_at_once": {"own connector": ("(%(own_connector)s, %(own)s, 'daily')", _DONE)},
    "private.manage_connector": {
        "own connector": ("(%(own_connector)s, 'pause')", _DONE),
        "another org's connector": ("(%(other_connector)s, 'pause')", _DONE),
    },
    "private.retry_own_webhook_events": {
        "all of the own org": ("()", _DONE),
        "another org's connector": ("(%(other_connector)s)", _DONE),
    },
    "private.cancel_own_upload_batch": {
        "own batch": ("(%(own_batch)s)", _DONE),
        "another org's batch": ("(%(other_batch)s)", _DONE),
    },
    "private.count_any_batch_file": {"own batch": ("(%(own_batch)s, false)", _DONE)},
    "private.count_batch_file": {
        "own batch": ("(%(own_batch)s, null, false)", _DONE),
        "another org's batch": ("(null, %(other_batch)s, false)", _DONE),
    },
    "private.count_own_batch_file": {
        "own batch": ("(%(own_batch)s, false)", _DONE),
        "another org's batch": ("(%(other_batch)s, false)", _DONE),
    },
    "private.count_progress": {"": ("()", _DONE)},
    "private.current_member": {"": ("()", _DONE)},
    "private.current_member_role": {"": ("()", _DONE)},
    "private.current_org_id": {"": ("()", _DONE)},
    "private.current_user_id": {"": ("()", _DONE)},
    "private.guard_connector": {"": ("()", _DONE)},
    "private.guard_upload_batch": {"": ("()", _DONE)},
    "private.honour_run_after": {"": ("()", _DONE)},
    "private.in_turn": {"": ("('syncs', array[%(own)s]::uuid[])", _DONE)},
    **{f"private.{name}": {"": ("()", _DONE)} for name in MONITORED},
    "private.note_turns": {"": ("('syncs', array[%(own)s]::uuid[])", _DONE)},
    "private.is_current_admin": {"": ("()", _DONE)},
    "private.require_known_connector": {"": ("()", _DONE)},
    "private.nearest_chunks": {"own org": ("(%(own)s, null)", _DONE)},
    "private.search_org_content": {"own org": (f"(%(own)s, '{WORD}', null, 20, 0, null)", _HITS)},
    "private.search_own_content": {"": (f"('{WORD}', null, 20, 0, null)", _HITS)},
    "private.statuses_in_step": {"": ("()", _DONE)},
    "private.similar_titles": {"own org": (f"(%(own)s, '{WORD}', null, 20, 0)", _DONE)},
    "private.touch_updated_at": {"": ("()", _DONE)},
}
"""By function and by what decides: the arguments, and how the rows are read."""


def call_trials(name: str) -> tuple[Trial, ...]:
    """Return the calls of one function; none where nobody has said how it is called."""
    function = sql.Identifier(*name.split("."))
    return tuple(
        Trial(name, what, sql.SQL("select {}").format(function) + sql.SQL(arguments), reading)
        for what, (arguments, reading) in CALLS.get(name, {}).items()
    )
