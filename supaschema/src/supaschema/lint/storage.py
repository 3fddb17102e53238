"""What declared policies on storage leave open: Supabase's linter does not look there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.quoted import in_quotes
from supaschema.declarations import Policy, PolicyCommand
from supaschema.lint.access import plain
from supaschema.supabase.roles import END_USERS

_BUCKET = re.compile(r"\bbucket_id\b", re.IGNORECASE)
_WHOSE = re.compile(r"\b(name|path_tokens|owner|owner_id|user_metadata)\b", re.IGNORECASE)


def storage_problems(policy: Policy) -> Iterator[DeclarationError]:
    """Return what a policy on `storage.objects` or `storage.buckets` lets end users reach beyond what is theirs."""
    exposed = ", ".join(role for role in policy.to if role in END_USERS)
    if not exposed or not policy.permissive:
        return
    named = in_quotes(policy.name)
    writes = policy.command is not PolicyCommand.SELECT
    if policy.table == "buckets" and writes:
        what = f"policy {named} lets {exposed} change buckets: they could make one public."
        remedy = "Let the services manage buckets."
        yield DeclarationError(what, field="command", remedy=remedy, lint=Lint.OPEN_STORAGE)
    if policy.table != "objects":
        return
    for name in ("using", "check"):
        clause = getattr(policy, name)
        if clause is None:
            continue
        if not _BUCKET.search(plain(clause)):
            what = f"policy {named} opens every bucket to {exposed}, those to come included."
            remedy = "Begin it with bucket_id = '...'."
            yield DeclarationError(what, field=name, remedy=remedy, lint=Lint.OPEN_STORAGE)
        elif writes and not _WHOSE.search(plain(clause)):
            what = f"policy {named} lets {exposed} write any file of the bucket, whoever's it is."
            remedy = (
                "Compare the folder: (storage.foldername(objects.name))[1] = (select private.current_org_id())::text."
            )
            yield DeclarationError(what, field=name, remedy=remedy, lint=Lint.OPEN_STORAGE)
