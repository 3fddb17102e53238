"""Text as a terminal and a build's log may be given it: what would steer them is shown as an escape.

Names, and whatever else a database or a program holds, may be any text: codes that recolour or clear a screen, marks
that turn the order of what is read, characters that nobody sees, line ends, commands to the service that runs a build.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import unicodedata

from supaschema.core.core_dumps import disable_core_dumps

_INDENT = "  "
_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of controls (C0 and C1), of format marks (bidirectional ones, byte order mark, tags), of lone
surrogates, and of line and paragraph ends."""
_JOINERS = "\u200c\u200d"
"""Format marks that words of some languages cannot be written without; they order nothing."""
ROUTINES = ("function", "procedure", "aggregate")
"""Kinds whose objects have the types of their arguments as the last part of their names; so have the grants on them."""
# A line of a build's log that GitHub, Azure Pipelines or TeamCity takes for a command, wherever it is indented to.
_COMMANDS = re.compile(r"^(?P<before>\s*):(?=:[\w-]+(\s[^\n]*)?::)|#(?=#(vso|teamcity)?\[)", re.MULTILINE)


def line(text: str) -> str:
    """Return a text as one line in which nothing steers a terminal or a build. Given its own answer, change nothing."""
    return _COMMANDS.sub(_broken, text if _is_plain(text) else "".join(map(_shown, text)))


def lines(text: str) -> str:
    """Return a text of several lines as `line` does each, tabs kept; all but the first are indented."""
    first, *others = map(_tabbed, text.split("\n"))
    return "\n".join([first, *(each if each[:1] in ("", " ") else _INDENT + each for each in others)])


def dotted(kind: str, name: tuple[str, ...]) -> str:
    """Return an object's name in one piece; of a routine with the types of its arguments."""
    if kind.removesuffix("_grants") in ROUTINES and len(name) > len(("schema", "name")):
        return f"{name[0]}.{name[1]}({name[2]})"
    return ".".join(name)


def _tabbed(text: str) -> str:
    return "\t".join(line(part) for part in text.split("\t"))


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _shown(character: str) -> str:
    if character in _JOINERS or unicodedata.category(character) not in _STEERING:
        return character
    code = ord(character)
    if character == "\n":
        return "\\n"
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _broken(match: re.Match[str]) -> str:
    before = match["before"]
    return f"{before}\\x3a" if before is not None else "\\x23"


def write(text: str) -> None:
    """Write to standard output; once nobody reads that any more (`| head`), to nowhere."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left is written at the end of the process once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Copy standard input to standard output, printable: for what another program prints of a database."""
    # The program before it in the pipe is interrupted too, and has a last word.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for each in sys.stdin.buffer:
        text = each.decode("utf-8", "backslashreplace")
        # To the end, whoever reads it: the program before it in the pipe must not be stopped, and says how it ended.
        write(_tabbed(text.removesuffix("\n")) + "\n" * text.endswith("\n"))


if __name__ == "__main__":
    disable_core_dumps()
    main()
