"""The provider's process: the engine starts it with its address as an argument."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Sequence

from supaschema.core.core_dumps import disable_core_dumps
from supaschema.provider.servicer import Servicer
from supaschema.provider.serving import serve

COLLECTED_AFTER = 50_000
"""How many more objects there are than at the last garbage collection when the next one begins."""


def engine_address(arguments: Sequence[str]) -> str | None:
    """Return the engine's address: the last argument. Of the flags before it `--tracing` takes another address."""
    return None if not arguments or arguments[-1].startswith("-") else arguments[-1]


async def _run() -> None:
    servicer = Servicer(engine_address(sys.argv[1:]))
    await serve(servicer)
    servicer.close()


def main() -> None:
    """Run the provider."""
    disable_core_dumps()
    # What is imported stays: no collection need look at it. What a run makes is mostly values, which hold no circles.
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)
    asyncio.run(_run())


if __name__ == "__main__":
    main()
