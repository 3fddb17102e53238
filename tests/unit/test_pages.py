"""Pages: what is run, what they say of it, and that nothing is left out unseen."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.shell import Shell, missing
from tools.pages.__main__ import main, run_pages
from tools.pages.blocks import ADDRESS, Block, Command, Page, PageError, all_pages, read

ROOT = Path(__file__).resolve().parents[2]


def page(folder: Path, text: str) -> Page:
    """Return a page with this text; `'''` stands for a fence."""
    file = folder / "page.md"
    file.write_text(text.replace("'''", "```"), encoding="utf-8")
    return read(file, folder)


def block(folder: Path, text: str) -> Block:
    """Return the only block of a page with this text."""
    (found,) = page(folder, text).blocks
    return found


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell in an empty folder."""
    with Shell(tmp_path, {"PATH": os.environ["PATH"]}, tmp_path) as started:
        yield started


def test_every_page_of_the_project_is_read() -> None:
    asked = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {ROOT / name for name in asked.stdout.split()} <= set(all_pages(ROOT))
    for path in all_pages(ROOT):
        written = sum(line.strip() in ("```sh", "```bash", "```shell", "```console") for line in text_lines(path))
        assert len(read(path, ROOT).blocks) == written, path


def text_lines(path: Path) -> list[str]:
    """Return a page's lines."""
    return path.read_text(encoding="utf-8").splitlines()


def test_a_command_may_have_several_lines(tmp_path: Path) -> None:
    text = "'''sh\none \\\n  two   # a word\n\n# no command\ncat <<'X'\nthree\nX\nif true; then\n  four\nfi\n'''\n"
    assert [(command.line, command.bare) for command in block(tmp_path, text).commands] == [
        (2, "one \\\n  two"),
        (6, "cat <<'X'\nthree\nX"),
        (9, "if true; then\n  four\nfi"),
    ]


def test_a_console_shows_commands_and_what_they_say(tmp_path: Path) -> None:
    text = "'''console\n$ one \\\n> two\nsaid\n  more\n$ three\n'''\n"
    assert block(tmp_path, text).commands == (Command("one \\\ntwo", 2, output="said\n  more\n"), Command("three", 6))


def test_what_stands_right_below_commands_is_their_output(tmp_path: Path) -> None:
    text = "'''sh\none\n'''\n\n'''text\nsaid\n'''\n\nwords\n\n'''text\nno output\n'''\n"
    assert block(tmp_path, text).output == "said"


def test_comments_say_how_commands_are_run(tmp_path: Path) -> None:
    text = (
        "<!-- run: exit 2 -->\n<!-- run: `two` exit 3 -->\n<!-- not run: `three` it is slow -->\n"
        "<!-- run: stack prod -->\n<!-- before:\nfirst\nsecond\n-->\n\n   '''sh\n   one\n   two\n   three\n   '''\n"
    )
    found = block(tmp_path, text)
    assert [(command.text, command.code, command.left_out) for command in found.commands] == [
        ("one", 2, None),
        ("two", 3, None),
        ("three", 2, "it is slow"),
    ]
    asking = block(tmp_path, "<!-- input: `one` postgresql://... -->\n'''sh\none # <ref>\ntwo\n'''\n")
    assert [command.input for command in asking.commands] == ["postgresql://...", ""]
    assert (found.stack, found.before) == ("prod", "first\nsecond")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'''\nmake up\n'''\n", "page.md:1: the block's language is none of"),
        ("<!-- not run: -->\n'''sh\none\n'''\n", "is not understood"),
        ("<!-- run: twice -->\n'''sh\none\n'''\n", "is not understood"),
        ("<!-- run: `two` exit 2 -->\n'''sh\none\n'''\n", "the block has no command `two`"),
        ("<!-- run: exit 2 -->\nwords\n'''sh\none\n'''\n", "stands above no block"),
        ("<!-- run: exit 2 -->\n'''sql\nselect 1\n'''\n", "stands above a block without commands"),
        ("'''sh\npulumi login <address>\n'''\n", "<address> is a placeholder"),
        ("'''sh\nset 'postgresql://x.<ref>@h' <file>\n'''\n", "<file> is a placeholder"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PageError) as refused:
        page(tmp_path, text)
    assert said in str(refused.value)


