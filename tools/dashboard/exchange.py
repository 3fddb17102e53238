"""Requests and answers, as the parts of the stand-in pass them on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked.

    Attributes:
        method: GET or POST.
        path: Without the query.
        query: Names and values in their order, decoded.
        headers: By their names in small letters.
        body: What was sent.

    """

    method: str
    path: str
    query: Query = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def parameter(self, name: str) -> str | None:
        """Return the value of a name in the query."""
        return dict(self.query).get(name)

    def document(self) -> dict[str, Any]:
        """Return the body's JSON object.

        Raise:
            Refusal: It is none.

        """
        try:
            read = json.loads(self.body or b"{}")
        except ValueError:
            read = None
        if not isinstance(read, dict):
            raise Refusal(400, "PGRST102", "Empty or invalid json")
        return read


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered; a body is JSON unless its type says otherwise."""

    status: int
    body: bytes = b""
    type: str = "application/json; charset=utf-8"

    @classmethod
    def of(cls, value: object, status: int = 200) -> Answer:
        """Answer with a value as JSON."""
        return cls(status, json.dumps(value).encode())


@dataclass(slots=True)
class Refusal(Exception):
    """A request that is refused, as PostgREST says it."""

    status: int
    code: str
    message: str
    hint: str | None = None
    details: str | None = None

    def answer(self) -> Answer:
        """Return what the client is told."""
        told = {"code": self.code, "message": self.message, "details": self.details, "hint": self.hint}
        return Answer.of(told, self.status)
