"""Schemas."""

from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.schema import Schema, SchemaKind

ID = ObjectId("schema", ("private",))
KIND = SchemaKind()
CONTEXT = Context(major=17)


def test_a_schema_is_made_with_its_comment_and_dropped_without_what_is_in_it():
    made = [statement.text for statement in KIND.create(ID, Schema(comment="c"), CONTEXT).statements]

    assert made == ['create schema "private"', "comment on schema \"private\" is 'c'"]
    assert [statement.text for statement in KIND.drop(ID, Schema(), CONTEXT).statements] == ['drop schema "private"']


def test_a_comment_is_taken_away():
    (statement,) = KIND.alter(ID, Schema(comment="c"), Schema(), CONTEXT).statements

    assert statement.text == 'comment on schema "private" is null'
