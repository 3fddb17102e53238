"""A provider whose resources do nothing: what so many resources cost whoever provides them.

python -m tests.bench.idle_provider        (the engine starts it; see `idle_stack`)
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2

from supaschema.provider.protocol import plugin_pb2, provider_pb2, provider_pb2_grpc
from supaschema.provider.serving import serve
from tests.support.pulumi import ROOT, Stack, object_stack

NAME = "tests.bench.idle_provider"
_PLUGIN = """\
#!/bin/sh
PYTHONPATH={root}/supaschema/src:{root} exec {root}/.venv/bin/python -m {name}
"""
_Context = grpc.aio.ServicerContext[Any, Any]


class IdleProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Takes every resource as it is declared."""

    async def GetPluginInfo(self, request: empty_pb2.Empty, context: _Context) -> plugin_pb2.PluginInfo:
        """Return a version."""
        return plugin_pb2.PluginInfo(version="1.0.0")

    async def CheckConfig(self, request: provider_pb2.CheckRequest, context: _Context) -> provider_pb2.CheckResponse:
        """Return the settings."""
        return provider_pb2.CheckResponse(inputs=request.news)

    async def DiffConfig(self, request: provider_pb2.DiffRequest, context: _Context) -> provider_pb2.DiffResponse:
        """Return that nothing differs."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    async def Configure(
        self, request: provider_pb2.ConfigureRequest, context: _Context
    ) -> provider_pb2.ConfigureResponse:
        """Return what supaschema returns."""
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    async def Check(self, request: provider_pb2.CheckRequest, context: _Context) -> provider_pb2.CheckResponse:
        """Return the inputs."""
        return provider_pb2.CheckResponse(inputs=request.news)

    async def Diff(self, request: provider_pb2.DiffRequest, context: _Context) -> provider_pb2.DiffResponse:
        """Return whether the inputs differ."""
        same = request.news == request.old_inputs
        answer = provider_pb2.DiffResponse.DIFF_NONE if same else provider_pb2.DiffResponse.DIFF_SOME
        return provider_pb2.DiffResponse(changes=answer)

    async def Create(self, request: provider_pb2.CreateRequest, context: _Context) -> provider_pb2.CreateResponse:
        """Return the inputs as outputs."""
        return provider_pb2.CreateResponse(id="idle", properties=request.properties)

    async def Update(self, request: provider_pb2.UpdateRequest, context: _Context) -> provider_pb2.UpdateResponse:
        """Return the inputs as outputs."""
        return provider_pb2.UpdateResponse(properties=request.news)

    async def Cancel(self, request: empty_pb2.Empty, context: _Context) -> empty_pb2.Empty:
        """Do nothing: nothing runs."""
        return empty_pb2.Empty()


def idle_stack(directory: Path) -> Stack:
    """Make a project like `object_stack`, whose resources this provider provides: they do nothing."""
    stack = object_stack(directory, "")
    plugin = directory / "plugin"
    plugin.mkdir()
    file = plugin / "pulumi-resource-supaschema"
    file.write_text(_PLUGIN.format(root=ROOT, name=NAME), encoding="utf-8")
    file.chmod(0o755)
    project = directory / "Pulumi.yaml"
    project.write_text(project.read_text(encoding="utf-8").replace("supaschema/plugin", "plugin"), encoding="utf-8")
    return stack


if __name__ == "__main__":
    asyncio.run(serve(IdleProvider()))
