"""What stands before the application: the journal of all requests, and the guard that refuses some of them.

Both are plain ASGI, so that they see a request's body as it comes in and an answer as it goes out.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mtcheck.server.logs import LOGGER
from mtcheck.server.problems import Refused, refusal
from mtcheck.server.settings import Settings

CHECKS = frozenset({"/v2/check", "/check", "/api/check"})
OPEN = ("/", "/static/", "/v2/healthcheck", "/healthcheck", "/openapi.json")
"""What needs no key: nothing in it tells of drafts or costs time. One that ends with a slash stands for all below."""

DRAINED = 32 * 1024 * 1024
"""Bytes of a refused request that are read and thrown away: a client cut off in mid-sending never sees the answer."""
ADDRESSES = 10_000
CLIENT_GONE = 499

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class Journal:
    """Logs and counts each request, and turns what nobody caught into an answer."""

    def __init__(
        self, app: ASGIApp, paths: Callable[[], Collection[str]], count: Callable[[str, int, float], None]
    ) -> None:
        self._app = app
        self._paths = paths
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except ClientDisconnect:
            status = CLIENT_GONE
        except Exception:
            LOGGER.error("failed", exc_info=True, extra={"fields": {"path": self._known(scope["path"])}})
            if not status:
                await refusal(scope["path"], Refused(500, "Internal error; see the server's log"))(
                    scope, receive, noted
                )
        finally:
            seconds = time.monotonic() - began
            path = self._known(scope["path"])
            fields = {
                "method": scope["method"],
                "path": path,
                "status": status or CLIENT_GONE,
                "seconds": round(seconds, 3),
                "client": scope["client"][0] if scope.get("client") else "",
            }
            LOGGER.info("request", extra={"fields": fields})
            self._count(path, status or CLIENT_GONE, seconds)

    def _known(self, path: str) -> str:
        """A path for logs and counters; those that clients make up are one."""
        return path if path in self._paths() else "other"


class Rate:
    """How many checks each address has had in the last minute."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = per_minute
        self._clock = clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Count a check, or say how many seconds its address has to wait for the next one."""
        now = self._clock()
        times = self._seen.setdefault(address, deque())
        self._seen.move_to_end(address)
        if len(self._seen) > ADDRESSES:
            self._seen.popitem(last=False)
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= self._most:
            return times[0] + 60 - now
        times.append(now)
        return 0.0


class Guard:
    """Refuses requests from the wrong places, without the key, too many or too large ones."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._rate = Rate(settings.per_minute) if settings.per_minute else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        headers = Headers(scope=scope)
        body = _Body(receive, self._limit(path), self._settings.body_seconds)
        try:
            self._admit(scope, path, headers)
            body.announce(headers.get("content-length"))
            await self._app(scope, body.receive, send)
        except Refused as refused:
            await body.drain()
            await refusal(path, refused)(scope, receive, send)

    def _limit(self, path: str) -> int:
        return {
            "/api/read": self._settings.longest_upload,
            "/api/fix": self._settings.longest_file_with_texts,
        }.get(path, self._settings.longest_form)

    def _admit(self, scope: Scope, path: str, headers: Headers) -> None:
        settings = self._settings
        host = headers.get("host", "")
        if settings.own_hosts and _name(host) not in settings.own_hosts:
            raise Refused(403, "This server answers on this machine's own names only; --host opens it to others")
        origin = headers.get("origin")
        if origin and not self._may_come(origin, host):
            raise Refused(403, "Web pages of other origins may use this server only with --allow-origin")
        is_open = path in OPEN or any(path.startswith(part) for part in OPEN if part != "/" and part.endswith("/"))
        own = path.startswith(("/api/", "/metrics"))
        if own and not is_open and not authorised(settings.api_key, headers):
            raise Refused(401, "Wrong or missing API key", {"WWW-Authenticate": "Bearer"})
        if self._rate and path in CHECKS and scope["method"] != "OPTIONS":
            address = scope["client"][0] if scope.get("client") else ""
            if (seconds := self._rate.wait(address)) > 0:
                raise Refused(
                    429,
                    f"More than {settings.per_minute} checks a minute; try again in {seconds:.0f} seconds",
                    {"Retry-After": str(int(seconds) + 1)},
                )

    def _may_come(self, origin: str, host: str) -> bool:
        """Whether a page of this origin may ask; add-ons and programs have origins that no page can take."""
        if "*" in self._settings.origins or origin in self._settings.origins:
            return True
        return origin != "null" and (not origin.startswith(("http:", "https:")) or urlsplit(origin).netloc == host)


def authorised(key: str | None, headers: Headers, given: str = "") -> bool:
    """Whether a request knows the key: in a header, or as ``given`` where parameters may hold it."""
    if key is None:
        return True
    bearer = headers.get("authorization", "").partition(" ")
    named = [headers.get("x-api-key", ""), bearer[2].strip() if bearer[0].lower() == "bearer" else ""]
    # All are compared, and in time that does not depend on where they differ. Headers come as their bytes in Latin-1.
    found = [given.encode(errors="replace"), *(one.encode("latin-1") for one in named)]
    return any([hmac.compare_digest(one, key.encode()) for one in found])


class _Body:
    """A request's body, which is refused as soon as it is too large or too slow."""

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self._receive = receive
        self._limit = limit
        self._seconds = seconds
        self._size = 0
        self._complete = False

    def announce(self, length: str | None) -> None:
        """Refuse a body whose announced length is too large before any of it is kept."""
        if length is not None and length.isascii() and length.isdigit() and int(length) > self._limit:
            raise self._too_large()

    async def receive(self) -> Message:
        """The next part."""
        if self._complete:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._seconds)
        except TimeoutError:
            self._complete = True
            raise Refused(408, "The request did not arrive in time") from None
        self._note(message)
        if self._size > self._limit:
            await self.drain()
            raise self._too_large()
        return message

    async def drain(self) -> None:
        """Read what is left, up to a bound, and throw it away."""
        try:
            while not self._complete and self._size < DRAINED:
                self._note(await asyncio.wait_for(self._receive(), self._seconds))
        except TimeoutError:
            return

    def _note(self, message: Message) -> None:
        self._size += len(message.get("body", b""))
        self._complete = message["type"] == "http.disconnect" or not message.get("more_body", False)

    def _too_large(self) -> Refused:
        return Refused(413, f"The request is larger than {self._limit:,} bytes, the most that this server takes")


def _name(host: str) -> str:
    """A Host header without its port, in lower case."""
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).lower().strip("[]").rstrip(".")
