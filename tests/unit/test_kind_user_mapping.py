"""User mappings."""

from msgspec.structs import replace

from supaschema.core.model import Hazard, ObjectId
from supaschema.core.secret_texts import MASK
from supaschema.kinds import foreign_options
from supaschema.kinds.base import Context
from supaschema.kinds.user_mapping import UserMapping, UserMappingKind

ID = ObjectId("user_mapping", ("books", "anon"))
PUBLIC = ObjectId("user_mapping", ("books", "public"))
KIND = UserMappingKind()
CONTEXT = Context(major=17, user="postgres")
OPTIONS = {"user": "app", "password": "Zq-amber"}
DECLARED = UserMapping(role="anon", options=OPTIONS, declared=True)
LIVE = UserMapping(role="anon", options=foreign_options.sealed(OPTIONS, all_keys=True))
UNTOLD = UserMapping(role="anon")


def texts(steps):
    return [statement.text for statement in steps.statements]


def run(steps):
    return [statement.runnable.as_string() for statement in steps.statements]


def test_it_is_made_with_what_it_says_and_that_is_not_shown():
    steps = KIND.create(ID, DECLARED, CONTEXT)
    made = """create user mapping for "anon" server "books" options ("user" '{}', "password" '{}')"""

    assert texts(steps) == [made.format(MASK, MASK)]
    assert run(steps) == [made.format("app", "Zq-amber")]
    (note,) = steps.statements[0].hazards
    assert note.hazard is Hazard.AUTHZ_UPDATE
    assert texts(KIND.create(PUBLIC, UserMapping(role="anon", options={}, declared=True), CONTEXT)) == [
        'create user mapping for PUBLIC server "books"'
    ]


def test_options_that_differ_are_changed_in_place():
    other = UserMapping(role="anon", options={"user": "app", "password": "Zq-umber", "more": "m"}, declared=True)
    steps = KIND.alter(ID, LIVE, other, CONTEXT)

    assert steps is not None
    assert texts(steps) == [
        f"""alter user mapping for "anon" server "books" options (set "password" '{MASK}', add "more" '{MASK}')"""
    ]
    assert "Zq-umber" in run(steps)[0]
    assert KIND.same_structure(DECLARED, LIVE)
    assert not KIND.same_structure(other, LIVE)


def test_what_is_not_shown_is_made_anew_where_it_is_declared_otherwise_and_else_is_no_difference():
    assert KIND.alter(ID, UNTOLD, DECLARED, CONTEXT) is None
    assert not KIND.same_structure(DECLARED, UNTOLD)
    assert KIND.same_structure(LIVE, UNTOLD)
    assert KIND.same_structure(UNTOLD, LIVE)
    left = KIND.alter(ID, UNTOLD, LIVE, CONTEXT)
    assert left is not None
    assert not left.statements


def test_what_is_known_by_its_hash_alone_is_not_written():
    steps = KIND.create(ID, LIVE, CONTEXT)

    assert "Zq-amber" not in run(steps)[0]
    assert "are not known here" in steps.preconditions[1].reason


def test_it_goes_and_that_is_told():
    (gone,) = KIND.drop(PUBLIC, LIVE, CONTEXT).statements

    assert gone.text == 'drop user mapping for PUBLIC server "books"'
    assert [note.sentence for note in gone.hazards] == [
        "Everybody without a mapping of their own no longer reaches what server books leads to."
    ]


def test_it_is_recreated_only_where_it_says_nothing():
    assert KIND.recreatable(UserMapping(role="anon", options={}))
    assert not KIND.recreatable(LIVE)
    assert not KIND.recreatable(UNTOLD)


def test_it_is_told_without_values_and_stands_on_its_server():
    assert KIND.told(DECLARED).options == KIND.told(LIVE).options == {"user": MASK, "password": MASK}
    assert KIND.told(UNTOLD) is UNTOLD
    assert KIND.structure(DECLARED) == LIVE
    assert [KIND.is_untold(it) for it in (UNTOLD, LIVE, DECLARED)] == [True, False, False]
    assert KIND.structure(replace(UNTOLD, declared=True)) == UNTOLD
    assert KIND.references(ID, LIVE) == (ObjectId("foreign_server", ("books",)),)
    assert KIND.called_after(ID) == (ObjectId("foreign_server", ("books",)),)
    assert KIND.roles(ID, LIVE, ()) == ("anon",)
    assert KIND.roles(ID, replace(LIVE, role="public"), ()) == ()
    assert KIND.stands_on(ID, LIVE) == (("foreign server", "books"),)
