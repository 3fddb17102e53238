"""Procedures: what CALL runs is made and replaced as a function is, without what a function alone has."""

from msgspec.structs import replace

from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context, SqlFieldKind
from supaschema.kinds.function_definition import Argument, Function
from supaschema.kinds.grants import Entry, Grants
from supaschema.kinds.procedure import ProcedureKind

ID = ObjectId("procedure", ("public", "sweep", "integer"))
KIND = ProcedureKind()
CONTEXT = Context(major=17, user="postgres")
OLD = Function(
    arguments=(Argument(name="days", type="int", default="30"), Argument(name="swept", type="out bigint")),
    returns="",
    language="plpgsql",
    body="begin swept := 1; end",
    settings={"search_path": '""'},
    owner="postgres",
)


def texts(steps):
    return [statement.text for statement in steps.statements]


def test_it_has_no_result_and_promises_nothing():
    live = replace(OLD, parallel="unsafe", leakproof=False, cost=100.0, rows=0.0, support="")
    declared = replace(OLD, owner=None, body="begin swept := 2; end", security_definer=True)
    wanted = KIND.resolve(ID, declared, live, CONTEXT)

    create, comment = texts(KIND.create(ID, replace(OLD, comment="Sweeps."), CONTEXT))
    assert create == (
        'create procedure "public"."sweep"("days" int default 30, "swept" out bigint)\n'
        "language plpgsql\n"
        "set \"search_path\" to ''\n"
        "as $body$begin swept := 1; end$body$"
    )
    assert comment == 'comment on procedure "public"."sweep"(integer) is \'Sweeps.\''
    (text,) = texts(KIND.alter(ID, live, wanted, CONTEXT))
    assert text.startswith('create or replace procedure "public"."sweep"(')
    assert "language plpgsql security definer\n" in text


def test_what_it_gives_back_or_is_called_by_has_it_made_anew():
    for arguments in (
        (OLD.arguments[0],),
        (replace(OLD.arguments[0], name="weeks"), OLD.arguments[1]),
        (OLD.arguments[0], replace(OLD.arguments[1], type="out integer")),
    ):
        assert KIND.alter(ID, OLD, replace(OLD, arguments=arguments), CONTEXT) is None
    assert texts(KIND.drop(ID, OLD, CONTEXT)) == ['drop procedure "public"."sweep"(integer)']


def test_it_gets_another_name_and_owner():
    new = ObjectId("procedure", ("public", "clean", "integer"))
    printed = replace(OLD, text="CREATE OR REPLACE PROCEDURE public.sweep(days integer)\n AS $$ $$")

    (rename,) = KIND.rename(ID, new)
    assert rename.text == 'alter procedure "public"."sweep"(integer) rename to "clean"'
    assert "procedure public.sweep" in rename.hazards[0].sentence
    assert KIND.renamed(printed, ID, new).text == "CREATE OR REPLACE PROCEDURE public.clean(days integer)\n AS $$ $$"
    assert texts(KIND.alter(ID, OLD, replace(OLD, owner="service_role"), CONTEXT)) == [
        'alter procedure "public"."sweep"(integer) owner to "service_role"'
    ]


def test_the_server_is_asked_how_it_writes_a_procedure():
    field = KIND.sql_fields(ID, OLD)["signature"]

    assert field.kind is SqlFieldKind.PROCEDURE
    assert field.text == '("days" int default 30, "swept" out bigint)'


def test_a_function_is_no_procedure_that_another_name_follows():
    other = ObjectId("procedure", ("public", "sweep", "text"))

    assert KIND.succeeds(other, OLD, ID, OLD)
    assert not KIND.succeeds(ObjectId("function", other.name), OLD, ID, OLD)


def test_who_may_do_with_its_owners_rights_what_it_does_is_told():
    grants = Grants(entries=(Entry(grantee="service_role", privileges=("EXECUTE",)),))
    context = Context(major=17, live={ObjectId("procedure_grants", ID.name): grants})
    (_, note) = KIND.create(ID, replace(OLD, security_definer=True), context).statements[0].hazards

    assert note.sentence.endswith("whoever may call it (service_role) can do what its body does.")
