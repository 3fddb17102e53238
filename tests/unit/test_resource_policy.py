"""Policy: one policy on a table that others share."""

from supaschema.declarations import Policy, PolicyCommand
from supaschema.resources.policy import PolicyResource

RESOURCE = PolicyResource()
FILES = Policy(
    schema="storage",
    table="objects",
    name="Members read: their files / all",
    command=PolicyCommand.SELECT,
    to=("service_role", "authenticated"),
    using="bucket_id = 'imports'",
)


def facts():
    return {fact.id: fact.definition for fact in RESOURCE.facts(FILES)}


def test_its_id_finds_it_again():
    assert RESOURCE.identify(FILES) == "storage.objects/Members read: their files / all"
    found = RESOURCE.imported(RESOURCE.identify(FILES), facts())

    assert found is not None
    assert RESOURCE.identify(found) == RESOURCE.identify(FILES)
    assert RESOURCE.imported("storage.objects/another", facts()) is None


def test_it_is_lifted_as_declared_whatever_the_order_of_its_roles():
    assert RESOURCE.lift(facts(), FILES) == FILES.to_inputs()
    assert RESOURCE.lift({}, FILES) == {}


def test_it_claims_nothing_of_the_table():
    assert list(RESOURCE.exclusive_objects(FILES, facts())) == []
    assert RESOURCE.anchors(FILES) == {("storage", "objects")}


def test_its_mistakes_are_told():
    assert list(RESOURCE.problems(FILES)) == []
    bare = Policy(
        schema="storage",
        table="objects",
        name="p",
        command=PolicyCommand.SELECT,
        to=("anon",),
        using="bucket_id = 'b' and auth.uid() = owner",
    )
    assert [problem.field for problem in RESOURCE.problems(bare)] == ["using"]
