"""Work that another thread does meanwhile: mostly it waits for a server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Beside(Generic[T]):
    """A function that runs beside its caller; whoever breaks the caller off does not wait for it."""

    def __init__(self, work: Callable[[], T]) -> None:
        """Begin."""
        self._work = work
        self._done: Future[T] = Future()
        threading.Thread(target=self._run, name="supaschema-beside", daemon=True).start()

    def result(self) -> T:
        """Wait for what the function returns, or raise what it raised."""
        return self._done.result()

    def _run(self) -> None:
        try:
            self._done.set_result(self._work())
        except BaseException as error:  # noqa: BLE001 - whoever waits for the result is told
            self._done.set_exception(error)
