"""Grants on the sequences of identity columns."""

from __future__ import annotations

from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.grants import Entry, Grants
from supaschema.kinds.sequence_grants import SequenceGrantsKind

ID = ObjectId("sequence_grants", ("app", "notes", "id", "Notes_id_seq"))
KIND = SequenceGrantsKind()


def test_they_are_given_on_the_sequence_and_go_with_the_column():
    wanted = Grants(entries=(Entry(grantee="anon", privileges=("USAGE",)),), ordered=True)
    steps = KIND.create(ID, wanted, Context(major=17))

    assert [statement.text for statement in steps.statements] == [
        'revoke all on sequence "app"."Notes_id_seq" from PUBLIC, "anon", "authenticated", "service_role"',
        'grant usage on sequence "app"."Notes_id_seq" to "anon"',
    ]
    assert KIND.parents(ID)[0] == ObjectId("column", ("app", "notes", "id"))
    assert KIND.label(ID) == "sequence app.Notes_id_seq"
