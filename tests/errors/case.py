"""Something that is wrong, and what must be said of it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.diagnostics import compare, errors, row
from tests.support.pulumi import Declared, Finished, said


@dataclass(frozen=True, slots=True)
class Case:
    """Something that is wrong.

    Attributes:
        title: What it is, for the page.
        what: The cause, as the message has it.
        where: The place, as the message has it.
        remedy: What the message says to do.
        declared: The resources of the program, where it is the program that is wrong.

    """

    title: str
    what: str
    where: str
    remedy: str
    declared: tuple[Declared, ...] = ()

    @property
    def name(self) -> str:
        """The name of the resource that is wrong: the last one."""
        return self.declared[-1].name

    def told(self, message: str, *, by_pulumi: bool = False) -> None:
        """Hold a message against the case and the page; Pulumi's own need not say the remedy."""
        from tests.errors.cases import ALL

        for part in (self.what, self.where) if by_pulumi else (self.what, self.where, self.remedy):
            assert part in message
        compare(row(self.title, message, self.remedy), [case.title for case in ALL])

    def ends(self, done: Finished, *, by_pulumi: bool = False) -> None:
        """Hold a run that failed against the case: one error, no traceback."""
        assert done.returncode != 0
        assert "Traceback" not in said(done)
        messages = errors(done)
        assert len(messages) == 1, said(done)
        self.told(messages[0], by_pulumi=by_pulumi)
