"""The files of a program that declares what a database holds. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from supaschema.core.printable import line
from supaschema.declarations import Declaration
from supaschema.export.named import OF_SDK, modules_of, names_of, schema_of
from supaschema.export.order import Ordered
from supaschema.export.python_text import WIDTH, classes_in, text_of

FOLDER = "schemas"
"""The package of a module a schema."""
MAIN = "__main__.py"


def files_of(ordered: Ordered) -> dict[str, str]:
    """Return the files of the program, by their paths in its folder.

    Args:
        ordered: What it declares, in an order in which that can be made.

    """
    names = names_of(ordered.declared)
    schemas = [schema_of(it) for it in ordered.declared]
    modules = modules_of(schemas)
    after = {names[place]: tuple(names[it] for it in ahead) for place, ahead in ordered.after.items() if ahead}
    files = {f"{FOLDER}/__init__.py": f"{docstring('What each schema of the database holds.')}\n"}
    for schema, module in modules.items():
        own = {name: it for name, it, where in zip(names, ordered.declared, schemas, strict=True) if where == schema}
        files[f"{FOLDER}/{module}.py"] = _module(schema, own, {name: after[name] for name in own if name in after})
    return {MAIN: _main(sorted(modules.values())), **files}


def docstring(text: str) -> str:
    """Return a docstring of one line."""
    shown = line(text).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{shown}"""'


def _module(schema: str, objects: Mapping[str, Declaration], after: Mapping[str, tuple[str, ...]]) -> str:
    classes = {"Declaration"}.union(*map(classes_in, objects.values()))
    parts = [
        docstring(f"What schema {schema} holds."),
        "",
        _import("supaschema.declarations", sorted(classes)),
        "",
        f"OBJECTS: dict[str, Declaration] = {text_of(dict(objects), before=WIDTH)}",
        '"""By the name of its resource."""',
        "",
        _after(after),
        '"""By resource, those that it comes after."""',
    ]
    return "\n".join(parts) + "\n"


def _after(after: Mapping[str, tuple[str, ...]]) -> str:
    return f"AFTER: dict[str, tuple[str, ...]] = {text_of(dict(after), before=WIDTH if after else 0)}"


def _import(module: str, names: Sequence[str]) -> str:
    whole = f"from {module} import {', '.join(names)}"
    return (
        whole if len(whole) <= WIDTH else f"from {module} import (\n{''.join(f'    {it},{chr(10)}' for it in names)})"
    )


def _main(modules: Sequence[str]) -> str:
    objects = "".join(f"    **{it}.OBJECTS,\n" for it in modules)
    after = "".join(f"    **{it}.AFTER,\n" for it in modules)
    parts = [
        '"""What the database holds. `pulumi preview` shows what a change of it runs, `pulumi up` runs that."""',
        "",
        "import pulumi",
        _import("supaschema.sdk", OF_SDK),
        "",
        _import(FOLDER, modules),
        "",
        f"OBJECTS = {{\n{objects}}}",
        f"AFTER = {{\n{after}}}",
        "",
        "declare_all(OBJECTS, AFTER)",
        "pulumi.run(begin_all)",
    ]
    return "\n".join(parts) + "\n"
