"""A secret that a program gives to a declaration is shown nowhere, and kept in the clear in the database alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.planted import TALKATIVE, Planted, ledger_texts, typed
from tests.support.pulumi import Finished, Stack, object_stack, said
from tests.support.sessions import Connection

WORD = "Zq-amber'quoted\"onyx\\back 100%"
OTHER = "Zq-garnet'rotated\ntwo lines"
FORMS = {
    "it": WORD,
    "quoted": WORD.replace("'", "''"),
    "twice": WORD.replace("'", "''''"),
    "escaped": WORD.replace("'", "''").replace("\\", "\\\\"),
    "a part": "Zq-amber",
    "another": "onyx",
    "the other's": "Zq-garnet",
    "the other's second line": "two lines",
}
PLANTED = Planted(FORMS)
PROGRAM = """\
import sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "infra"))
import pulumi
from supaschema.declarations import *
from supaschema.sdk import Provider, SchemaObject

config = pulumi.Config()
word = config.require_secret("word")
# Not as the stack's file has it: what the CLI knows of that is no help.
quoted = word.apply(lambda text: "'" + text.replace("'", "''") + "'")
options = pulumi.ResourceOptions(provider=Provider("db"))
{}
"""
ALL = """
SchemaObject("speak", Function(name="speak", returns="text", language="plpgsql",
    body=quoted.apply(lambda text: f"\\nbegin\\n  return {text};\\nend\\n"),
    arguments=(Argument(name="said", type="text", default=quoted),)), options)
SchemaObject("nightly", CronJob(name="nightly", schedule="1 1 * * *",
    command=pulumi.Output.concat("select ", quoted)), options)
SchemaObject("users", TablePatch(table="users",
    columns=(Column(name="plain", type="text"), Column(name="word", type="text", default=quoted, comment=word)),
    checks=(Check(name="other", expression=pulumi.Output.concat("email <> ", quoted)),)), options)
SchemaObject("read", Policy(name="read", table="jobs", command=PolicyCommand.SELECT, to=("authenticated",),
    using=pulumi.Output.concat("(select current_setting('app.word', true)) = ", quoted)), options)
SchemaObject("spoken", View(name="spoken", query=pulumi.Output.concat("select ", quoted, "::text as said")), options)
"""
FAILS = {
    "a statement": 'TablePatch(table="users", columns=(Column(name="odd", type="integer", default=quoted),))',
    "a check at preview": 'Function(name="odd", returns="text",'
    ' body=pulumi.Output.concat("begin retrun ", quoted, " end"))',
    "a long text": 'Function(name="odd", returns="text",'
    ' body=quoted.apply(lambda text: f"begin retrun {text * 100} end"))',
    "a spelling": 'Policy(name="odd", table="jobs", command=PolicyCommand.SELECT, to=("authenticated",),'
    ' using=pulumi.Output.concat("id = ", quoted, " and"))',
    "a guard": 'TablePatch(table="users", checks=(Check(name="odd",'
    ' expression=pulumi.Output.concat("(", quoted, " || email)::integer > 0")),))',
    "rows": 'TablePatch(table="users", checks=(Check(name="odd",'
    ' expression=pulumi.Output.concat("email = ", quoted)),))',
}
REFUSED = {
    "a name": "Bucket(name=word)",
    "a type": 'TablePatch(table="users", columns=(Column(name="odd", type=word),))',
    "a list": 'TablePatch(table="users", columns=pulumi.Output.secret([{"name": "odd", "type": "text"}]))',
    "a label that is called like a text": 'EnumType(name="odd", labels=("comment",), renamed_labels={"comment": word})',
    "a flag": 'Bucket(name="odd", public=pulumi.Output.secret(True))',
    "a short text": 'TablePatch(table="users",'
    ' columns=(Column(name="odd", type="text", default=pulumi.Output.secret("1")),))',
    "statements": 'Sql(name="odd", up=pulumi.Output.concat("select ", quoted), check="select false")',
    "a back-fill": 'Backfill(name="odd", table="users", assignments={"email": quoted}, where="email is null")',
}


@pytest.fixture
def stack(tmp_path: Path, database: Database) -> Stack:
    """A stack whose program is given a secret."""
    made = object_stack(tmp_path / "project", database.url)
    typed(made, "word", WORD)
    return made


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    """A superuser's connection to the stack's database."""
    with database.connect_superuser() as connection:
        yield connection


def programmed(stack: Stack, declarations: str) -> None:
    """Make this the stack's program."""
    (stack.directory / "program" / "__main__.py").write_text(PROGRAM.format(declarations), encoding="utf-8")


def quiet(stack: Stack, owner: Connection, *runs: Finished) -> None:
    """Assert that no form of the secret is in what was said, in a file of the stack, or in the ledger."""
    assert [PLANTED.inside(said(run)) for run in runs] == [[] for _ in runs]
    assert PLANTED.files(stack.directory) == []
    assert PLANTED.inside(stack.state()) == []
    assert PLANTED.inside(ledger_texts(owner)) == []


