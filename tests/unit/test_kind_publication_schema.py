"""Schemas in publications."""

from supaschema.core.model import Hazard, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.publication_schema import PublicationSchema, PublicationSchemaKind

ID = ObjectId("publication_schema", ("app", "feed"))
KIND = PublicationSchemaKind()


def test_its_tables_are_published_and_no_longer():
    (made,) = KIND.create(ID, PublicationSchema(), Context(major=17)).statements
    (gone,) = KIND.drop(ID, PublicationSchema(), Context(major=17)).statements

    assert made.text == 'alter publication "feed" add tables in schema "app"'
    assert gone.text == 'alter publication "feed" drop tables in schema "app"'
    assert [note.hazard for note in made.hazards] == [Hazard.AUTHZ_UPDATE, Hazard.CORRECTNESS]
    assert [note.hazard for note in gone.hazards] == [Hazard.HAS_UNTRACKABLE_DEPENDENCIES]
    assert KIND.parents(ID) == (ObjectId("schema", ("app",)), ObjectId("publication", ("feed",)))
    assert KIND.stands_on(ID, PublicationSchema()) == (("schema", "app"), ("publication", "feed"))
