"""What the files of a project say of a stack, as Pulumi reads them: without secrets, and without its database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from supaschema.core.errors import SupaschemaError
from supaschema.core.secret_texts import MASK

FILES = ("Pulumi.{}.yaml", "Pulumi.{}.yml")
OF_ENCRYPTION = ("encryptionsalt", "encryptedkey", "secretsprovider", "environment")
_TO_THE_TARGET = ("databaseUrl", "supabaseUrl", "serviceRoleKey")
"""What the provider reaches a database and its platform by."""
_PROJECT = ("Pulumi.yaml", "Pulumi.yml")
_BOOLEAN = "tag:yaml.org,2002:bool"


class _Loader(yaml.SafeLoader):
    """Reads `off`, `on`, `yes` and `no` as words, as Pulumi does: a lint's level may be `off`."""

    yaml_implicit_resolvers = {  # noqa: RUF012  as the base class has it
        first: [(tag, pattern) for tag, pattern in found if tag != _BOOLEAN]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(_BOOLEAN, re.compile("(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def read_yaml(text: str) -> Any:
    """Return what a text of YAML says.

    Raises:
        yaml.YAMLError: It is none.
        RecursionError: It is too deep.

    """
    return yaml.load(text, _Loader)  # noqa: S506  a SafeLoader with fewer words


def project_name(project: Path) -> str | None:
    """Return the name of the project in a folder; None: it has none, or none that can be read."""
    for name in _PROJECT:
        try:
            read = read_yaml((project / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, UnicodeError, RecursionError, yaml.YAMLError):
            return None
        return str(read.get("name")) if isinstance(read, dict) else None
    return None


def settings_file(project: Path, stack: str) -> Path | None:
    """Return the file in which a project has a stack's settings; None: there is none."""
    return next((path for name in FILES if (path := project / name.format(stack)).is_file()), None)


def settings_without_secrets(project: Path, stack: str) -> dict[str, Any]:
    """Return what a project's file says of a stack; empty: there is no file.

    Raises:
        SupaschemaError: The file cannot be read as a stack's settings.

    """
    path = settings_file(project, stack)
    if path is None:
        return {}
    try:
        read = read_yaml(path.read_text(encoding="utf-8")) or {}
        config = {key: _without_secrets(value) for key, value in (read.get("config") or {}).items()}
    except (OSError, UnicodeError, yaml.YAMLError, AttributeError, RecursionError):
        raise SupaschemaError("it cannot be read as a stack's settings.", where=str(path)) from None
    kept = {key: value for key, value in config.items() if key.partition(":")[2] not in _TO_THE_TARGET}
    return {**{key: value for key, value in read.items() if key not in (*OF_ENCRYPTION, "config")}, "config": kept}


def _without_secrets(value: Any) -> Any:
    match value:
        case {"secure": _}:
            return MASK
        case dict():
            return {key: _without_secrets(item) for key, item in value.items()}
        case list():
            return [_without_secrets(item) for item in value]
    return value
