"""Supabase's Storage API: the only way to delete a bucket together with its files.

It answers nearly every failure with status 400; what it means stands in the body.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from threading import Event
from typing import Any
from urllib.parse import quote, urlsplit

from supaschema.core.errors import ApplyError, PreconditionError
from supaschema.database.environment import forget_steering

SECONDS = 30
"""How long one answer is waited for."""
EMPTYING_SECONDS = 3600.0
"""How long the API may take to empty a bucket, by its own account."""
_LONGEST_PAUSE = 10.0
_NOT_A_TOKEN = "sb_"  # noqa: S105 - how the keys begin that are no JSON web tokens
_MISSING, _NOT_EMPTY = ("404", "NoSuchBucket"), ("409", "ResourceNotEmpty")


class _Refused(Exception):
    """An answer that is no success."""

    def __init__(self, code: str, name: str, message: str) -> None:
        """Take what stands in the body."""
        super().__init__(message)
        self.code, self.name, self.message = code, name, message

    def means(self, code: str, name: str) -> bool:
        """Return whether this is that error."""
        return code == self.code or name == self.name


class StorageApi:
    """The Storage API of one project, with the rights of its services."""

    def __init__(self, address: str, key: str, cancelled: Event) -> None:
        """Take the project's address, its key, and what ends waiting."""
        forget_steering()
        self._address = urlsplit(address)
        self._key = key
        self._cancelled = cancelled

    def delete(self, bucket: str, *, force: bool, holds_files: Callable[[], bool]) -> None:
        """Delete a bucket; one that is not there is done.

        Args:
            bucket: Its name.
            force: Whether its files are deleted too.
            holds_files: Asks the database whether files of it are left: the API empties a bucket by and by.

        Raises:
            PreconditionError: It holds files, and `force` does not allow to delete them.
            ApplyError: The API refuses, cannot be reached, or does not come to an end.

        """
        try:
            if holds_files():
                if not force:
                    raise _holds_files(bucket)
                self._request("POST", bucket, "/empty")
                self._wait(bucket, holds_files)
            self._request("DELETE", bucket)
        except _Refused as refused:
            if refused.means(*_NOT_EMPTY):
                raise _holds_files(bucket) from None
            if not refused.means(*_MISSING):
                raise self._error(bucket, refused) from None

    @property
    def _place(self) -> str:
        return f"{self._address.scheme}://{self._address.netloc}"

    def _wait(self, bucket: str, holds_files: Callable[[], bool]) -> None:
        deadline, pause = time.monotonic() + EMPTYING_SECONDS, 0.2
        while holds_files():
            if time.monotonic() > deadline:
                what = f"the Storage API has not emptied it within {EMPTYING_SECONDS / 60:.0f} minutes."
                raise ApplyError(what, where=f"bucket {bucket}", remedy="Run the command again: it goes on.")
            if self._cancelled.wait(pause):
                remedy = "The Storage API goes on emptying it. Run the command again."
                raise ApplyError("the deployment was cancelled.", where=f"bucket {bucket}", remedy=remedy)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _request(self, method: str, bucket: str, action: str = "") -> None:
        try:
            status, answer = self._ask(method, f"/storage/v1/bucket/{quote(bucket, safe='')}{action}")
        except (OSError, http.client.HTTPException) as error:
            what = f"the Storage API at {self._place} cannot be reached: {error}."
            remedy = "Check supabaseUrl and the network; then run the command again."
            raise ApplyError(self._without_key(what), where=f"bucket {bucket}", remedy=remedy) from None
        if 300 <= status < 400:
            what = f"the Storage API at {self._place} sends us elsewhere ({status}); the key is told to nobody else."
            remedy = "Write into supabaseUrl the address that answers; then run the command again."
            raise ApplyError(what, where=f"bucket {bucket}", remedy=remedy)
        if not 200 <= status < 300:
            code, name = answer.get("statusCode", status), answer.get("code") or answer.get("error") or ""
            raise _Refused(str(code), str(name), str(answer.get("message") or "no reason given"))

    def _error(self, bucket: str, refused: _Refused) -> ApplyError:
        what = f"the Storage API refuses: {refused.message} ({' '.join(filter(None, (refused.code, refused.name)))})."
        denied = refused.code in ("401", "403")
        remedy = "Check serviceRoleKey." if denied else "Run the command again once the cause is gone."
        return ApplyError(self._without_key(what), where=f"bucket {bucket}", remedy=remedy)

    def _ask(self, method: str, path: str) -> tuple[int, dict[str, Any]]:
        # Not urllib: that follows redirects, and the key would go along.
        kind = http.client.HTTPSConnection if self._address.scheme == "https" else http.client.HTTPConnection
        connection = kind(self._address.hostname or "", self._address.port, timeout=SECONDS)
        headers = {"apikey": self._key, "Content-Type": "application/json"}
        if not self._key.startswith(_NOT_A_TOKEN):
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            # A body of JSON is wanted wherever the type of one is said.
            connection.request(method, path, body="{}", headers=headers)
            response = connection.getresponse()
            return response.status, _json(response.read())
        finally:
            connection.close()

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "***")


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _holds_files(bucket: str) -> PreconditionError:
    remedy = (
        "Nothing of it was changed. Empty it, or say forceDestroy: true in its declaration and run `pulumi up`; "
        "then run the command again."
    )
    return PreconditionError("the bucket holds files.", where=f"bucket {bucket}", remedy=remedy)
