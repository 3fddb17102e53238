"""Write each dashboard as JSON beside its source: python -m monitoring.dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from monitoring.dashboards import operators, organizations
from supaschema.core.core_dumps import disable_core_dumps

FOLDER = Path(__file__).parent


def files() -> Mapping[Path, str]:
    """Return what each file holds."""
    encoder = JSONEncoder(sort_keys=True, indent=2)
    made = {"operators": operators.dashboard(), "organizations": organizations.dashboard()}
    return {FOLDER / f"{name}.json": f"{encoder.encode(one.build())}\n" for name, one in made.items()}


def main() -> None:
    """Write the files."""
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    disable_core_dumps()
    main()
