"""What the lints refuse, declared as they would have it, where that is sure.

A deployment of it changes the database: the preview shows how. Pure.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from supaschema.declarations import Declaration, InlinePolicy, MaterializedView, Policy, Schema, TableAccess, View
from supaschema.lint.access import SCHEMA_PRIVILEGES, TABLE_PRIVILEGES, called_once, held_back

P = TypeVar("P", bound=InlinePolicy)


def tightened(declared: Declaration) -> Declaration:
    """Return a declaration as the lints would have it, as far as that is sure.

    Of grants without what end users would hold that no policy holds back; of policies with each helper that they call
    for every row called once a statement, which changes no answer.
    """
    match declared:
        case TableAccess():
            policies = tuple(map(_policy, declared.policies))
            grants = held_back(declared.grants, TABLE_PRIVILEGES)
            return msgspec.structs.replace(declared, policies=policies, grants=grants)
        case Policy():
            return _policy(declared)
        case View() | MaterializedView():
            return msgspec.structs.replace(declared, grants=held_back(declared.grants, TABLE_PRIVILEGES))
        case Schema():
            return msgspec.structs.replace(declared, grants=held_back(declared.grants, SCHEMA_PRIVILEGES))
        case _:
            return declared


def _policy(policy: P) -> P:
    texts = {name: getattr(policy, name) for name in ("using", "check")}
    return msgspec.structs.replace(policy, **{name: text and called_once(text) for name, text in texts.items()})
