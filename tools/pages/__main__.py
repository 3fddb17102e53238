"""Run the commands of the pages on a fresh clone: `python -m tools.pages [PAGE ...]`; all pages unless told.

Exit codes: 0 every command did what its page says; 1 one did not; 3 a page cannot be read, or there is none such.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from localdb.local import DATABASE
from tests.support.clone import Clone, fresh_clone
from tests.support.shell import Ran, Shell, missing
from tools.pages.blocks import ADDRESS, Block, Command, Page, PageError, all_pages, read

ROOT = Path(__file__).resolve().parents[2]
README = "README.md"
LAST_LINES = 30
DOCUMENTS = 2_000
"""Sample documents in the database of a team's stack; the local stack has its usual number."""


@dataclass(slots=True)
class Count:
    """How many commands there were of each kind."""

    run: int = 0
    left_out: int = 0
    failed: int = 0
    not_reached: int = 0


class _Failed(Exception):
    """A command did not do what its page says; what there is to say is said."""


@dataclass(slots=True)
class PageRun:
    """One page's commands on their way."""

    page: Page
    number: int
    clone: Clone
    count: Count
    open: ExitStack
    shells: dict[str | None, Shell] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Run the page's blocks; what follows a failure is not reached."""
        total = sum(command.left_out is None for block in self.page.blocks for command in block.commands)
        began = self.count.run
        try:
            for block in self.page.blocks:
                self._block(block)
            for shown in self.page.shown:
                self._compare(self.page.name, shown, self.said)
        except _Failed:
            self.count.failed += 1
            self.count.not_reached += total - (self.count.run - began)

    def _block(self, block: Block) -> None:
        if block.before and any(command.left_out is None for command in block.commands):
            self._check(f"{self.page.name}: before", 0, self._shell(block.stack).run(block.before))
        outputs = []
        for command in block.commands:
            where = f"{self.page.name}:{command.line}  {command.bare.splitlines()[0]}"
            if command.left_out is not None:
                self.count.left_out += 1
                say(f"not run  {where}: {command.left_out}")
                continue
            outputs.append(self._command(where, block.stack, command).output)
        if block.output and outputs:
            self._compare(self.page.name, block.output, ["\n".join(outputs)])

    def _command(self, where: str, stack: str | None, command: Command) -> Ran:
        began = time.monotonic()
        shell = self._shell(stack)
        text = ADDRESS.sub(lambda _: shlex.quote(self._url(stack)), command.text)
        answer = ADDRESS.sub(lambda _: self._url(stack), command.input)
        ran = shell.run(text, answer=answer)
        self.count.run += 1
        self.said.append(ran.output)
        self._check(where, command.code, ran)
        if command.output:
            self._compare(where, command.output, [ran.output])
        code = f", exit code {command.code}" if command.code else ""
        say(f"ok       {where}  ({time.monotonic() - began:.1f} s{code})")
        return ran

    def _check(self, where: str, code: int, ran: Ran) -> None:
        if ran.code == code:
            return
        how = "did not end, or ended the shell" if ran.code is None else f"exit code {ran.code}, not {code}"
        last = "\n".join(ran.output.splitlines()[-LAST_LINES:])
        say(f"FAILED   {where}: {how}\n{self.clone.without_secrets(last)}")
        raise _Failed

    def _compare(self, where: str, shown: str, outputs: Sequence[str]) -> None:
        lacking = [missing(shown, output) for output in outputs]
        if None in lacking:
            return
        last = "\n".join(outputs[-1].splitlines()[-LAST_LINES:]) if len(outputs) == 1 else ""
        say(f"FAILED   {where}: the page shows what was not said: {lacking[-1]}\n{self.clone.without_secrets(last)}")
        raise _Failed

    def _url(self, stack: str | None) -> str:
        return self.clone.cluster.owner_url(DATABASE) if stack is None else self.urls[stack]

    def _shell(self, stack: str | None) -> Shell:
        if stack not in self.shells:
            environment = self.clone.environment
            if stack is not None:
                environment = self.clone.team_environment(f"{stack}_{self.number}", DOCUMENTS)
                self.urls[stack] = environment["SUPASCHEMA_DATABASE_URL"]
            scratch = self.clone.folder / f"shell-{self.number}-{stack}"
            scratch.mkdir()
            self.shells[stack] = self.open.enter_context(Shell(self.clone.project, environment, scratch))
        return self.shells[stack]


def say(line: str) -> None:
    """Tell one thing at once: the run takes minutes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run_pages(pages: Sequence[Page], tree: Path = ROOT) -> Count:
    """Run pages on a fresh clone of a tree and return the counts."""
    count = Count()
    with fresh_clone(tree) as clone:
        for number, page in enumerate(pages):
            if page.name != README:
                _stand(clone, number)
            with clone.settings_kept(), ExitStack() as open_shells:
                PageRun(page, number, clone, count, open_shells).run()
    return count


def _stand(clone: Clone, number: int) -> None:
    """See to it that the local stack stands, as the README's first command leaves it."""
    scratch = clone.folder / f"stand-{number}"
    scratch.mkdir()
    with Shell(clone.project, clone.environment, scratch) as shell:
        ran = shell.run("make up")
    if ran.code != 0:
        raise PageError(f"make up ended with {ran.code}:\n{clone.without_secrets(ran.output)}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the pages that the arguments name, tell what came of it, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.pages", description="Run the commands of the pages.")
    parser.add_argument(
        "pages", nargs="*", type=Path, metavar="PAGE", help="such as docs/operations.md; all unless told"
    )
    named = parser.parse_args(arguments).pages
    try:
        pages = [read(path.resolve(), ROOT) for path in named or all_pages(ROOT)]
        count = run_pages([page for page in pages if page.blocks])
    except (PageError, FileNotFoundError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 3
    say(f"{count.run} commands run, {count.left_out} not run, {count.not_reached} not reached, {count.failed} failed")
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main())
