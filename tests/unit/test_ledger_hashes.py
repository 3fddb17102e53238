"""Hashes of what is declared: of what is said, and of the version that made them."""

from supaschema.kinds.column import Column
from supaschema.kinds.constraint import Constraint
from supaschema.ledger.hashes import FORMAT, definition_hash, hash_fits, is_current


def test_a_property_that_says_nothing_is_no_part_of_the_hash():
    assert definition_hash(Column(type="text", comment=None)) == definition_hash(Column(type="text"))
    assert definition_hash(Column(type="text", comment="Why.")) != definition_hash(Column(type="text"))
    assert definition_hash(Constraint(type="u", columns=("a",))) != definition_hash(
        Constraint(type="u", columns=("b",))
    )


def test_what_an_earlier_version_recorded_is_told_apart_from_what_was_declared_otherwise():
    wanted, other = Column(type="text"), definition_hash(Column(type="uuid"))

    assert not hash_fits(other, wanted)
    assert is_current(other, wanted)
    assert not is_current(other.removeprefix(f"{FORMAT}:"), wanted)
    assert is_current(None, wanted)
