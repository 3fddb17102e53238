"""Extensions."""

from __future__ import annotations

from supaschema.declarations.base import Declaration


class Extension(Declaration, frozen=True, kw_only=True):
    """An extension; its version is the server's, or the platform's, to choose.

    One that exists already, as those that the platform made, stays when the resource goes.

    Attributes:
        name: Its name, as the server has it among those that are available.
        schema: The schema that its objects are in. Without it they stay where they are; one that is new goes where its
            control file says, and is refused where that says nothing.
        comment: Its comment. Without it the one that the extension brings stays; empty: none.

    """

    name: str
    schema: str | None = None
    comment: str | None = None
