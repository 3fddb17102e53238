"""Whether the program's classes and the plugin that runs are of one version: the engine does not always look."""

from __future__ import annotations

from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.provider.package_schema import PACKAGE, VERSION

_SAME = 2
"""How many of the parts of a version have to be the same: the major one and the minor one."""


def version_problem(settings: dict[str, Any]) -> DeclarationError | None:
    """Return that the program was written with classes of another version; None: of this one, or nothing tells.

    Args:
        settings: What the engine gives the provider. The typed classes of `supaschema.pulumi`, and those of other
            languages, have it hold their `version`.

    """
    version = settings.get("version")
    if not isinstance(version, str) or _compared(version) == _compared(VERSION):
        return None
    what = f"the program's classes are of {PACKAGE} {version}, and the plugin that runs is of {VERSION}."
    remedy = f"Install the same version of both; `{PACKAGE} plugin check` tells which plugin the engine runs."
    return DeclarationError(what, remedy=remedy)


def _compared(version: str) -> list[str]:
    return version.split(".")[:_SAME]
