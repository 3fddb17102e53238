"""Serves the provider: prints its port, then answers the engine until it is told to stop or the engine is gone."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Sequence

import grpc

from supaschema.core.core_dumps import disable_core_dumps
from supaschema.provider.protocol import provider_pb2_grpc
from supaschema.provider.servicer import Servicer

MESSAGE_BYTES = 400 * 1024 * 1024
"""The engine's own limit for a message."""

WATCH_SECONDS = 2.0
COLLECTED_AFTER = 50_000
"""How many more objects there are than at the last garbage collection when the next one begins."""


async def _serve(engine_address: str | None) -> None:
    options = [
        ("grpc.max_receive_message_length", MESSAGE_BYTES),
        ("grpc.max_send_message_length", MESSAGE_BYTES),
    ]
    server = grpc.aio.server(options=options)
    servicer = Servicer(engine_address)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    # The engine reads this line, and nothing else may go to standard output.
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # The engine gives each plugin a process group of its own, so Ctrl-C does not come here: it says Cancel, waits
    # for the answers that are due, and sends SIGINT when it wants no more.
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    watch = asyncio.create_task(_watch_parent(stop))
    await stop.wait()
    watch.cancel()
    await server.stop(grace=1)
    servicer.close()


async def _watch_parent(stop: asyncio.Event) -> None:
    # An engine that was killed leaves its providers to another parent; nobody would ever end them.
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110 - no event tells of a parent's end
        await asyncio.sleep(WATCH_SECONDS)
    stop.set()


def engine_address(arguments: Sequence[str]) -> str | None:
    """Return the engine's address: the last argument. Of the flags before it `--tracing` takes another address."""
    return None if not arguments or arguments[-1].startswith("-") else arguments[-1]


def main() -> None:
    """Run the provider."""
    disable_core_dumps()
    # What is imported stays: no collection need look at it. What a run makes is mostly values, which hold no circles.
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)
    asyncio.run(_serve(engine_address(sys.argv[1:])))


if __name__ == "__main__":
    main()
