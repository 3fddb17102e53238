"""What the server answers to a query that tells whether something is done, where no catalog tells it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer.

    Attributes:
        is_yes: Whether it is done; None: the server could not tell.
        lacking: Why the answer is no although the query did not run: what it names does not exist.
        trouble: Why the server could not tell.

    """

    is_yes: bool | None
    lacking: str = ""
    trouble: str = ""
