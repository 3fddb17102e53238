"""A stack's state without its secrets: what `pulumi stack export` prints, to be kept beside a schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from supaschema.core import programs
from supaschema.core.errors import SupaschemaError
from supaschema.core.option_secrets import is_key
from supaschema.core.secret_texts import MASK, without_quoted
from supaschema.provider.values import SECRET_MARK

_EXPORT = "Give what `pulumi stack export` prints."

_IN_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^/?#\s\"']*@")
# As libpq writes an address in words, quoted or not, or within a string of SQL (PostgreSQL documentation, "Connection
# Strings"). What is compared with a column of that name in SQL is none: there spaces count as part of an address alone.
_IN_WORDS = re.compile(
    r"""(?P<key>\b(?:ssl)?password)(?P<is>\s*=\s*)(?!>)
    (?:(?P<escaped>''(?:[^'\\\s]|\\.)(?:[^'\\]|\\.)*(?:''|\Z)) | (?P<quoted>'(?:[^'\\]|\\.|'')*(?:'|\Z))
      | (?P<plain>(?:[^\s\\]|\\.)+))""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_OF_AN_ADDRESS = re.compile(r"\b(?:host|hostaddr|port|dbname|user|sslmode)\s*=", re.IGNORECASE)
_VERIFIER = re.compile(r"(SCRAM-SHA-256\$|\bmd5(?=[0-9a-f]{32}\b))[^\s'\"]*")
_COMMAND = "command"
"""Of a job. What it quotes is left out of the facts, too."""
_STATISTICS = "statistics"
"""Of an index: how much is counted, by the column or expression, which may have any name."""

Conceal = Callable[[str], str]


def exported(stack: str) -> dict[str, Any]:
    """Return the state of a stack of the project in the current folder, its secrets encrypted.

    Raises:
        SupaschemaError: The CLI does not give it.

    """
    done = programs.run(["pulumi", "stack", "export", "--stack", stack, "--non-interactive"])
    if done.returncode:
        raise SupaschemaError(f"pulumi stack export failed: {programs.last_words(done.stderr)}", where=stack)
    return _state(done.stdout, stack)


def read(path: Path) -> dict[str, Any]:
    """Return the state that a file holds.

    Raises:
        SupaschemaError: There is no such file, or it holds none.

    """
    try:
        return _state(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeError):
        raise SupaschemaError("it cannot be read.", where=str(path), remedy=_EXPORT) from None


def without_secrets(state: dict[str, Any], conceal: Conceal) -> dict[str, Any]:
    """Return a state in which a fixed mark stands in the place of every secret, encrypted or not.

    Args:
        state: What was exported.
        conceal: Gives a text without what else is known to be secret.

    """
    found = _without(state, "", conceal)
    deployment = found.get("deployment")
    if isinstance(deployment, dict) and isinstance(deployment.get("secrets_providers"), dict):
        # Beside the kind of key is what that is made or encrypted with.
        deployment["secrets_providers"] = {"type": state["deployment"]["secrets_providers"].get("type")}
    return dict(found)


def _without(value: Any, key: str, conceal: Conceal) -> Any:
    if is_key(key) or _is_marked(value):
        return _masked(value)
    match value:
        case dict() if key == _STATISTICS and all(isinstance(item, int) for item in value.values()):
            return value
        case dict():
            return {name: _without(item, name, conceal) for name, item in value.items()}
        case list():
            return [_without(item, key, conceal) for item in value]
        case str():
            return _text(conceal(without_quoted(value) if key == _COMMAND else value))
    return value


def _is_marked(value: Any) -> bool:
    return isinstance(value, dict) and SECRET_MARK.items() <= value.items()


def _masked(value: Any) -> Any:
    """Return a secret, or what is under a telling name, with a mask in the place of all but true and false."""
    match value:
        case dict() if _is_marked(value):
            # As Pulumi writes a secret that it shows: so it can be read again.
            return {**SECRET_MARK, "plaintext": json.dumps(MASK)}
        case dict():
            return {name: _masked(item) for name, item in value.items()}
        case list():
            return [_masked(item) for item in value]
        case None | bool() | "":
            return value
    return MASK


def _text(text: str) -> str:
    is_address = _OF_AN_ADDRESS.search(text) is not None

    def without(found: re.Match[str]) -> str:
        told = found["plain"] is not None and found["is"] != "=" and not is_address
        return found[0] if told else f"{found['key']}{found['is']}{MASK}"

    return _VERIFIER.sub(MASK, _IN_WORDS.sub(without, _IN_URL.sub(rf"\g<scheme>{MASK}@", text)))


def _state(text: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("deployment"), dict):
        raise SupaschemaError("this is no state.", where=where, remedy=_EXPORT)
    return found
