"""Kinds of which no catalog says what is live: their objects bring along a query that tells it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeVar

from psycopg import sql

from supaschema.core.answer import Answer
from supaschema.core.model import Definition, ObjectId
from supaschema.kinds.base import Kind

D = TypeVar("D", bound=Definition)


class AskedKind(Kind[D]):
    """A kind whose catalog query gives what was recorded, and whose objects bring along the query of what is live."""

    @abstractmethod
    def question(self, definition: D) -> sql.Composed:
        """Return the query: of one row with one boolean, true where it is as defined."""

    @abstractmethod
    def answered(self, definition: D, answer: Answer) -> D:
        """Return what was recorded as it is live by an answer."""

    @abstractmethod
    def holds(self, definition: D) -> bool:
        """Return whether what is live is as it was recorded, as far as the server could tell."""

    @abstractmethod
    def trouble(self, definition: D) -> str:
        """Return why the server could not tell what is live; empty: it could."""

    @abstractmethod
    def remark(self, id: ObjectId, old: D | None, new: D | None, answer: Answer | None) -> str:
        """Return what is to be told of a change besides its statements; empty: nothing.

        Args:
            id: The object.
            old: What it is; None: nothing is recorded.
            new: What it is to be; None: it goes.
            answer: The answer to the new one's query.

        """
