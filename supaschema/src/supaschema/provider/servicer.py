"""The provider's side of Pulumi's protocol: messages to values and back. No rule of the product is in here."""

from __future__ import annotations

import asyncio
import functools
import json
import os
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NoReturn, TypeVar

import grpc
import psycopg
from google.protobuf import any_pb2, empty_pb2, struct_pb2

from supaschema.core.errors import DeclarationError, SupaschemaError
from supaschema.core.lints import LintLevel
from supaschema.core.printable import line, lines
from supaschema.core.secret_texts import Secrets
from supaschema.core.urn import Urn, resource_name
from supaschema.database.connect import check
from supaschema.database.dsn import masked
from supaschema.database.server_errors import server_error
from supaschema.database.settings import Settings, decoded, lints_from, settings_from
from supaschema.declarations import Declaration
from supaschema.lint.texts import text_problems
from supaschema.provider.deployment import deployment_of
from supaschema.provider.diff_response import diff_response
from supaschema.provider.incarnations import generation_of
from supaschema.provider.lint_levels import judged, lowered
from supaschema.provider.operations import Operations, parse
from supaschema.provider.outputs import outputs
from supaschema.provider.package_schema import VERSION, package_schema
from supaschema.provider.property_diff import Change
from supaschema.provider.protocol import (
    engine_pb2,
    engine_pb2_grpc,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
    status_pb2,
)
from supaschema.provider.results import DiffResult, PartiallyApplied, Remarks
from supaschema.provider.secret_inputs import SecretInputs
from supaschema.provider.turns import Turns
from supaschema.provider.values import any_unknown, from_struct, has_unknown
from supaschema.provider.versions import version_problem
from supaschema.registry import RESOURCES
from supaschema.resources.base import Resource

