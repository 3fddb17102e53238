"""Order of a Pulumi program's resources by what their texts name: views, functions, policies, without `depends_on`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, TypeAlias

import pulumi

from supaschema.core.named_in_texts import qualified_names

_TYPES = "supaschema:index:"
_SCHEMA = "public"
"""The schema of what names none."""

_Parts: TypeAlias = "tuple[pulumi.Input[str], ...]"
"""A name, of which a part may be an output."""


def order_by_names() -> None:
    """Have each resource come after those, declared before it in the program, that its texts name with their schemas.

    What is in a schema, or belongs to a table, comes after that too; what a set of objects holds counts as declared by
    the set. To be called at the beginning of the program. A name or a text that is an output is looked at as soon as it
    is known.
    """
    pulumi.runtime.register_stack_transformation(_Order().transformed)


class _Order:
    """What the program has declared so far."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._made: dict[_Parts, list[tuple[int, pulumi.Resource]]] = {}
        self._unnamed: list[tuple[int, _Parts, pulumi.Resource]] = []
        """What has an output in its name."""

    def transformed(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        """Return a resource's options with what it comes after; None: it is left as it is."""
        if not args.type_.startswith(_TYPES):
            return None
        number = next(self._numbers)
        props = {key: value for key, value in args.props.items() if value is not None}
        declared = tuple(_declared(args.type_, props))
        places = {name for _, item in declared for name in _places(item)}
        known = {name for name in places if _is_known(name)}
        known |= {name for text in _texts(props) for name in qualified_names(text)}
        first = self._first(known, places - known, tuple(_outputs(props)), number)
        for name in {name for kind, item in declared for name in _own(kind, item)}:
            if _is_known(name):
                self._made.setdefault(name, []).append((number, args.resource))
            else:
                self._unnamed.append((number, name, args.resource))
        if not isinstance(first, pulumi.Output) and not first:
            return None
        opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(depends_on=first))
        return pulumi.ResourceTransformationResult(args.props, opts)

    def _first(
        self, known: set[_Parts], places: set[_Parts], outputs: tuple[pulumi.Output[Any], ...], number: int
    ) -> pulumi.Input[list[pulumi.Resource]]:
        """Return what comes before a resource; it is waited for only what that waits for anyway.

        Args:
            known: What its texts name, and where it is.
            places: Where else it is, by outputs.
            outputs: All that it is given as outputs.
            number: How many resources were declared before.

        """
        if not outputs:
            return self._before(known, number)

        def found(values: list[Any]) -> pulumi.Input[list[pulumi.Resource]]:
            of_places, texts = values
            names = {name for text in _texts(texts) for name in qualified_names(text)}
            return self._before({*known, *names, *map(tuple, of_places)}, number)

        of_places = [[_settled(part) for part in name] for name in places]
        return pulumi.Output.all(of_places, [_settled(item) for item in outputs]).apply(found)

    def _before(self, names: set[_Parts], number: int) -> pulumi.Input[list[pulumi.Resource]]:
        # Outputs are known when more is declared than was before the resource that has them.
        known = [name for name in names if name in self._made]
        first = [item for name in sorted(known) for made, item in self._made[name] if made < number]
        open_ = [item for item in self._unnamed if item[0] < number and any(_may_be(item[1], name) for name in names)]
        if not open_:
            return first

        def found(values: list[Any]) -> list[pulumi.Resource]:
            return first + [item for (_, _, item), name in zip(open_, values, strict=True) if tuple(name) in names]

        return pulumi.Output.all(*([_settled(part) for part in name] for _, name, _ in open_)).apply(found)


def _settled(value: Any) -> pulumi.Input[Any]:
    # What is not known before `up` names nothing, and keeps nothing else from being looked at.
    if not isinstance(value, pulumi.Output):
        return value
    return value.apply(lambda it: None if pulumi.output.contains_unknowns(it) else it, run_with_unknowns=True)


def _is_known(name: _Parts) -> bool:
    return all(isinstance(part, str) for part in name)


def _may_be(name: _Parts, other: _Parts) -> bool:
    return len(name) == len(other) and all(
        not isinstance(part, str) or part == word for part, word in zip(name, other, strict=True)
    )


def _declared(type_: str, props: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    # By its class: a set's members have it at the beginning of their keys, `View public.open_orders`.
    if not type_.endswith(":ObjectSet"):
        yield type_.rpartition(":")[2], props
        return
    objects = props.get("objects")
    for key, item in objects.items() if isinstance(objects, Mapping) else ():
        if isinstance(item, pulumi.Output):
            continue
        given = item if isinstance(item, Mapping) else vars(item)
        yield key.partition(" ")[0], {name: value for name, value in given.items() if value is not None}


def _own(kind: str, props: Mapping[str, Any]) -> Iterator[_Parts]:
    # By what others name it: a schema by a word, the rest by schema and name. What is on a table nobody names, but for
    # the columns that a patch adds.
    own = "table" if kind == "TablePatch" else "name"
    name, schema = props.get(own), props.get("schema", _SCHEMA)
    if isinstance(name, str | pulumi.Output) and ("table" not in props or own == "table"):
        yield (name,) if kind == "Schema" else (schema, name)


def _places(props: Mapping[str, Any]) -> Iterator[_Parts]:
    schema, table = props.get("schema", _SCHEMA), props.get("table")
    yield (schema,)
    if isinstance(table, str | pulumi.Output):
        yield (schema, table)


def _texts(value: Any) -> Iterator[str]:
    return (item for item in _leaves(value) if isinstance(item, str))


def _outputs(value: Any) -> Iterator[pulumi.Output[Any]]:
    return (item for item in _leaves(value) if isinstance(item, pulumi.Output))


def _leaves(value: Any) -> Iterator[str | pulumi.Output[Any]]:
    # Enums are words of the language.
    if isinstance(value, Enum | pulumi.Resource):
        return
    if isinstance(value, str | pulumi.Output):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif hasattr(value, "__dict__"):
        yield from _leaves(vars(value))
