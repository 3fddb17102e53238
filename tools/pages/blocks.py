"""Read a page: its blocks of commands, what is said about running them, and what they shall say."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

SHELL = ("sh", "bash", "shell", "console")
OTHERS = ("sql", "text", "yaml", "json", "python", "toml")
ADDRESS = re.compile(r"'postgresql://[^']*(?:<|\.\.\.)[^']*'|postgresql://\.\.\.")
"""A database's address with placeholders in it, or that is nothing else."""
_FENCE = re.compile(r"(?P<indent> *)```(?P<language>\S*)\s*")
_DIRECTIVE = re.compile(
    r"(?P<what>not run|run|before|input|output):\s*(?:`(?P<command>[^`]+)`\s*)?(?P<rest>.*)", re.DOTALL
)
_PLACEHOLDER = re.compile(r"(?<!<)<[A-Za-z][\w .-]*>")
_RUN = re.compile(r"(?:exit (?P<code>\d+)|stack (?P<stack>[a-z][a-z0-9_]*))")
_PROMPT, _MORE = "$ ", "> "


class PageError(Exception):
    """A page says something about its commands that cannot be understood."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a page."""

    text: str
    line: int
    code: int = 0
    """What it shall end with."""
    left_out: str | None = None
    """Why it is not run."""
    output: str = ""
    """What it shall say, if the page shows that."""
    input: str = ""
    """What is answered when it asks."""

    @property
    def bare(self) -> str:
        """The command without the comment behind it."""
        return re.sub(r"(^|\s+)#.*", "", self.text).strip()


@dataclass(frozen=True, slots=True)
class Block:
    """Commands that stand together."""

    commands: tuple[Command, ...]
    stack: str | None = None
    """The team's stack in whose shell they run."""
    before: str = ""
    """What is run first, unseen by readers."""
    output: str = ""
    """What they shall say together, if the page shows that below them."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's commands, and what it shows of their output elsewhere."""

    name: str
    blocks: tuple[Block, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Fenced:
    """A block as it stands in the file; `line` is that of its first line of content."""

    language: str
    text: str
    line: int
    directives: tuple[str, ...]
    follows_shell: bool


def all_pages(root: Path) -> list[Path]:
    """Return every page of the project."""
    folders = (root / "docs", root / "supaschema")
    return [*sorted(root.glob("*.md")), *(page for folder in folders for page in sorted(folder.rglob("*.md")))]


def read(path: Path, root: Path) -> Page:
    """Read a page's commands.

    Raises:
        PageError: A block's language is unknown, a comment says nothing that is known, or a command with a
            placeholder is not said to be left out; the error names the line.

    """
    name = str(path.relative_to(root))
    blocks: list[Block] = []
    shown: list[str] = []
    for fenced in _fenced(name, path.read_text(encoding="utf-8").splitlines()):
        where = f"{name}:{fenced.line}"
        if fenced.language in SHELL:
            blocks.append(_block(where, fenced))
        elif "output: page" in fenced.directives:
            shown.append(fenced.text)
        elif fenced.directives:
            raise PageError(f"{where}: {fenced.directives[0]!r} stands above a block without commands.")
        elif fenced.follows_shell and fenced.language == "text":
            blocks[-1] = replace(blocks[-1], output=fenced.text)
    return Page(name, tuple(blocks), tuple(shown))


def _fenced(name: str, lines: Sequence[str]) -> Iterator[_Fenced]:
    directives: list[str] = []
    follows_shell = False
    rest = iter(enumerate(lines, start=1))
    for number, line in rest:
        if line.lstrip().startswith("<!--"):
            directives += _comment(line, rest)
        elif match := _FENCE.fullmatch(line):
            if match["language"] not in SHELL + OTHERS:
                raise PageError(f"{name}:{number}: the block's language is none of {', '.join(SHELL + OTHERS)}.")
            body = _body(rest, match["indent"])
            yield _Fenced(match["language"], body, number + 1, tuple(directives), follows_shell)
            directives, follows_shell = [], match["language"] in SHELL
        elif line.strip():
            if directives:
                raise PageError(f"{name}:{number}: {directives[0]!r} stands above no block.")
            follows_shell = False


def _comment(first: str, rest: Iterator[tuple[int, str]]) -> list[str]:
    text = first
    while "-->" not in text:
        text += "\n" + next(rest)[1]
    inside = text.partition("<!--")[2].partition("-->")[0].strip()
    return [inside] if _DIRECTIVE.match(inside) else []


def _body(rest: Iterator[tuple[int, str]], indent: str) -> str:
    body = []
    for _, line in rest:
        if line.strip() == "```":
            break
        body.append(line.removeprefix(indent))
    return "\n".join(body)


def _block(where: str, fenced: _Fenced) -> Block:
    split = _console if fenced.language == "console" else _script
    commands = tuple(
        replace(command, line=fenced.line + command.line) for command in split(fenced.text) if command.bare
    )
    block = Block(commands)
    for directive in fenced.directives:
        block = _directed(where, block, directive)
    for command in block.commands:
        if command.left_out is None and (found := _PLACEHOLDER.search(ADDRESS.sub("", command.bare))):
            raise PageError(f"{where}: {found[0]} is a placeholder: say `<!-- not run: WHY -->` above the block.")
    return block


def _directed(where: str, block: Block, directive: str) -> Block:
    match = _DIRECTIVE.fullmatch(directive)
    assert match is not None, directive
    what, named, rest = match["what"], match["command"], match["rest"].strip()
    if what == "before":
        return replace(block, before=directive.partition(":")[2].strip())
    chosen = [command for command in block.commands if named in (None, command.bare)]
    if not chosen:
        raise PageError(f"{where}: the block has no command `{named}`.")
    if what == "not run" and rest:
        done = {command: replace(command, left_out=rest) for command in chosen}
    elif what == "input" and rest:
        done = {command: replace(command, input=rest) for command in chosen}
    elif what == "run" and (run := _RUN.fullmatch(rest)):
        if run["stack"]:
            return replace(block, stack=run["stack"])
        done = {command: replace(command, code=int(run["code"])) for command in chosen}
    else:
        raise PageError(f"{where}: {directive!r} is not understood.")
    return replace(block, commands=tuple(done.get(command, command) for command in block.commands))


def _script(text: str) -> Iterator[Command]:
    """Return the commands of a script: as many lines together as the shell wants for one."""
    gathered: list[str] = []
    for number, line in enumerate(text.splitlines()):
        gathered.append(line)
        if _is_complete("\n".join(gathered)):
            yield Command("\n".join(gathered), number - len(gathered) + 1)
            gathered = []
    if gathered:
        yield Command("\n".join(gathered), number - len(gathered) + 1)


def _console(text: str) -> Iterator[Command]:
    command: Command | None = None
    for number, line in enumerate(text.splitlines()):
        if line.startswith(_PROMPT):
            if command is not None:
                yield command
            command = Command(line.removeprefix(_PROMPT), number)
        elif command is not None and line.startswith(_MORE) and not command.output:
            command = replace(command, text=f"{command.text}\n{line.removeprefix(_MORE)}")
        elif command is not None:
            command = replace(command, output=f"{command.output}{line}\n")
    if command is not None:
        yield command


def _is_complete(text: str) -> bool:
    if text.endswith("\\"):
        return False
    # An open here-document is only a warning.
    asked = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
    return asked.returncode == 0 and not asked.stderr
