"""The structure holds: data flows one way, the core knows no kind, files stay readable."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from supaschema.registry import KINDS, RESOURCES

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "supaschema" / "src" / "supaschema"
GENERATED = PACKAGE / "pulumi"
"""The typed resources, which `make sdk` writes; the engine, the provider and the commands do without them."""
SOURCES = sorted(
    path
    for folder in ("supaschema", "infra", "localdb", "monitoring", "tests", "tools")
    for path in (ROOT / folder).rglob("*.py")
    if {"__pycache__", "node_modules"}.isdisjoint(path.parts) and not path.is_relative_to(GENERATED)
)

MODULES = sorted(path for path in SOURCES if path.is_relative_to(PACKAGE) and path != PACKAGE / "__init__.py")

# A layer imports from itself and from those before it. Modules beside the folders are layers of their own.
LAYERS = (
    "core",
    "database",
    "supabase",
    "declarations",
    "sdk",
    "order",
    "process",
    "archive",
    "ledger",
    "connection",
    "kinds",
    "lint",
    "resources",
    "registry",
    "engine",
    "provider",
    "portable",
    "review",
    "gate",
    "drift",
    "export",
    "comparison",
    "command",
    "__main__",
)


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return names


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


# What role_owners.py calls a schema is a place of the catalog, whatever kind of object is declared there.
ENGINE = sorted(path for path in (PACKAGE / "engine").glob("*.py") if path.name != "role_owners.py")


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.name)
def test_the_engine_names_no_kind(path):
    literals = {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert not literals & set(KINDS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_layer_imports_no_later_one(path):
    own = LAYERS.index(layer(path))

    later = {
        module
        for module in imported(path)
        if module.startswith("supaschema.") and LAYERS.index(module.split(".")[1]) > own
    }

    assert not later


PUBLIC = ("pulumi", "declarations", "sdk", "order", "process", "connection")
"""What others import: docs/start.md says so, and what may change without notice has other names."""
PROGRAM = sorted((ROOT / "infra").rglob("*.py"))


@pytest.mark.parametrize("path", PROGRAM, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_program_imports_public_names_alone(path):
    # From the module itself, not from one beneath it.
    own = {module for module in imported(path) if module.split(".")[0] == "supaschema"}

    assert own <= {f"supaschema.{name}" for name in PUBLIC}


def test_the_page_for_beginners_lists_the_public_names():
    page = (ROOT / "docs" / "start.md").read_text(encoding="utf-8")

    table = page.partition("## Public names")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `supaschema\.(\w+)` \|", table, re.MULTILINE) == list(PUBLIC)


def test_every_folder_of_the_library_is_a_layer():
    assert {layer(path) for path in MODULES} == set(LAYERS)


def test_declarations_need_neither_database_nor_pulumi():
    for path in (PACKAGE / "declarations").glob("*.py"):
        assert not {module.split(".")[0] for module in imported(path)} & {"psycopg", "pulumi"}, path


def test_a_program_loads_no_database_driver():
    # It declares; the provider connects. The driver would take a tenth of the time that the program takes.
    code = (
        "import sys, connectors.machine_roles, connectors.settings, connectors.system; print('psycopg' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "infra", capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


HEAVY = ("comparison", "export", "gate", "provider", "pulumi")
"""Layers that take a tenth of a second to load, or more."""


@pytest.mark.parametrize(
    ("command", "own"),
    [
        ("status", set()),
        ("drift", {"drift_of_all", "drift_telling"}),
        ("purge", set()),
    ],
)
def test_a_command_loads_no_other_one(command, own):
    code = (
        "import sys\nfrom supaschema.command.cli import main\nmain(sys.argv[1:])\n"
        "print(*(name for name in sys.modules if name.startswith(('supaschema.', 'pulumi', 'grpc'))))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, command],
        env={"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = {tuple(name.split(".")[1:3]) for name in done.stdout.split()}
    commands = {names[1] for names in loaded if names[:1] == ("command",) and names[1:]}
    assert commands == {"cli", "databases", "outcome", command, *own}
    assert not {names[0] for names in loaded if names}.intersection(HEAVY)
    assert not {name for name in done.stdout.split() if not name.startswith("supaschema.")}


# Each opens connections to what is its own: to a stack's database the one, to this package's server the other.
CONNECTING = {
    "supaschema/src": tuple(
        PACKAGE / "database" / name for name in ("connect.py", "dsn.py", "dump.py", "transport.py")
    ),
    "infra": (),
    "localdb": (ROOT / "localdb" / "connection.py",),
    "monitoring": (),
    "tests/deployed": (),
}
OPENING = {
    "connect",
    "Connection",
    "AsyncConnection",
    "ConnectionPool",
    "AsyncConnectionPool",
    "PGconn",
    "conninfo",
    "pq",
}
PROGRAMS = ("psql", "pg_dump", "pg_restore", "libpq", "pg_isready")


def opens_a_connection(path: Path) -> Iterator[str]:
    """Return what a file takes of the driver to read an address or to connect, or runs to do so."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("psycopg", "psycopg_pool"):
            yield from (alias.name for alias in node.names if alias.name in OPENING)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in ("psycopg_pool", "psycopg2", "asyncpg"))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = ast.unparse(node.func.value)
            if node.func.attr == "connect" and of.startswith("psycopg"):
                yield ast.unparse(node.func)
        elif isinstance(node, ast.Constant) and node.value in PROGRAMS:
            yield node.value


