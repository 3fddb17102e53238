"""What can go wrong, by who must act.

    SupaschemaError
    +-- DeclarationError     the program declares something that cannot be
    +-- ConnectionRefused    the database cannot be reached or is not one that can be managed
    +-- OwnershipError       another resource, stack or database owns the object
    +-- ConsentError         the plan holds a hazard that the stack does not allow
    +-- DependencyError      something stands on an object that is to change or go; nothing was changed
    +-- PreconditionError           rows stand in the way; nothing was changed
    +-- ApplyError           a statement failed
        +-- NotThereError    something that an object needs is not there; nothing was changed
        +-- LockWaitError    could not acquire a lock within `lockWait`
        +-- PartialApplyError     some steps were applied, a later one failed

Every message says what was wrong, where, and what to do.
"""

from __future__ import annotations

from supaschema.core.lints import Lint
from supaschema.core.printable import line, lines


class SupaschemaError(Exception):
    """Base: `what` went wrong, `where` (an object, a file, a setting), and the `remedy`."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        """Take the three parts of the message; `where` and `remedy` may be empty."""
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(what)

    def __str__(self) -> str:
        """Return the message, printable. Only a statement in the remedy has lines of its own."""
        place = f"{line(self.where)}: " if self.where else ""
        advice = f" {lines(self.remedy)}" if self.remedy else ""
        return f"{place}{line(self.what)}{advice}"


class DeclarationError(SupaschemaError):
    """The program declares something that cannot be."""

    def __init__(
        self, what: str, *, where: str = "", remedy: str = "", field: str = "", lint: Lint | None = None
    ) -> None:
        """Take the parts of the message, the declaration's `field` that is wrong, and the rule, if it is one's."""
        self.field = field
        self.lint = lint
        super().__init__(what, where=where, remedy=remedy)


class ConnectionRefused(SupaschemaError):
    """The database cannot be reached, or is none that can be managed."""


class OwnershipError(SupaschemaError):
    """Another resource, stack or database owns the object."""


class ConsentError(SupaschemaError):
    """The plan holds a hazard that the stack does not allow."""


class DependencyError(SupaschemaError):
    """Something stands on an object that is to change or go, and cannot be recreated. Nothing was changed."""


class PreconditionError(SupaschemaError):
    """Rows stand in the way. Nothing was changed."""


class ApplyError(SupaschemaError):
    """A statement failed; its transaction was rolled back."""

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        remedy: str = "",
        statement: str = "",
        position: int | None = None,
        passing: bool = False,
    ) -> None:
        """Take the parts of the message, and what is known of the failure.

        Args:
            what: What went wrong.
            where: An object, a file, a setting.
            remedy: What to do.
            statement: The statement.
            position: The character of it that the server points at, from 0.
            passing: Whether the cause passes by itself, so that the same command may succeed.

        """
        self.statement = statement
        self.position = position
        self.passing = passing
        super().__init__(what, where=where, remedy=remedy)


class NotThereError(ApplyError):
    """Something that an object needs is not there. Nothing was changed."""


class LockWaitError(ApplyError):
    """A lock could not be acquired within `lockWait`."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        """Take the parts of the message: whoever holds the lock lets go of it some time."""
        super().__init__(what, where=where, remedy=remedy, passing=True)


class PartialApplyError(ApplyError):
    """Some steps were applied before one failed; the same command does the rest."""
