"""An enum type as a definition."""

from __future__ import annotations

from supaschema.core.model import Definition


class EnumType(Definition, frozen=True, kw_only=True):
    """An enum type.

    Attributes:
        labels: Its labels, in the order in which its values are compared.
        owner: The role that owns it. What says nothing of it keeps it.
        comment: Its comment.
        renamed_labels: Labels, each with the one that it was before. A hint: no property of the live object.

    """

    labels: tuple[str, ...] = ()
    owner: str | None = None
    comment: str | None = None
    renamed_labels: tuple[tuple[str, str], ...] = ()


def likely_renames(old: EnumType, new: EnumType) -> dict[str, str]:
    """Return labels that come, each with one that goes from the same place: it may be meant to be that one."""
    # Of what stays every label has the place that it had.
    before, after = (
        [label if label in other.labels else None for label in one.labels] for one, other in ((old, new), (new, old))
    )
    if before != after:
        return {}
    pairs = zip(new.labels, old.labels, strict=True)
    return {label: former for label, former in pairs if label not in old.labels}
