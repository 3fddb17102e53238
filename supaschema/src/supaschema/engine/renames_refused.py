"""What is said of renames that are refused because of what other resources of the program declare."""

from __future__ import annotations

from supaschema.core.errors import DeclarationError, DependencyError, OwnershipError
from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.core.urn import resource_name


def swapped(pair: Rename) -> DeclarationError:
    """Return the refusal of a rename by which the program's renames lead back to where they began."""
    return DeclarationError(
        f"{pair.old} is to become {pair.new}, whose former name leads back to it: of names that are swapped nothing "
        "tells whether that was done.",
        field="renamedFrom",
        remedy="Rename one of them to a third name in a deployment of its own, and to its last name in the one after. "
        "A former name that every stack has left behind can be taken out.",
    )


def still_declared(former: ObjectId, later: ObjectId, owner: str) -> OwnershipError:
    """Return the refusal of a rename of what another resource of the program declares under its former name."""
    return OwnershipError(
        f'it is to become {later}, and resource "{resource_name(owner)}" declares it under its former name too.',
        where=str(former),
        remedy="Take it out of that resource, or take renamed_from out of the other one: a new one is then made.",
    )


def again_declared(former: ObjectId, later: ObjectId, owner: str) -> OwnershipError:
    """Return the refusal of a rename back of what another resource of the program declares, as was told later."""
    return OwnershipError(
        f'it would be called {later} again, as it was before, for resource "{resource_name(owner)}" was not declared '
        "yet.",
        where=str(former),
        remedy=f"Let the resource that declares {later} depend on this one: that is made anew then, beside it. If this "
        f"was no preview, take that resource out for one deployment before: {former} then has its name again, and all "
        "that it holds.",
    )


def name_is_taken(pair: Rename, other: str) -> DependencyError:
    """Return the refusal of a rename whose new name something else has."""
    return DependencyError(
        f"it is to become {pair.new}, and that name is taken by {other}.",
        where=str(pair.old),
        remedy="Nothing was changed. If a program declares what has the name, take that out of it in a deployment "
        "before this one; else drop or rename it, or choose another name.",
    )
