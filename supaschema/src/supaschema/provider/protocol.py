"""The protocol's messages and services, as the Pulumi SDK's package holds them, without the SDK itself.

Importing `pulumi.runtime.proto` by its name runs the whole SDK first, which a provider has no use for: a fifth of a
second of CPU at the start of every run. Its folder is imported under a name of its own instead.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi.runtime.proto import (
        engine_pb2,
        engine_pb2_grpc,
        plugin_pb2,
        provider_pb2,
        provider_pb2_grpc,
        status_pb2,
    )
else:
    _sdk = importlib.util.find_spec("pulumi")
    _folder = Path(_sdk.origin).parent / "runtime" / "proto"
    _NAME = "supaschema_protocol"
    _spec = importlib.util.spec_from_file_location(
        _NAME, _folder / "__init__.py", submodule_search_locations=[str(_folder)]
    )
    sys.modules[_NAME] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules[_NAME])
    from supaschema_protocol import (
        engine_pb2,
        engine_pb2_grpc,
        plugin_pb2,
        provider_pb2,
        provider_pb2_grpc,
        status_pb2,
    )

__all__ = ["engine_pb2", "engine_pb2_grpc", "plugin_pb2", "provider_pb2", "provider_pb2_grpc", "status_pb2"]
