"""Foreign servers."""

import pytest
from msgspec.structs import replace

from supaschema.core.model import Hazard, ObjectId
from supaschema.core.secret_texts import MASK
from supaschema.kinds import foreign_options
from supaschema.kinds.base import Context
from supaschema.kinds.foreign_server import ForeignServer, ForeignServerKind

ID = ObjectId("foreign_server", ("books",))
KIND = ForeignServerKind()
CONTEXT = Context(major=17, user="postgres")
PLAIN = ForeignServer(wrapper="postgres_fdw")
WHOLE = ForeignServer(
    wrapper="wasm", type="notion", version="2", options={"api_url": "https://x", "api_key": "Zq-amber"}, comment="c"
)
LIVE = replace(WHOLE, options=foreign_options.sealed(WHOLE.options), owner="postgres")
MADE = 'create server "books" foreign data wrapper "postgres_fdw"'


def texts(steps):
    return [statement.text for statement in steps.statements]


def run(steps):
    return [statement.runnable.as_string() for statement in steps.statements]


def reasons(steps):
    return [item.reason for item in steps.preconditions]


def test_it_is_made_as_it_is_to_be():
    assert texts(KIND.create(ID, PLAIN, CONTEXT)) == [MADE]
    assert texts(KIND.create(ID, replace(PLAIN, owner="admin", comment=""), CONTEXT)) == [
        MADE,
        'alter server "books" owner to "admin"',
    ]


def test_what_is_shown_has_no_key_and_what_runs_has():
    steps = KIND.create(ID, WHOLE, CONTEXT)
    made = (
        """create server "books" type 'notion' version '2' foreign data wrapper "wasm" """
        """options ("api_url" 'https://x', "api_key" '{}')"""
    )

    assert texts(steps) == [made.format(MASK), "comment on server \"books\" is 'c'"]
    assert run(steps)[0] == made.format("Zq-amber")


@pytest.mark.parametrize(
    ("new", "shown"),
    [
        (replace(LIVE, version="3"), ["alter server \"books\" version '3'"]),
        (replace(LIVE, version=None), ['alter server "books" version null']),
        (replace(LIVE, comment=""), ['comment on server "books" is null']),
        (replace(LIVE, owner="admin"), ['alter server "books" owner to "admin"']),
        (replace(LIVE, options=WHOLE.options), []),
        (
            replace(LIVE, options={"api_key": "Zq-umber", "more": "m"}),
            [f"""alter server "books" options (drop "api_url", set "api_key" '{MASK}', add "more" 'm')"""],
        ),
    ],
)
def test_what_can_be_is_changed_in_place(new, shown):
    assert texts(KIND.alter(ID, LIVE, new, CONTEXT)) == shown


def test_another_key_is_a_difference_and_runs_as_it_is():
    other = replace(WHOLE, options={**WHOLE.options, "api_key": "Zq-umber"}, owner="postgres")

    assert KIND.same_structure(replace(WHOLE, owner="postgres"), LIVE)
    assert not KIND.same_structure(other, LIVE)
    steps = KIND.alter(ID, LIVE, other, CONTEXT)
    assert steps is not None
    (statement,) = steps.statements
    assert "Zq-umber" in statement.runnable.as_string()
    assert [note.hazard for note in statement.hazards] == [Hazard.HAS_UNTRACKABLE_DEPENDENCIES]


def test_a_key_of_which_a_hash_alone_is_known_is_not_written():
    steps = KIND.create(ID, LIVE, CONTEXT)

    assert MASK in steps.statements[0].runnable.as_string()
    assert "are not known here" in reasons(steps)[1]
    assert reasons(KIND.alter(ID, LIVE, LIVE, CONTEXT)) == ["things stand against changing foreign server books"]


@pytest.mark.parametrize("other", [{"wrapper": "file_fdw"}, {"type": None}])
def test_what_cannot_be_is_made_anew(other):
    assert KIND.alter(ID, LIVE, replace(LIVE, **other), CONTEXT) is None
    assert not KIND.like(LIVE, replace(LIVE, **other))


def test_it_goes_unless_something_needs_it():
    steps = KIND.drop(ID, LIVE, CONTEXT)

    assert texts(steps) == ['drop server "books"']
    assert reasons(steps)[1] == "objects that no resource declares need foreign server books"


def test_it_gets_another_name_in_place():
    (renamed,) = KIND.rename(ID, ObjectId("foreign_server", ("library",)))

    assert renamed.text == 'alter server "books" rename to "library"'
    assert KIND.like(LIVE, replace(WHOLE, comment=None))


def test_it_is_told_and_tried_without_its_keys():
    for item in (WHOLE, LIVE):
        assert KIND.told(item).options == {"api_url": "https://x", "api_key": MASK}
    (tried,) = KIND.dry_run(ID, WHOLE)
    assert tried.as_string() == (
        """create server "supaschema_trial" type 'notion' version '2' foreign data wrapper "wasm" """
        """options ("api_url" 'https://x')"""
    )
    assert KIND.stands_on(ID, WHOLE) == (("foreign server", "books"),)


def test_what_a_declaration_says_nothing_of_stays():
    assert KIND.resolve(ID, PLAIN, LIVE, CONTEXT) == replace(PLAIN, owner="postgres", comment="c")
    assert KIND.resolve(ID, PLAIN, None, CONTEXT) == PLAIN
