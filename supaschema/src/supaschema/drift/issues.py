"""One issue on GitHub for each database that differs: opened, kept up to date, and closed once nothing differs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from supaschema.core.printable import line
from supaschema.drift.markdown import markdown
from supaschema.drift.model import Result
from supaschema.drift.post import Service, Untold
from supaschema.drift.several import State, Told

_PAGE = 100
_MOST_PAGES = 100
_LONGEST_TITLE = 200
_ROOM = 60_000
"""Characters that the findings may take (GitHub takes 65,536)."""
_OURS = ("OWNER", "MEMBER", "COLLABORATOR")
"""Whose issues are ours by their mark, besides those of programs: anybody may write one into a public repository."""


def tell(service: Service, found: Sequence[Told]) -> None:
    """Open, change and close issues. Of what could not be told nothing is changed.

    Args:
        service: The repository's issues.
        found: What was found.

    Raises:
        Untold: GitHub is out of reach, or refuses.

    """
    told = [each for each in found if each.result is not None and each.state is not State.UNTOLD]
    if not told:
        return
    open_ones = [each for each in _open(service) if _is_ours(each)]
    for each in told:
        mine = next((it for it in open_ones if str(it.get("body") or "").startswith(_mark(each.name))), None)
        if each.state is State.DRIFT and each.result is not None:
            _keep(service, mine, each.name, each.result)
        elif mine is not None:
            service.ask("PATCH", f"/{int(mine['number'])}", {"state": "closed", "state_reason": "completed"})


def _keep(service: Service, mine: dict[str, Any] | None, name: str, result: Result) -> None:
    title = f"Drift: {line(name)}"[:_LONGEST_TITLE]
    value = {"title": title, "body": f"{_mark(name)}\n{markdown(result, limit=_ROOM)}"}
    if mine is None:
        service.ask("POST", "", value)
    elif any(mine.get(key) != text for key, text in value.items()):
        service.ask("PATCH", f"/{int(mine['number'])}", value)


def _mark(name: str) -> str:
    # A name might end the comment.
    return f"<!-- supaschema drift {hashlib.sha256(name.encode()).hexdigest()[:16]} -->"


def _open(service: Service) -> Iterator[dict[str, Any]]:
    for page in range(1, _MOST_PAGES + 1):
        found = service.ask("GET", f"?state=open&per_page={_PAGE}&page={page}")
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise Untold("it answered with something else than issues.")
        yield from found
        if len(found) < _PAGE:
            return
    raise Untold(f"it has more than {_PAGE * _MOST_PAGES} open issues: ours might be among the others.")


def _is_ours(issue: dict[str, Any]) -> bool:
    author = issue.get("user")
    is_program = isinstance(author, dict) and author.get("type") == "Bot"
    return "pull_request" not in issue and (is_program or issue.get("author_association") in _OURS)
