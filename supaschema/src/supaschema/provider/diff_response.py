"""What `Diff` found, as the engine takes it."""

from __future__ import annotations

from supaschema.provider.property_diff import Change
from supaschema.provider.protocol import provider_pb2
from supaschema.provider.results import DiffResult

_PROPERTY_DIFF = {
    Change.ADD: provider_pb2.PropertyDiff.ADD,
    Change.DELETE: provider_pb2.PropertyDiff.DELETE,
    Change.UPDATE: provider_pb2.PropertyDiff.UPDATE,
}
_REPLACE_DIFF = {
    Change.ADD: provider_pb2.PropertyDiff.ADD_REPLACE,
    Change.DELETE: provider_pb2.PropertyDiff.DELETE_REPLACE,
    Change.UPDATE: provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


def diff_response(found: DiffResult) -> provider_pb2.DiffResponse:
    """Return the answer of `Diff`."""
    kinds = _REPLACE_DIFF if found.replaces else _PROPERTY_DIFF
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if found.changed else provider_pb2.DiffResponse.DIFF_NONE,
        replaces=found.replaces,
        # The ledger knows the old object and the new one by one name: the old one goes first.
        deleteBeforeReplace=bool(found.replaces),
        diffs=list(found.properties),
        hasDetailedDiff=bool(found.properties),
        detailedDiff={
            path: provider_pb2.PropertyDiff(kind=kinds[change], inputDiff=True)
            for path, change in found.properties.items()
        },
    )
