"""The provider's process: the engine starts it with its address as an argument."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from supaschema.core.collector import collect_seldom
from supaschema.core.core_dumps import disable_core_dumps
from supaschema.provider.package_schema import VERSION
from supaschema.provider.servicer import Servicer
from supaschema.provider.serving import serve


def engine_address(arguments: Sequence[str]) -> str | None:
    """Return the engine's address: the last argument. Of the flags before it `--tracing` takes another address."""
    return None if not arguments or arguments[-1].startswith("-") else arguments[-1]


async def _run() -> None:
    servicer = Servicer(engine_address(sys.argv[1:]))
    await serve(servicer)
    servicer.close()


def main() -> None:
    """Run the provider, or tell its version."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"{VERSION}\n")
        return
    disable_core_dumps()
    collect_seldom()
    asyncio.run(_run())


if __name__ == "__main__":
    main()