@pytest.mark.long
def test_a_whole_life_shows_it_nowhere(stack: Stack, owner: Connection) -> None:
    programmed(stack, ALL)
    runs = [stack.run("preview", "--diff"), stack.run("preview"), stack.run("preview", "--json")]
    runs += [stack.run("preview", "--save-plan", str(stack.directory / "plan.json"))]
    runs += [stack.run("up", "--yes", "--diff")]
    assert "as $body$[secret]$body$" in said(runs[0])
    assert one(owner, "select public.speak()") == WORD
    assert one(owner, "select said from public.spoken") == WORD
    quiet(stack, owner, *runs)
    assert "sealed" in ledger_texts(owner)

    runs = [stack.run("preview", "--refresh", "--diff", "--expect-no-changes")]
    runs += [stack.run("refresh", "--yes", "--diff"), stack.run("up", "--yes", "--diff", "--expect-no-changes")]
    runs += [stack.run("stack"), stack.run("stack", "history", "--json"), stack.run("stack", "export")]
    quiet(stack, owner, *runs)
    # The program's own: whoever may decrypt the state reads it.
    assert json.dumps(json.dumps(WORD))[3:-3] in stack.run("stack", "export", "--show-secrets").stdout

    typed(stack, "word", OTHER)
    runs = [stack.run("preview", "--diff"), stack.run("preview", "--json"), stack.run("up", "--yes", "--diff")]
    assert one(owner, "select public.speak()") == OTHER
    assert "~ 5 to update" in said(runs[0])
    quiet(stack, owner, *runs)
    runs = [stack.run("preview", "--refresh", "--diff", "--expect-no-changes")]

    runs += [stack.run("preview", "--diff", "--refresh"), stack.run("destroy", "--yes", "--diff")]
    quiet(stack, owner, *runs)
    assert one(owner, "select count(*) from pg_proc where proname = 'speak'") == 0


@pytest.mark.long
def test_somebody_s_change_by_hand_is_found_and_shows_no_secret(stack: Stack, owner: Connection) -> None:
    programmed(stack, ALL)
    stack.up()
    owner.execute("alter table users alter column word set default 'by hand'")
    owner.execute("create or replace view public.spoken with (security_invoker) as select 'by hand' as said")

    runs = [stack.run("preview", "--refresh", "--diff", "--expect-no-changes", ok=False)]
    runs += [stack.run("up", "--refresh", "--yes", "--diff")]

    quiet(stack, owner, *runs)
    assert one(owner, "select said from public.spoken") == WORD
    assert stack.clean()


@pytest.mark.long
def test_what_was_there_before_is_adopted_by_hash_and_stays(stack: Stack, owner: Connection) -> None:
    text = WORD.replace("'", "''")
    owner.execute(f"create view public.spoken with (security_invoker) as select '{text}'::text as said".encode())
    owner.execute("alter view public.spoken owner to postgres")
    programmed(stack, ALL)
    runs = [stack.run("preview", "--diff"), stack.run("up", "--yes", "--diff")]
    quiet(stack, owner, *runs)

    runs = [stack.run("destroy", "--yes", "--diff")]

    quiet(stack, owner, *runs)
    assert one(owner, "select said from public.spoken") == WORD


@pytest.mark.long
def test_a_rotated_secret_cannot_be_put_back_and_stays_with_a_warning(stack: Stack, owner: Connection) -> None:
    owner.execute("alter table users add column word text default '{}'".format(WORD.replace("'", "''")).encode())
    programmed(stack, ALL)
    stack.up()
    typed(stack, "word", OTHER)
    stack.up()

    done = stack.run("destroy", "--yes")

    assert "is not put back in full: what it was before held a secret, of which the ledger keeps a hash." in said(done)
    quiet(stack, owner, done)


@pytest.mark.long
def test_what_was_a_plain_value_is_sealed_once_it_is_secret(stack: Stack, owner: Connection) -> None:
    programmed(stack, ALL.replace("quoted", "pulumi.Output.unsecret(quoted)").replace("comment=word", "comment=None"))
    stack.up()
    assert PLANTED.inside(stack.state()) != []

    programmed(stack, ALL.replace("comment=word", "comment=None"))
    stack.up()

    # What was said, recorded and backed up before is what it was: docs/secrets.md says to give a new one.
    assert PLANTED.inside(stack.state()) == []
    rows = one(owner, "select string_agg(o::text, '') from supaschema.objects o")
    assert PLANTED.inside(str(rows)) == []
    assert stack.clean()


@pytest.mark.long
@pytest.mark.parametrize("case", FAILS)
def test_what_fails_with_it_says_nothing_of_it(stack: Stack, owner: Connection, case: str) -> None:
    programmed(stack, f'SchemaObject("odd", {FAILS[case]}, options)')

    runs = [stack.run("preview", "--diff", ok=None), stack.run("up", "--yes", "--skip-preview", "--diff", ok=False)]

    assert "[secret]" in said(runs[1])
    assert "odd" in said(runs[1])
    quiet(stack, owner, *runs)


@pytest.mark.long
@pytest.mark.parametrize("case", REFUSED)
def test_a_secret_where_none_may_be_is_refused_unnamed(stack: Stack, owner: Connection, case: str) -> None:
    programmed(stack, f'SchemaObject("odd", {REFUSED[case]}, options)')

    done = stack.run("preview", "--diff", ok=False)

    assert "secret" in said(done)
    assert "plain value" in said(done) or "function" in said(done)
    quiet(stack, owner, done)


def test_the_engine_s_loudest_log_alone_shows_it(stack: Stack) -> None:
    """The engine logs the secret inputs of every provider's resources at -v=9; docs/secrets.md says so."""
    programmed(stack, ALL)
    loud = stack.run("preview", "--diff", "--debug", "-v=8", "--logtostderr", "--logflow")
    assert PLANTED.inside(said(loud)) == []
    assert PLANTED.inside(said(stack.run("preview", *TALKATIVE))) != []
