"""An enum type as a definition."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from supaschema.core.model import Definition
from supaschema.ledger.state import LabelRename


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


def renamed(old: EnumType, new: EnumType) -> dict[str, str]:
    """Return the labels that are renamed, each with its new name."""
    return {
        former: label
        for label, former in new.renamed_labels
        if label in new.labels and former in old.labels and label not in old.labels and former not in new.labels
    }


def in_place(old: EnumType, new: EnumType) -> tuple[str, ...] | None:
    """Return the labels after the renames; None: one goes besides, or they are ordered anew."""
    names = renamed(old, new)
    labels = tuple(names.get(label, label) for label in old.labels)
    return labels if labels == tuple(label for label in new.labels if label in labels) else None


def way_back(declared: EnumType, live: EnumType, log: Sequence[LabelRename]) -> EnumType:
    """Return a declaration with the renames by which labels are called again as they were; as it is if that is open.

    A program that is as it was before a rename says nothing of it: it has the former name, and the later one no more.

    Args:
        declared: What the program declares.
        live: The type as it is.
        log: Which of its labels were renamed, the latest last.

    """
    known = renamed(live, declared)
    left = {label for label in live.labels if label not in declared.labels and label not in known}
    found = list[tuple[str, str]]()
    for label in declared.labels:
        names = set() if label in live.labels or label in known.values() else _names_now(label, log)
        found += [(label, now) for now in names & left if len(names) == 1]
    back = msgspec.structs.replace(declared, renamed_labels=(*declared.renamed_labels, *found))
    is_open = len({now for _, now in found}) < len(found) or in_place(live, back) is None
    return declared if is_open else back


def _names_now(label: str, log: Sequence[LabelRename]) -> set[str]:
    # More than one where a label got the name after another one had left it.
    found = set()
    for place, step in enumerate(log):
        if step.former == label:
            name = step.later
            for later in log[place + 1 :]:
                name = later.later if later.former == name else name
            found.add(name)
    return found


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
