"""A request to a service that is told of drift: bounded in time, sent nowhere else, and silent of where it went."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from supaschema.core.errors import DeclarationError, SupaschemaError
from supaschema.database.environment import forget_steering
from supaschema.database.transport import is_this_machine

SECONDS = 10.0
"""How long one answer is waited for, however slowly it comes."""
_LARGEST = 16 * 1024 * 1024


class Untold(SupaschemaError):
    """A service could not be told."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where requests go, and what stands in all of their heads. The address may itself be the secret."""

    address: str = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    seconds: float = SECONDS

    def ask(self, method: str, path: str = "", value: object = None) -> Any:
        """Send a value as JSON; return what is answered, where that is JSON.

        Raises:
            Untold: It is out of reach, too slow, or refuses.

        """
        body = None if value is None else json.dumps(value).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "supaschema", **self.headers}
        request = urllib.request.Request(self.address + path, data=body, headers=headers, method=method)  # noqa: S310
        answer = _Answer()
        threading.Thread(target=answer.fetch, args=(request, self.seconds), daemon=True).start()
        if not answer.ended.wait(self.seconds):
            raise Untold(_late(self.seconds))
        if answer.why:
            raise Untold(answer.why)
        return answer.value


def service(address: str, what: str, headers: dict[str, str] | None = None) -> Service:
    """Return a service.

    Raises:
        DeclarationError: The address is none, or would be told without encryption. It is not repeated.

    """
    forget_steering()
    if not _is_safe(address):
        raise DeclarationError(f"{what} holds no address of https.", remedy="Set it to https://...")
    return Service(address, headers or {})


def _is_safe(address: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    is_near = parts.scheme == "http" and bool(host) and is_this_machine(host or "")
    is_plain = address.isascii() and address.isprintable() and " " not in address
    return is_plain and bool(host) and (parts.scheme == "https" or is_near)


class _Answer:
    """What comes back, in a thread that nobody waits for longer than an answer may take."""

    def __init__(self) -> None:
        self.value: Any = None
        self.why = ""
        self.ended = threading.Event()

    def fetch(self, request: urllib.request.Request, seconds: float) -> None:
        try:
            with _opener(request).open(request, timeout=seconds) as response:
                self.value = _json(response.read(_LARGEST))
        except urllib.error.HTTPError as error:
            self.why = f"it answered {error.code}."
        except (OSError, http.client.HTTPException, ValueError) as error:
            # Some of these errors repeat the address.
            reason = getattr(error, "reason", error)
            is_late = isinstance(reason, TimeoutError)
            self.why = _late(seconds) if is_late else f"it cannot be reached ({type(reason).__name__})."
        finally:
            self.ended.set()


def _late(seconds: float) -> str:
    return f"it did not answer within {seconds:g} s."


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """What is secret goes to nobody else: a redirection is an answer like others."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _opener(request: urllib.request.Request) -> urllib.request.OpenerDirector:
    # What is not encrypted is for this machine alone: no proxy reads it.
    straight = [urllib.request.ProxyHandler({})] if request.type == "http" else []
    return urllib.request.build_opener(_Nowhere, *straight)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
