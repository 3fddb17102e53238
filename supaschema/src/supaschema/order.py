"""Order of a Pulumi program's resources by what their texts name: views, functions, policies, without `depends_on`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

import pulumi

from supaschema.core.named_in_texts import qualified_names
from supaschema.core.sqltext import Name

_TYPES = "supaschema:index:"
_SCHEMA = "public"
"""The schema of what names none."""


def order_by_names() -> None:
    """Have each resource come after those, declared before it in the program, that its texts name with their schemas.

    What is in a schema, or belongs to a table, comes after that too; what a set of objects holds counts as declared by
    the set. To be called at the beginning of the program. A name that is an output is not seen here, and need not be:
    what is given an output comes after its resource.
    """
    pulumi.runtime.register_stack_transformation(_Order().transformed)


class _Order:
    """What the program has declared so far."""

    def __init__(self) -> None:
        self._made: dict[Name, list[pulumi.Resource]] = {}

    def transformed(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        """Return a resource's options with what it comes after; None: it is left as it is."""
        if not args.type_.startswith(_TYPES):
            return None
        props = {key: value for key, value in args.props.items() if value is not None}
        declared = tuple(_declared(args.type_, props))
        named = {name for text in _texts(props) for name in qualified_names(text)}
        named |= {name for _, item in declared for name in _places(item)}
        first = [item for name in sorted(named & self._made.keys()) for item in self._made[name]]
        for name in {name for kind, item in declared for name in _own(kind, item)}:
            self._made.setdefault(name, []).append(args.resource)
        if not first:
            return None
        opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(depends_on=first))
        return pulumi.ResourceTransformationResult(args.props, opts)


def _declared(type_: str, props: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    # By its class: a set's members have it at the beginning of their keys, `View public.open_orders`.
    if not type_.endswith(":ObjectSet"):
        yield type_.rpartition(":")[2], props
        return
    objects = props.get("objects")
    for key, item in objects.items() if isinstance(objects, Mapping) else ():
        if isinstance(item, Mapping):
            yield key.partition(" ")[0], item


def _own(kind: str, props: Mapping[str, Any]) -> Iterator[Name]:
    # By what others name it: a schema by a word, the rest by schema and name. What is on a table nobody names, but for
    # the columns that a patch adds.
    own = "table" if kind == "TablePatch" else "name"
    name, schema = props.get(own), props.get("schema") or _SCHEMA
    if isinstance(name, str) and isinstance(schema, str) and ("table" not in props or own == "table"):
        yield (name,) if kind == "Schema" else (schema, name)


def _places(props: Mapping[str, Any]) -> set[Name]:
    schema, table = props.get("schema") or _SCHEMA, props.get("table")
    if not isinstance(schema, str):
        return set()
    return {(schema,), (schema, table)} if isinstance(table, str) else {(schema,)}


def _texts(value: Any) -> Iterator[str]:
    # Enums are words of the language; what an output will be is not known here.
    if isinstance(value, Enum | pulumi.Output | pulumi.Resource):
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif hasattr(value, "__dict__"):
        yield from _texts(vars(value))