@pytest.mark.parametrize("folder", CONNECTING)
def test_one_place_alone_connects_and_reads_addresses(folder):
    known = CONNECTING[folder]
    paths = [path for path in (ROOT / folder).rglob("*.py") if path not in known]

    assert paths
    assert {str(path.relative_to(ROOT)): list(opens_a_connection(path)) for path in paths} == {
        str(path.relative_to(ROOT)): [] for path in paths
    }
    assert all(list(opens_a_connection(path)) for path in known)


@pytest.mark.parametrize(
    "text",
    [
        "import psycopg\npsycopg.connect(url)",
        "import psycopg\npsycopg.Connection.connect(url)",
        "from psycopg import connect",
        "from psycopg import conninfo",
        "from psycopg.conninfo import conninfo",
        "from psycopg_pool import ConnectionPool",
        "import subprocess\nsubprocess.run(['psql', url])",
    ],
)
def test_another_place_that_connects_would_be_found(text, tmp_path):
    path = tmp_path / "other.py"
    path.write_text(text, encoding="utf-8")

    assert list(opens_a_connection(path))


def test_no_script_hands_a_database_to_a_program_of_postgresql():
    for script in (ROOT / "scripts").glob("*.sh"):
        lines = [line for line in script.read_text(encoding="utf-8").splitlines() if "say " not in line]
        assert not [line for line in lines for program in PROGRAMS if program in line], script


def test_every_command_forbids_dumps_before_it_connects():
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        connects = {"tests", "tools"}.isdisjoint(path.parts) or "deployed" in path.parts
        if 'if __name__ == "__main__":' in text and connects and "localdb" not in path.parts:
            assert "disable_core_dumps()" in text, path


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_readable(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, "a file of more than 400 lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, f"{node.name} has more than 40 lines"


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_tests_of_its_own(name):
    assert (ROOT / "tests" / "unit" / f"test_kind_{name}.py").exists()


def test_every_declaration_has_a_resource():
    from supaschema import declarations

    parts = {
        "Argument",
        "Check",
        "Column",
        "Declaration",
        "CompositeAttribute",
        "DomainCheck",
        "ForeignKey",
        "Grant",
        "InlineAccess",
        "InlineIndex",
        "InlinePolicy",
        "PublishedTable",
    }
    parts |= {"Exclusion", "IdentityOptions", "PrimaryKey", "Unique"}
    classes = {
        name for name in declarations.__all__ if issubclass(getattr(declarations, name), declarations.Declaration)
    }

    assert classes - parts == {resource.declaration.__name__ for resource in RESOURCES.values()}


WORDS = {"message_primary", "message_detail", "message_hint"}
"""What the server says. A value of a row may be in it: `server_errors.py` alone decides what of it is told."""
WORDING = {PACKAGE / "database" / "server_errors.py", PACKAGE / "database" / "connect.py"}


def untold(tree: ast.AST) -> list[int]:
    """Return the lines in which an error of psycopg, or a part of what the server says, is made a text."""
    found = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in WORDS]
    for handler in (node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)):
        if handler.name is None or handler.type is None or "psycopg.Error" not in ast.unparse(handler.type):
            continue
        for node in ast.walk(handler):
            shown = node.value if isinstance(node, ast.FormattedValue) else None
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "str":
                shown = node.args[0]
            if isinstance(shown, ast.Name) and shown.id == handler.name:
                found.append(handler.lineno)
    return found


@pytest.mark.parametrize(
    "source",
    [
        "try: f()\nexcept psycopg.Error as error: print(f'{error}')",
        "try: f()\nexcept (OSError, psycopg.Error) as error: print(str(error))",
        "error.diag.message_detail",
    ],
)
def test_words_of_the_server_that_are_told_as_they_are_are_found(source):
    assert untold(ast.parse(source))


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in SOURCES
        if path.is_relative_to(PACKAGE)
        or path.is_relative_to(ROOT / "infra")
        or path.is_relative_to(ROOT / "tests" / "deployed")
    ],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_words_of_the_server_are_told_by_one_module(path):
    assert path in WORDING or untold(ast.parse(path.read_text(encoding="utf-8"))) == []
