"""Somebody who looks at the page and presses its buttons."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from tests.support.chromium import Browser

_SECONDS = 20
_PRESS = {
    "Enter": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "Escape": {"key": "Escape", "code": "Escape", "windowsVirtualKeyCode": 27},
    "Tab": {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9},
}
LOADED = "document.querySelector('#syncs') !== null"
"""The last section that everybody sees is there."""


@dataclass(slots=True)
class Visitor:
    """A person with a browser.

    Attributes:
        browser: Theirs.
        address: The page's.
        password: What they sign in with.

    """

    browser: Browser
    address: str
    password: str

    def come(self, *, width: int = 1000, dark: bool = False) -> None:
        """Open the page as somebody who is not signed in."""
        self.browser.show(self.address, width=width, dark=dark)
        self.browser.tell("sessionStorage.clear()")
        self.browser.show("about:blank", width=width, dark=dark)
        self.browser.show(self.address, width=width, dark=dark)

    def sign_in(self, who: str, *, width: int = 1000, dark: bool = False) -> None:
        """Open the page and sign in with the keyboard alone; wait until everything is there."""
        self.come(width=width, dark=dark)
        self.until("document.activeElement?.id === 'email'")
        self.type(who)
        self.press("Tab")
        self.type(self.password)
        self.press("Enter")
        self.until(LOADED)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.browser.ask("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """Press a key."""
        for kind in ("keyDown", "keyUp"):
            self.browser.ask("Input.dispatchKeyEvent", type=kind, **_PRESS[key])

    def click(self, selector: str) -> None:
        """Press a button, wherever on the page it is."""
        found = json.dumps(selector)
        self.until(f"document.querySelector({found}) !== null")
        self.browser.tell(f"{{const it = document.querySelector({found}); it.focus(); it.click()}}")

    def answer(self, button: str) -> None:
        """Press a button of the question that is asked."""
        said = json.dumps(button)
        self.until("document.querySelector('dialog[open]') !== null")
        pressed = f"[...document.querySelectorAll('dialog button')].find(each => each.textContent === {said}).click()"
        self.browser.tell(pressed)
        self.until("document.querySelector('dialog') === null")

    def until(self, expression: str) -> None:
        """Wait until an expression is true in the page."""
        end = time.monotonic() + _SECONDS
        while not self.browser.tell(f"Boolean({expression})"):
            assert time.monotonic() < end, f"never came true: {expression}; the page says: {self.text('body')}"
            time.sleep(0.02)

    def text(self, selector: str) -> str:
        """Return the text of an element; of none: nothing."""
        found: str = self.browser.tell(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")
        return found

    def texts(self, selector: str) -> list[str]:
        """Return the text of each such element."""
        chosen = json.dumps(selector)
        found: list[str] = self.browser.tell(f"[...document.querySelectorAll({chosen})].map(each => each.innerText)")
        return found

    def asks(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """Ask the API from within the page with whatever session it has, as any script there could."""
        asked = f"""
            (async () => {{
                const config = await (await fetch("config.json")).json();
                const kept = Object.keys(sessionStorage).find(name => name.endsWith("-auth-token"));
                const token = kept ? JSON.parse(sessionStorage[kept]).access_token : config.publishableKey;
                const headers = {{apikey: config.publishableKey, authorization: `Bearer ${{token}}`}};
                const answer = await fetch(config.supabaseUrl + {json.dumps(path)}, {{
                    headers, method: {json.dumps("GET" if body is None else "POST")},
                    body: {"undefined" if body is None else json.dumps(json.dumps(body))},
                }});
                const text = await answer.text();
                return [answer.status, text === "" ? null : JSON.parse(text)];
            }})()
        """
        found = self.browser.ask("Runtime.evaluate", expression=asked, awaitPromise=True, returnByValue=True)
        status, told = found["result"]["value"]
        return status, told
