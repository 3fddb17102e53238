"""Grants on foreign servers."""

from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.foreign_server_grants import ForeignServerGrantsKind
from supaschema.kinds.grants import Entry, Grants

ID = ObjectId("foreign_server_grants", ("books",))
KIND = ForeignServerGrantsKind()
CONTEXT = Context(major=17, user="postgres", api_roles=("anon",))
GIVEN = Grants(entries=(Entry(grantee="anon", privileges=("USAGE",)),), managed=("anon",))


def texts(steps):
    return [statement.text for statement in steps.statements]


def test_a_server_is_open_to_nobody_until_it_is_said():
    assert texts(KIND.create(ID, Grants(managed=("anon",)), CONTEXT)) == []
    assert texts(KIND.create(ID, GIVEN, CONTEXT)) == ['grant usage on foreign server "books" to "anon"']


def test_what_is_taken_is_told():
    (gone,) = KIND.alter(ID, GIVEN, Grants(managed=("anon",)), CONTEXT).statements

    assert gone.text == 'revoke usage on foreign server "books" from "anon"'
    assert [note.sentence for note in gone.hazards] == ["anon loses USAGE on foreign server books."]


def test_they_are_the_servers():
    assert KIND.parents(ID) == (ObjectId("foreign_server", ("books",)),)
    assert KIND.stands_on(ID, GIVEN) == (("foreign server", "books"),)
