"""The part of Supabase Auth that the page asks for: people of the sample sign in by email, stay so, and leave."""

from __future__ import annotations

import hmac
import math
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from localdb.connection import connect
from tools.dashboard import tokens
from tools.dashboard.exchange import Answer, Refusal, Request

_PREFIX = "/auth/v1/"
_AUDIENCE = "authenticated"
_PERSON = "select clerk_id::text, email from public.users where email = %s"


@dataclass(slots=True)
class Staying:
    """Whose session a token prolongs, and until when it still does once it was used."""

    subject: str
    email: str
    until: float = math.inf


@dataclass(slots=True)
class Auth:
    """Who may sign in, and who has.

    Attributes:
        url: The database with the people.
        password: Everybody's.
        secret: What tokens are signed with.
        seconds: How long one is good.
        again: How many seconds a token still prolongs a session after it did, as for a page that was left meanwhile.
        staying: What each token prolongs.

    """

    url: str
    password: str
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    seconds: int = 3600
    again: float = 10
    staying: dict[str, Staying] = field(default_factory=dict)

    def answer(self, request: Request) -> Answer:
        """Answer a request; what is refused is worded as Supabase Auth does."""
        match request.method, request.path.removeprefix(_PREFIX), request.parameter("grant_type"):
            case "POST", "token", "password":
                return self._sign_in(request.document())
            case "POST", "token", "refresh_token":
                return self._stay(request.document())
            case "POST", "logout", _:
                return Answer(204)
            case "GET", "user", _:
                token = request.headers.get("authorization", "").removeprefix("Bearer ")
                claims = tokens.verified(token, self.secret)
                return Answer.of(_user(claims["sub"], claims["email"]))
        return _refused(404, "not_found", "not known here")

    def end_all(self) -> None:
        """Let no token be good any more, as when a project's secret is changed."""
        self.secret = secrets.token_bytes(32)
        self.staying.clear()

    def _sign_in(self, given: dict[str, Any]) -> Answer:
        email, password = str(given.get("email", "")), str(given.get("password", ""))
        with connect(self.url) as connection:
            person = connection.execute(_PERSON, [email.replace("\0", "")]).fetchone()
        # Compared in any case: how long it takes does not tell who is known.
        right = hmac.compare_digest(password.encode(), self.password.encode())
        if person is None or not right:
            return _refused(400, "invalid_credentials", "Invalid login credentials")
        return self._session(str(person[0]), str(person[1]))

    def _stay(self, given: dict[str, Any]) -> Answer:
        found = self.staying.get(str(given.get("refresh_token")))
        if found is None or found.until <= time.monotonic():
            return _refused(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
        found.until = min(found.until, time.monotonic() + self.again)
        return self._session(found.subject, found.email)

    def _session(self, subject: str, email: str) -> Answer:
        now = int(time.time())
        claims = {"sub": subject, "email": email, "role": _AUDIENCE, "aud": _AUDIENCE, "iat": now}
        staying = secrets.token_urlsafe(12)
        self.staying[staying] = Staying(subject, email)
        session = {
            "access_token": tokens.signed({**claims, "exp": now + self.seconds}, self.secret),
            "token_type": "bearer",
            "expires_in": self.seconds,
            "expires_at": now + self.seconds,
            "refresh_token": staying,
            "user": _user(subject, email),
        }
        return Answer.of(session)


def is_asked(path: str) -> bool:
    """Return whether a path is one of this API's."""
    return path.startswith(_PREFIX)


def role_of(token: str, key: str, secret: bytes) -> tuple[str, dict[str, Any]]:
    """Return the role and the claims that a request's token gives; the publishable key is anybody's.

    Raise:
        Refusal: The token is none of ours, or its role is none that people have.

    """
    if token in ("", key):
        return "anon", {}
    claims = tokens.verified(token, secret)
    if claims.get("role") != _AUDIENCE:
        raise Refusal(403, "42501", "permission denied to set role")
    return _AUDIENCE, claims


def _user(subject: str, email: str) -> dict[str, Any]:
    return {"id": subject, "aud": _AUDIENCE, "role": _AUDIENCE, "email": email, "app_metadata": {}, "user_metadata": {}}


def _refused(status: int, code: str, message: str) -> Answer:
    return Answer.of({"code": status, "error_code": code, "msg": message}, status)
