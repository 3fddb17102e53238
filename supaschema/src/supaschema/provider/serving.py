"""Answers the engine on a port of this process, until it is told to stop or the engine is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import grpc

from supaschema.provider.protocol import provider_pb2_grpc

_MESSAGE_BYTES = 400 * 1024 * 1024
"""The engine's own limit for a message."""

_WATCH_SECONDS = 2.0


async def serve(servicer: provider_pb2_grpc.ResourceProviderServicer) -> None:
    """Print the port, and answer by a servicer until the end."""
    options = [
        ("grpc.max_receive_message_length", _MESSAGE_BYTES),
        ("grpc.max_send_message_length", _MESSAGE_BYTES),
    ]
    server = grpc.aio.server(options=options)
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


async def _watch_parent(stop: asyncio.Event) -> None:
    # An engine that was killed leaves its providers to another parent; nobody would ever end them.
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110 - no event tells of a parent's end
        await asyncio.sleep(_WATCH_SECONDS)
    stop.set()
