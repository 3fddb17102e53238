"""A headless Chromium that shows a page, asked by its own protocol over a pipe."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-headless-shell", "google-chrome", "google-chrome-stable")
_SECONDS = 60
_FIRST = 10
"""Numbers of the pipe's ends here: the browser takes 3 and 4, which may be in use."""


class Browser:
    """A page of it, which is asked one thing after another.

    Attributes:
        requests: The addresses of all that it asked for.
        complaints: What it said of errors, in the page or of what the page may not do.

    """

    def __init__(self, into: int, out: int) -> None:
        self._into, self._out = into, out
        self._number, self._read = 0, b""
        self._session: str | None = None
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask it something, and return its answer."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            asked["sessionId"] = self._session
        os.write(self._into, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._number:
                assert "error" not in told, told
                answer: dict[str, Any] = told["result"]
                return answer

    def show(self, address: str, *, width: int, dark: bool) -> None:
        """Show a page in a window of that width, to somebody who prefers dark colors or light ones."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask("Page.navigate", url=address)
        while self.tell("document.readyState + location.href") != f"complete{address}":
            time.sleep(0.01)

    def heighten(self, height: int) -> None:
        """Make the window as high as that, so that all of a page is seen."""
        width = self.tell("innerWidth")
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def tell(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def picture(self) -> bytes:
        """Return what is seen, as PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            assert select.select([self._out], [], [], _SECONDS)[0], "it does not answer"
            read = os.read(self._out, 65_536)
            assert read, "it ended"
            self._read += read
        message, _, self._read = self._read.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        match told.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(told["params"]["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(told["params"]["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(told["params"]))
        return told


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Start it, with a profile in an empty folder; it ends with the block."""
    (from_us, into), (out, to_us) = _pipe(), _pipe()
    command = [
        _binary(), "--headless", "--remote-debugging-pipe", f"--user-data-dir={folder}", "--disable-gpu",
        "--no-first-run", "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
        # Its sandbox is not for root, and what it shows is ours.
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]  # fmt: skip
    # It reads from 3 and writes to 4.
    whole = ["bash", "-c", f'exec "$@" 3<&{from_us} 4>&{to_us}', "bash", *command]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(whole, pass_fds=(from_us, to_us), stdout=quiet, stderr=quiet) as process:
        os.close(from_us)
        os.close(to_us)
        try:
            yield Browser(into, out)
        finally:
            os.close(into)
            os.close(out)
            process.kill()


def _pipe() -> tuple[int, int]:
    """Return a pipe's ends, with numbers that are not those which the browser takes."""
    ends = os.pipe()
    read, write = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _FIRST) for end in ends)
    for end in ends:
        os.close(end)
    return read, write


def _binary() -> str:
    """Find it, or skip the test by name; it must not go unnoticed in CI."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        assert not os.environ.get("CI"), "needs chromium"
        pytest.skip("needs chromium (on Debian: apt-get install chromium)")
    return found
