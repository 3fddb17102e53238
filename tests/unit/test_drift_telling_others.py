"""Drift is told to a chat and kept in an issue: what changed, once, without a secret, whatever names hold."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from supaschema.command import drift_telling
from supaschema.command.cli import main
from supaschema.command.drift_telling import Telling, telling
from supaschema.core.errors import DeclarationError
from supaschema.drift import post
from supaschema.drift.model import Finding, Result, Topic
from supaschema.drift.several import Told, compared
from tests.support.told import HOOK, TOKEN, Others, others

ODD = "public.notes.<!channel> <@U1> `*b* --> @team\n::error::c"
CHANGED = Finding(Topic.CHANGED, "column", ODD, "changed")
OPENED = Finding(Topic.UNMANAGED, "policy", "public.notes.open", "opened", repair=("drop policy open;",))
BLIND = Finding(Topic.UNTOLD, "bucket", "files", "blind")
HOOK_VARIABLE = "SUPASCHEMA_TEST_HOOK"


def told(name: str, *findings: Finding) -> Told:
    return Told(name, Result("app", "schema_auditor", 17, ("prod::app",), 9, findings))


@pytest.fixture
def they() -> Iterator[Others]:
    with others() as made:
        yield made


@pytest.fixture
def tell(they: Others, monkeypatch: pytest.MonkeyPatch) -> Telling:
    given = {"GITHUB_REPOSITORY": "team/app", "GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": they.address}
    for name, value in {**given, HOOK_VARIABLE: they.address + HOOK}.items():
        monkeypatch.setenv(name, value)
    return telling(asked("--issue", "--webhook-url-from", HOOK_VARIABLE))


def asked(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    drift_telling.arguments(parser)
    return parser.parse_args(arguments)


def test_a_chat_is_told_what_is_found_and_then_what_is_another(they: Others, tell: Telling) -> None:
    dead = Told("globex", why="it cannot be reached")
    first = (told("acme", CHANGED), dead)
    tell.tell(first, transitions=False)
    before = {each.name: each.result for each in first}

    tell.tell(compared(first, before), transitions=True)
    tell.tell(compared((told("acme", OPENED), dead), before), transitions=True)
    tell.tell(compared((told("acme", CHANGED), told("globex")), before), transitions=True)
    tell.tell((told("acme"),), transitions=False)

    found, another, again = (text.splitlines() for text in they.messages)
    assert found[1:] == [
        "`acme`: `drift 1: 1 changed`",
        "• found: `column public.notes.&lt;!channel&gt; &lt;@U1&gt; '*b* --&gt; @team\\n::error::c` (changed)",
        "`globex`: `could not tell: it cannot be reached`",
    ]
    assert another[2] == "• new: `policy public.notes.open` (unmanaged)"
    assert another[3].startswith("• resolved: `column public.notes.")
    assert len(another) == 4
    assert again[1:] == ["`globex`: `clean: 9 managed objects of prod::app`"]


def test_no_proxy_reads_what_is_not_encrypted(they: Others, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with others() as proxy:
        monkeypatch.setenv("http_proxy", proxy.address)
        Telling(post.service(they.address + HOOK, "X")).tell([told("acme", CHANGED)], transitions=False)

    assert (len(they.messages), proxy.asked) == (1, [])


def test_much_is_told_in_short(they: Others, tell: Telling) -> None:
    many = [dataclasses.replace(OPENED, key=str(number), name="n" * 1000) for number in range(90)]

    tell.tell([told(str(number), *many) for number in range(90)], transitions=False)

    (text,) = they.messages
    assert "• found: 70 more" in text
    assert text.endswith("and of 70 more")


def test_there_is_one_issue_which_is_kept_and_closed(they: Others, tell: Telling) -> None:
    for _ in range(150):
        they.add(title="another", body="of somebody")
    they.add(title="forged", body="", user={"type": "User"})
    they.add(title="forged", body="", pull_request={})

    def sweep(*findings: Finding) -> list[dict[str, object]]:
        tell.tell([told("prod::app", *findings), told("dev-->::app")], transitions=False)
        return they.issues[152:]

    (opened,) = sweep(CHANGED)
    body = str(opened["body"])
    for forged in they.issues[150:152]:
        forged["body"] = body
    assert opened["title"] == "Drift: prod::app"
    assert "</summary>" in body
    assert "<!channel>" not in body
    they.asked.clear()
    sweep(CHANGED)
    assert not [each for each in they.asked if "/issues" in each and not each.startswith("GET")]
    assert [each["state"] for each in sweep(CHANGED, OPENED)] == ["open"]
    assert "drop policy open" in str(opened["body"])
    assert [each["state"] for each in sweep(BLIND)] == ["open"]
    assert [each["state"] for each in sweep()] == ["closed"]
    assert [each["state"] for each in sweep(OPENED)] == ["closed", "open"]
    assert {each["body"] for each in they.issues[150:152]} == {body}


@pytest.mark.parametrize("status", [302, 403, 500])
def test_who_cannot_be_told_is_named_and_no_secret_of_theirs(
    they: Others, tell: Telling, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    they.status = status
    tell.tell([told("acme", CHANGED)], transitions=False)

    assert len(they.asked) == 2
    assert capsys.readouterr().err == (
        f"supaschema: the webhook was not told: it answered {status}.\n"
        f"supaschema: the issue on GitHub is not up to date: it answered {status}.\n"
    )


def test_who_is_out_of_reach_or_silent_holds_nobody(
    they: Others, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    they.silence = 3
    slow = post.Service(they.address + HOOK, seconds=0.2)
    Telling(slow).tell([told("acme", CHANGED)], transitions=False)
    Telling(post.service(f"http://127.0.0.1:1{HOOK}", "X")).tell([told("acme", CHANGED)], transitions=False)

    told_of = capsys.readouterr().err
    assert "it did not answer within 0.2 s." in told_of
    assert "it cannot be reached (ConnectionRefusedError)." in told_of
    assert "secret" not in told_of


@pytest.mark.parametrize("odd", ["", "hooks.slack.com/secret", "http://hooks.slack.com/secret", "https://[/secret"])
def test_an_address_that_is_none_is_not_repeated(monkeypatch: pytest.MonkeyPatch, odd: str) -> None:
    monkeypatch.setenv(HOOK_VARIABLE, odd)
    with pytest.raises(DeclarationError) as refused:
        telling(asked("--webhook-url-from", HOOK_VARIABLE))
    assert HOOK_VARIABLE in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_list_is_told_as_well_and_the_exit_code_stays(they: Others, tell: Telling, tmp_path: Path) -> None:
    path = tmp_path / "databases.toml"
    path.write_text('[[database]]\nname = "acme"\nvariable = "SUPASCHEMA_TEST_UNSET"\n', encoding="utf-8")

    codes = []
    for they.status in (200, 500):
        codes.append(main(["drift", "--all", str(path), "--webhook-url-from", HOOK_VARIABLE, "--issue"]))

    assert codes == [1, 1]
    assert len(they.messages) == 1
    assert they.issues == []
