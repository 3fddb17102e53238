"""A report's page in a browser: nothing is cut off, however narrow; it is searched and folded, and asks nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from supaschema.core.plan_record import Difference, Named
from supaschema.review.model import Change, Report, StackReport
from supaschema.review.page import page
from supaschema.review.trial_result import Access, Attempt, Trial
from tests.support.chromium import Browser, browser
from tests.unit.test_review_markdown import HOLDS, POLICY, change, stack, step

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "report.png"
MOST_BYTES = 150_000
LONGEST = "a_name_that_is_as_long_as_the_server_lets_any_name_of_it_be_here"[:63]
NAMES = ("notes", "jobs", LONGEST)
BREADTHS = (360, 1400)
_OPEN = "document.querySelectorAll('details').forEach(each => each.open = {});"
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_COLOR = "getComputedStyle(document.body).{}.match(/\\d+/g).map(Number)"
_SHOWN = "[...document.querySelectorAll('details.change')].filter(each => each.checkVisibility()).length"
_FIND = "{{const find = document.querySelector('input'); find.value = '{}'; find.dispatchEvent(new Event('input'));}}"
_UNFOLDED = "document.querySelectorAll('details.change[open]').length"


def changed(name: str) -> Change:
    made = change(name, step(f"alter table public.{name} drop column note -- {'x' * 300}", HOLDS, POLICY))
    assert made.plan is not None
    key = Named(kind="constraint", name=("public", name, f"{name}_fkey"))
    refers = Difference(object=key, old=None, new={"references": "public.jobs"})
    plan = msgspec.structs.replace(made.plan, differences=(*made.plan.differences, refers))
    return msgspec.structs.replace(made, plan=plan)


def report() -> Report:
    trial = Trial(
        attempts=(Attempt(what="pulumi up", passed=True, seconds=6),),
        access=tuple(Access(direction="wider", text=f"anon: select on table public.{LONGEST}_{n}") for n in range(30)),
        not_tried=(),
    )
    first: StackReport = msgspec.structs.replace(stack(*map(changed, NAMES)), trial=trial)
    return Report(stacks=(first, msgspec.structs.replace(stack(changed("others")), stack=f"production-{LONGEST}")))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str]]:
    """A browser, and the page's address."""
    folder = tmp_path_factory.mktemp("browser")
    file = folder / "report.html"
    file.write_text(page(report()), encoding="utf-8")
    with browser(folder / "profile") as found:
        yield found, file.as_uri()


@pytest.mark.parametrize("width", BREADTHS)
def test_nothing_is_wider_than_the_window_folded_and_unfolded(shown: tuple[Browser, str], width: int) -> None:
    seen, address = shown
    seen.show(address, width=width, dark=False)
    assert seen.tell("innerWidth") == width
    for unfolded in ("false", "true"):
        seen.tell(_OPEN.format(unfolded))
        assert seen.tell(_OVERFLOW) == 0, unfolded


def test_dark_and_light_have_colors_of_their_own_that_can_be_read(shown: tuple[Browser, str]) -> None:
    seen, address = shown
    grounds = set()
    for dark in (False, True):
        seen.show(address, width=BREADTHS[1], dark=dark)
        ground, text = (seen.tell(_COLOR.format(of)) for of in ("backgroundColor", "color"))
        grounds.add(tuple(ground))
        # WCAG 2.1, 1.4.3: 4.5 to 1 at least.
        lighter, darker = sorted((luminance(ground), luminance(text)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5
    assert len(grounds) == 2


def luminance(color: list[int]) -> float:
    """Return how bright a color is (WCAG 2.1, relative luminance)."""
    parts = (part / 255 for part in color)
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_search_leaves_what_it_finds_and_the_buttons_fold_and_unfold(shown: tuple[Browser, str]) -> None:
    seen, address = shown
    seen.show(address, width=BREADTHS[1], dark=False)
    count = len(NAMES) + 1
    assert seen.tell(_SHOWN) == count
    seen.tell(_FIND.format(LONGEST.upper()))
    assert seen.tell(_SHOWN) == 2, "one of this stack, and the other stack's"
    assert seen.tell("document.querySelector('output').textContent") == f"1 of {len(NAMES)}"
    seen.tell(_FIND.format(""))
    assert seen.tell(_SHOWN) == count
    assert seen.tell(_UNFOLDED) == 0
    for word, unfolded in (("open", len(NAMES)), ("fold", 0)):
        seen.tell(f"document.querySelector('button[value={word}]').click()")
        assert seen.tell(_UNFOLDED) == unfolded


def test_it_asks_nobody_for_anything_and_the_browser_has_nothing_to_complain_of(shown: tuple[Browser, str]) -> None:
    seen, address = shown
    seen.requests.clear()
    seen.show(address, width=BREADTHS[0], dark=True)
    seen.tell(_OPEN.format("true"))
    assert seen.requests == [address]
    assert seen.complaints == []


def test_the_page_on_reports_shows_a_small_picture_of_one(shown: tuple[Browser, str], tmp_path: Path) -> None:
    if os.environ.get("PICTURE") == "write":
        seen, _ = shown
        made = change("jobs", step("alter table public.jobs drop column note", HOLDS, POLICY))
        file = tmp_path / "report.html"
        file.write_text(page(Report(stacks=(stack(made),))), encoding="utf-8")
        seen.show(file.as_uri(), width=1000, dark=False)
        PICTURE.write_bytes(seen.picture())
    assert f"({PICTURE.name})" in (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
    assert PICTURE.read_bytes().startswith(b"\x89PNG")
    assert PICTURE.stat().st_size < MOST_BYTES
