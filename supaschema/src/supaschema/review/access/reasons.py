"""Why a role reaches more, less or something else, in words; pure."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.core.sqltext import relation_name
from supaschema.review.access.rights import Clause, Gate, Grant


def reasons(was: Grant | None, now: Grant | None) -> tuple[str, ...]:
    """Return what is behind a difference; of something that begins or ends, how far it reaches."""
    if was is not None and now is not None:
        if (was.owner is None) is not (now.owner is None):
            return tuple(_power(was, now))
        return tuple(dict.fromkeys((*_power(was, now), *_gates(was, now))))
    grant = now or was
    return tuple(dict.fromkeys(_reach(grant))) if grant is not None else ()


def _reach(grant: Grant) -> Iterator[str]:
    if grant.owner is not None:
        yield f"with the rights of {grant.owner}{_past(grant)}"
    for gate in sorted(grant.gates, key=_place):
        if gate.is_closed:
            yield f"no row of {_relation(gate)}: no policy admits one"
        else:
            names = ", ".join(sorted(clause.policy for clause in gate.clauses))
            yield f"rows of {_relation(gate)} by policies: {names}"


def _power(was: Grant, now: Grant) -> Iterator[str]:
    if was.owner is None and now.owner is not None:
        yield f"now with the rights of {now.owner}{_past(now)}"
    elif was.owner is not None and now.owner is None:
        yield f"not with the rights of {was.owner} any more"
    elif was.owner != now.owner:
        yield f"now with the rights of {now.owner}, before of {was.owner}"
    elif was.digest != now.digest:
        yield f"it does something else with the rights of {now.owner}"


def _gates(was: Grant, now: Grant) -> Iterator[str]:
    old, new = {_place(gate): gate for gate in was.gates}, {_place(gate): gate for gate in now.gates}
    for place in sorted({*old, *new}):
        if place not in new:
            yield f"row level security of {_relation(old[place])} holds back no row any more"
        elif place not in old:
            yield f"row level security of {_relation(new[place])} holds back rows now"
        else:
            yield from _clauses(old[place], new[place])


def _clauses(was: Gate, now: Gate) -> Iterator[str]:
    where = _relation(now)
    old = {clause.policy: clause for clause in was.clauses - now.clauses}
    new = {clause.policy: clause for clause in now.clauses - was.clauses}
    for name in sorted({*old, *new}):
        if name not in old:
            yield f"policy {name} of {where} {'admits' if new[name].permissive else 'holds back'} rows now"
        elif name not in new:
            yield f"policy {name} of {where} {'admits' if old[name].permissive else 'holds back'} no row any more"
        else:
            yield from _changed(f"policy {name} of {where}", old[name], new[name])


def _changed(policy: str, was: Clause, now: Clause) -> Iterator[str]:
    if (was.permissive, was.text) != (now.permissive, now.text):
        yield f"{policy} was changed"
        return
    for relation in sorted({name for name, _ in now.asks ^ was.asks}):
        before, after = (frozenset[Gate]().union(*(g for name, g in x.asks if name == relation)) for x in (was, now))
        told = "; ".join(_gates(Grant(gates=before), Grant(gates=after)))
        yield f"{policy} asks {relation_name(relation)}, which shows other rows now: {told}"
    for name, _ in sorted(now.calls - was.calls):
        yield f"{policy} calls {name}, which was changed"


def _past(grant: Grant) -> str:
    names = ", ".join(sorted(map(relation_name, grant.past)))
    return f", past the row level security of {names}" if names else ""


def _place(gate: Gate) -> tuple[str, ...]:
    return (*gate.relation, gate.owner or "")


def _relation(gate: Gate) -> str:
    whose = f" as {gate.owner} sees them" if gate.owner else ""
    return relation_name(gate.relation) + whose