T = TypeVar("T")
Context = grpc.aio.ServicerContext[Any, Any]


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine."""

    def __init__(self, engine_address: str | None) -> None:
        """Take the engine's address, for diagnostics; None: the engine tells it by Attach."""
        self._engine = _engine_at(engine_address)
        self._deployment = deployment_of(engine_address, os.getppid())
        self._operations: Operations | None = None
        self._settings: Settings | None = None
        self._lints: tuple[LintLevel, ...] = ()
        self._secrets = Secrets()
        self._cancelling: asyncio.Task[None] | None = None
        self._by_program = False
        self._turns = Turns()

    async def Attach(self, request: plugin_pb2.PluginAttach, context: Context) -> empty_pb2.Empty:
        """Take the address of an engine that found this process running."""
        self._engine = _engine_at(request.address)
        return empty_pb2.Empty()

    async def GetPluginInfo(self, request: empty_pb2.Empty, context: Context) -> plugin_pb2.PluginInfo:
        """Return the version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    async def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: Context
    ) -> provider_pb2.GetSchemaResponse:
        """Return the package's schema."""
        schema = package_schema([resource.declaration for resource in RESOURCES.values()])
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    async def CheckConfig(self, request: provider_pb2.CheckRequest, context: Context) -> provider_pb2.CheckResponse:
        """Check the settings, and that they reach a database: said here, it is said once, not by every resource."""
        # Asked where a program runs; a destroy without one takes what the state has.
        self._by_program = True
        news = from_struct(request.news)
        failures: list[provider_pb2.CheckFailure] = []
        problem = await self._run(context, lambda: self._problem(news))
        if problem is not None:
            field = problem.field if isinstance(problem, DeclarationError) else ""
            reason = self._told(problem)
            failures = [provider_pb2.CheckFailure(reason=lines(f"{field}: {reason}" if field else reason))]
        for sentence in () if failures else lowered(self._lints):
            await self._warn(request.urn, [sentence])
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    async def DiffConfig(self, request: provider_pb2.DiffRequest, context: Context) -> provider_pb2.DiffResponse:
        """Say that no setting replaces anything: user, password and host change without touching an object."""
        same = from_struct(request.old_inputs) == from_struct(request.news)
        answer = provider_pb2.DiffResponse.DIFF_NONE if same else provider_pb2.DiffResponse.DIFF_SOME
        return provider_pb2.DiffResponse(changes=answer)

    async def Configure(
        self, request: provider_pb2.ConfigureRequest, context: Context
    ) -> provider_pb2.ConfigureResponse:
        """Take the settings."""
        inputs = decoded(from_struct(request.args))
        if not has_unknown(inputs):
            known = self._secrets, self._deployment
            self._operations = await self._run(context, lambda: Operations(self._read(inputs), *known))
            if self._by_program:
                self._operations.running_a_program()
        # What is secret must be known, so that it is in no preview, error or ledger. The engine logs the secret inputs
        # of resources at -v=9 either way.
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, acceptResources=False, acceptOutputs=False, supportsPreview=True
        )

    async def Check(self, request: provider_pb2.CheckRequest, context: Context) -> provider_pb2.CheckResponse:
        """Check a declaration, and return it with its defaults left out."""
        news, secret = from_struct(request.news), self._secret(request.urn, request.news)
        if self._operations is not None:
            self._operations.declaring()
        if any_unknown(request.news, news):
            if self._operations is not None:
                self._operations.undetermined(request.urn)
            return provider_pb2.CheckResponse(inputs=request.news)
        try:
            resource = _resource(request.urn)
            problems = [*secret.problems(resource.token), *text_problems(news)]
            declared = parse(resource, news)
        except DeclarationError as error:
            return provider_pb2.CheckResponse(inputs=request.news, failures=[self._failure(error, secret)])
        refused, told = judged(resource.problems(declared), self._lints, resource_name(request.urn))
        problems += refused
        warnings = {item.sentence(self._worded(item.problem, secret)): item.is_warning for item in told}
        await self._warn(request.urn, [text for text, is_warning in warnings.items() if is_warning])
        if not problems and self._operations is not None:
            self._operations.let_through(request.urn, [*warnings])
            problems += self._operations.declared_twice(resource, request.urn, declared)
            self._turns.declared(request.urn)
        failures = [self._failure(problem, secret) for problem in problems]
        inputs = declared.to_inputs()
        # Mostly it is normal already; writing it again would take longer than all else that is done here.
        return provider_pb2.CheckResponse(
            inputs=request.news if inputs == news and secret.all_marked else secret.struct(inputs),
            failures=failures,
        )

    async def Diff(self, request: provider_pb2.DiffRequest, context: Context) -> provider_pb2.DiffResponse:
        """Compare a declaration with the database."""
        news = from_struct(request.news)
        self._secret(request.urn, request.news, request.old_inputs, request.olds)
        if any_unknown(request.news, news):
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_SOME)
        # Mostly nothing has changed: what is the same on the wire is read once.
        old_inputs = news if request.old_inputs == request.news else from_struct(request.old_inputs)
        resource, olds = _resource(request.urn), from_struct(request.olds)

        def look() -> tuple[DiffResult, Remarks]:
            verbs = self._verbs()
            found = verbs.diff(resource, request.urn, olds, old_inputs, news, id=request.id)
            return found, verbs.remarks(resource, news)

        found, remarks = await self._run(context, look)
        now_secret = dict.fromkeys(self._secret(request.urn, request.news).unmarked(request.olds), Change.UPDATE)
        if not found.changed:
            self._turns.done(request.urn)
        if now_secret and not found.replaces:
            # Its state and its place in the ledger still hold it in the clear: an update marks it there.
            found = DiffResult({**now_secret, **found.properties}, found.replaces, changed=True)
        await self._tell(request.urn, remarks)
        return diff_response(found)

    async def Create(self, request: provider_pb2.CreateRequest, context: Context) -> provider_pb2.CreateResponse:
        """Make an object; at preview, say how."""
        resource, news = _resource(request.urn), from_struct(request.properties)
        secret = self._secret(request.urn, request.properties)
        if request.preview:
            await self._preview(context, resource, request.urn, None, news)
            return provider_pb2.CreateResponse(
                properties=secret.struct(outputs(resource.declaration, news, request.urn, 0))
            )
        # Before: an error of this look must not lose what was made.
        remarks = await self._run(context, lambda: self._verbs().remarks(resource, news, looking=False))
        await self._tell(request.urn, remarks)
        work = self._in_turn(request.urn, lambda: self._verbs().create(resource, request.urn, news))
        made = await self._result(context, work, secret)
        await self._warn(request.urn, made.warnings)
        return provider_pb2.CreateResponse(id=made.id, properties=secret.struct(made.outputs))

    async def Update(self, request: provider_pb2.UpdateRequest, context: Context) -> provider_pb2.UpdateResponse:
        """Change an object; at preview, say how."""
        resource, news, olds = _resource(request.urn), from_struct(request.news), from_struct(request.olds)
        self._secret(request.urn, request.olds, request.old_inputs)
        secret = self._secret(request.urn, request.news)
        if request.preview:
            await self._preview(context, resource, request.urn, olds, news)
            told = outputs(resource.declaration, news, request.urn, generation_of(olds))
            return provider_pb2.UpdateResponse(properties=secret.struct(told))
        work = self._in_turn(request.urn, lambda: self._verbs().update(resource, request.urn, olds, news))
        made = await self._result(context, work, secret)
        await self._warn(request.urn, made.warnings)
        return provider_pb2.UpdateResponse(properties=secret.struct(made.outputs))

    async def Delete(self, request: provider_pb2.DeleteRequest, context: Context) -> empty_pb2.Empty:
        """Put back what was there before."""
        resource, olds = _resource(request.urn), from_struct(request.properties)
        self._secret(request.urn, request.properties)
        work = functools.partial(asyncio.to_thread, lambda: self._verbs().delete(resource, request.urn, olds))
        warnings = await self._result(context, lambda: self._turns.leave(request.urn, work))
        await self._warn(request.urn, warnings)
        return empty_pb2.Empty()

    async def Read(self, request: provider_pb2.ReadRequest, context: Context) -> provider_pb2.ReadResponse:
        """Return an object as the database has it, for refresh and import."""
        resource = _resource(request.urn)
        inputs, olds = from_struct(request.inputs), from_struct(request.properties)
        secret = self._secret(request.urn, request.inputs, request.properties)

        def look() -> tuple[tuple[dict[str, Any], dict[str, Any]] | None, Remarks]:
            verbs = self._verbs()
            found = verbs.read(resource, request.urn, request.id, olds, inputs)
            return found, verbs.remarks(resource, inputs)

        found, remarks = await self._run(context, look)
        await self._tell(request.urn, remarks)
        if found is None:
            return provider_pb2.ReadResponse(id="")
        current, properties = found
        return provider_pb2.ReadResponse(
            id=request.id, inputs=secret.struct(current), properties=secret.struct(properties)
        )

    async def Cancel(self, request: empty_pb2.Empty, context: Context) -> empty_pb2.Empty:
        """Cancel the statements that are running.

        The engine says this at the end of every run too, and takes a late answer for a crash: it is not waited for.
        """
        if self._operations is not None:
            self._cancelling = asyncio.create_task(asyncio.to_thread(self._operations.pipeline.database.cancel))
        return empty_pb2.Empty()

    def close(self) -> None:
        """Cancel what runs and close every connection."""
        if self._operations is not None:
            self._operations.pipeline.database.cancel()
            self._operations.pipeline.close()

    def _read(self, inputs: dict[str, Any]) -> Settings:
        self._settings = settings_from(inputs)
        self._lints = self._settings.lints
        return self._settings

    def _problem(self, news: dict[str, Any]) -> SupaschemaError | None:
        if (other := version_problem(news)) is not None:
            return other
        try:
            if not has_unknown(news):
                check(self._read(decoded(news)))
            elif not has_unknown(news.get("lints")):
                # Whatever else is known only later, what is let through is told.
                self._lints = lints_from(decoded(news))
        except SupaschemaError as error:
            return error
        return None

    def _verbs(self) -> Operations:
        if self._operations is None:
            raise SupaschemaError("the provider is not configured yet: its settings are not known at this preview.")
        return self._operations

    async def _preview(
        self,
        context: Context,
        resource: Resource[Declaration],
        urn: str,
        olds: dict[str, Any] | None,
        news: dict[str, Any],
    ) -> None:
        if has_unknown(news) or self._operations is None:
            return

        def look() -> tuple[str, Remarks]:
            verbs = self._verbs()
            report = verbs.preview(resource, urn, olds, news)
            return report, verbs.remarks(resource, news, looking=False)

        report, remarks = await self._result(context, self._in_turn(urn, look, changes=False))
        await self._log(urn, report)
        await self._tell(urn, remarks)

    async def _tell(self, urn: str, remarks: Remarks) -> None:
        await self._warn(urn, remarks.hung)
        if remarks.unmodelled is not None:
            await self._log(urn, line(remarks.unmodelled))

    async def _warn(self, urn: str, warnings: Iterable[str]) -> None:
        for warning in warnings:
            await self._log(urn, line(warning), engine_pb2.WARNING)

    async def _log(self, urn: str, message: str, severity: engine_pb2.LogSeverity.ValueType = engine_pb2.INFO) -> None:
        if self._engine is None:
            return
        request = engine_pb2.LogRequest(severity=severity, message=self._without_secrets(message), urn=urn)
        await self._engine.Log(request)

    def _in_turn(self, urn: str, work: Callable[[], T], *, changes: bool = True) -> Callable[[], Awaitable[T]]:
        def makers() -> frozenset[str]:
            return self._verbs().pipeline.foresight.declared.makers(urn)

        return lambda: self._turns.take(urn, makers, lambda: asyncio.to_thread(work), changes=changes)

    async def _run(self, context: Context, work: Callable[[], T]) -> T:
        """Run blocking work in a thread."""
        return await self._result(context, lambda: asyncio.to_thread(work))

    async def _result(
        self, context: Context, work: Callable[[], Awaitable[T]], secret: SecretInputs | None = None
    ) -> T:
        """Wait for work; its errors become the engine's."""
        try:
            return await work()
        except PartiallyApplied as error:
            await _abort_partial(context, error, self._told(error.reason), secret or SecretInputs(self._secrets))
        except SupaschemaError as error:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, self._told(error))
        except psycopg.Error as error:
            # Outside of a plan's statements: reading the catalog or the ledger.
            await context.abort(grpc.StatusCode.UNAVAILABLE, self._told(server_error(error)))
        except Exception as error:  # noqa: BLE001 - a traceback helps nobody who reads a deployment's log
            message = f"a defect in supaschema, please report it: {type(error).__name__}: {error}"
            await context.abort(grpc.StatusCode.INTERNAL, self._without_secrets(message))

    def _secret(self, urn: str, *properties: struct_pb2.Struct) -> SecretInputs:
        return SecretInputs.of(self._secrets, Urn.parse(urn).type, *properties)

    def _without_secrets(self, text: str) -> str:
        # The engine masks nothing of what a provider says, and gives all of it to the terminal.
        return lines(self._masked(text))

    def _masked(self, text: str) -> str:
        text = self._secrets.masked(text)
        return text if self._settings is None else masked(text, self._settings)

    def _told(self, error: SupaschemaError) -> str:
        # Part by part, before it is made printable: a secret of several lines would no longer be known.
        parts = (self._masked(part) for part in (error.what, error.where, error.remedy))
        what, where, remedy = parts
        return self._without_secrets(str(SupaschemaError(what, where=where, remedy=remedy)))

    def _failure(self, error: DeclarationError, secret: SecretInputs) -> provider_pb2.CheckFailure:
        # Told the property, the engine would print its whole value, a function's body or a secret: it goes into the
        # reason.
        return provider_pb2.CheckFailure(reason=lines(self._worded(error, secret)))

    def _worded(self, error: DeclarationError, secret: SecretInputs) -> str:
        text = secret.without_parts(self._told(error))
        named = f"{text} [{error.lint}]" if error.lint else text
        return f"{error.field}: {named}" if error.field else named


def _engine_at(address: str | None) -> Any:
    # The generated stub is typed for blocking channels only; on this one its methods are awaited.
    return engine_pb2_grpc.EngineStub(grpc.aio.insecure_channel(address)) if address else None


async def _abort_partial(context: Context, error: PartiallyApplied, message: str, secret: SecretInputs) -> NoReturn:
    # The engine reads this detail: the object is in the state, and its next update does what is left.
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=error.made.id,
            properties=secret.struct(error.made.outputs),
            reasons=[message],
            inputs=secret.struct(error.inputs),
        )
    )
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=message, details=[detail])
    await context.abort(code, message, trailing_metadata=(("grpc-status-details-bin", status.SerializeToString()),))
    raise AssertionError("abort does not return")


def _resource(urn: str) -> Resource[Any]:
    token = Urn.parse(urn).type
    if token not in RESOURCES:
        raise DeclarationError(f"there is no resource type {token}.", where=resource_name(urn))
    return RESOURCES[token]