def test_a_database_address_may_have_placeholders(tmp_path: Path) -> None:
    for address in ("'postgresql://x.<ref>@<the pooler>'", "'postgresql://...'", "postgresql://..."):
        (command,) = block(tmp_path, f"'''sh\nset {address}\n'''\n").commands
        assert ADDRESS.sub("there", command.text) == "set there"


def test_a_shell_keeps_what_commands_set(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    assert shell.run("export A=1; cd inner").code == 0
    ran = shell.run('echo "$A $(basename "$PWD")"; echo trouble >&2; cat; (exit 7)')
    assert (ran.code, ran.output) == (7, "1 inner\ntrouble\n")
    assert shell.run("read -r x; echo [$x]", answer="word").output == "[word]\n"


def test_a_command_that_does_not_end_or_ends_the_shell_has_no_code(shell: Shell, tmp_path: Path) -> None:
    with Shell(tmp_path, {"PATH": os.environ["PATH"]}, tmp_path) as slow:
        assert slow.run("echo begun; sleep 60", seconds=0.5).code is None
    assert shell.run("exit 0").code is None
    assert shell.run("true").code is None


@pytest.mark.parametrize(
    ("shown", "lacking"),
    [
        ("one\n  three", None),
        ("o...e\n...\nfour ...", None),
        ("three\none", "one"),
        ("on", "on"),
        ("four", "four"),
    ],
)
def test_output_is_compared_line_by_line(shown: str, lacking: str | None) -> None:
    assert missing(shown, "one\n\ntwo\nthree  \nfour   5\n") == lacking


def tree(folder: Path, readme: str) -> Path:
    """Make a project that consists of a README."""
    (folder / "README.md").write_text(readme.replace("'''", "```"), encoding="utf-8")
    for arguments in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message=x")):
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)
    return folder


def test_pages_run_on_a_clone_with_what_is_not_committed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = tree(
        tmp_path, "'''sh\ncat new old\n'''\n\n'''text\nfresh\n'''\n\n<!-- not run: slow -->\n'''sh\nx\n'''\n"
    )
    (project / "new").write_text("fresh\n")
    (project / "old").write_text("")
    count = run_pages([read(project / "README.md", project)], project)
    assert (count.run, count.left_out, count.failed) == (1, 1, 0)
    assert "not run  README.md:11  x: slow" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("readme", "said"),
    [
        ("'''sh\ntrue\nfalse\ntrue\n'''\n", "FAILED   README.md:3  false: exit code 1, not 0"),
        ("<!-- run: exit 2 -->\n'''sh\ntrue\n'''\n", "FAILED   README.md:3  true: exit code 0, not 2"),
        ("'''sh\necho a\n'''\n'''text\nb\n'''\n", "FAILED   README.md: the page shows what was not said: b"),
        ("'''console\n$ echo a\nb\n'''\n", "FAILED   README.md:2  echo a: the page shows what was not said: b"),
        ("'''sh\necho a\n'''\n<!-- output: page -->\n'''text\nb\n'''\n", "the page shows what was not said: b"),
        ("<!-- before: false -->\n'''sh\ntrue\n'''\n", "FAILED   README.md: before: exit code 1, not 0"),
        ("'''sh\nexit 0\n'''\n", "FAILED   README.md:2  exit 0: did not end, or ended the shell"),
    ],
)
def test_what_a_page_says_wrongly_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], readme: str, said: str
) -> None:
    project = tree(tmp_path, readme)
    assert run_pages([read(project / "README.md", project)], project).failed == 1
    assert said in capsys.readouterr().out


def test_a_page_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(ROOT / "docs" / "nowhere.md")]) == 3
    assert "nowhere.md" in capsys.readouterr().err
