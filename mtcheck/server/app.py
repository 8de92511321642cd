"""The application: routes to the engine, and what becomes of a request meanwhile."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from mtcheck._version import __version__
from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.findings import DocumentResult, Severity
from mtcheck.policy import Policy
from mtcheck.server import languagetool, metrics, static
from mtcheck.server.engine import Closed, Engine, QueueFull
from mtcheck.server.files import FixBody, FixedFile, Texts, fix, texts
from mtcheck.server.guard import Guard, Journal, authorised
from mtcheck.server.offsets import Utf16
from mtcheck.server.problems import Refused, refusal
from mtcheck.server.report import CheckBody, Info, Problem, Report, report
from mtcheck.server.settings import Settings
from mtcheck.server.words import Words
from mtcheck.stepwise import StepwiseChecker

ACTIONS = ("check", "languages", "maxtextlength", "configinfo", "info", "healthcheck")
WORDS = ("words", "words/add", "words/delete")
LANGUAGETOOL = frozenset(f"{prefix}{action}" for prefix in ("/v2/", "/") for action in (*ACTIONS, *WORDS))
"""Under ``/v2/`` and, for clients whose users left that away, at the root."""
OWN = frozenset({"/", "/api/check", "/api/fix", "/api/info", "/api/read", "/metrics", "/openapi.json"})

FILES_AT_ONCE = 2
"""Files that are read at a time; what a broken one takes is not to be multiplied."""

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The body is not JSON in UTF-8."},
    401: {"model": Problem, "description": "Wrong or missing API key."},
    403: {"model": Problem, "description": "From a web page or under a name that is not let in."},
    413: {"model": Problem, "description": "The text is too long."},
    408: {"model": Problem, "description": "The request did not arrive in time."},
    422: {"model": Problem, "description": "A field is missing, unknown or of the wrong kind."},
    429: {"model": Problem, "description": "Too many checks a minute from one address."},
    503: {"model": Problem, "description": "The queue is full, or the check took too long; try again."},
}


class Service:
    """What the routes share: the engine, the accepted words and the counters."""

    def __init__(self, checker: StepwiseChecker, words: Words, settings: Settings, policy: Policy) -> None:
        self.settings = settings
        self.words = words
        self._policy = policy
        self.metrics = metrics.Metrics(lambda: self.engine.length)
        self.engine = Engine(checker, longest_queue=settings.queue, on_round=self.metrics.read_together)

    async def check(self, request: Request, document: Document, user: str = "") -> DocumentResult:
        """Check a document for a client, while it waits.

        Raises:
            Refused: the queue is full, the server stops, or it took too long.
            ClientDisconnect: the client has gone; its document is taken out of the queue.
        """
        try:
            future = asyncio.wrap_future(self.engine.submit(document))
        except QueueFull:
            raise Refused(
                503, "There are currently too many parallel requests. Please try again later", {"Retry-After": "5"}
            ) from None
        except Closed:
            raise Refused(503, "The server is stopping") from None
        gone = asyncio.ensure_future(_gone(request))
        try:
            both: set[asyncio.Future[Any]] = {future, gone}
            await asyncio.wait(both, timeout=self.settings.seconds, return_when=asyncio.FIRST_COMPLETED)
            if future.done():
                result = self._policy.of_file([document]).apply(document, future.result())
                result = self.words.without_accepted(user, result)
                self.metrics.checked(result)
                return result
            if gone.done():
                raise ClientDisconnect
            raise Refused(
                503,
                f"Checking took longer than {self.settings.seconds:g} seconds, which is this server's limit. "
                "Please submit a shorter text, or try again later",
                {"Retry-After": "30"},
            )
        except Closed:
            raise Refused(503, "The server is stopping") from None
        finally:
            gone.cancel()
            future.cancel()


def create(checker: StepwiseChecker, words: Words, settings: Settings, policy: Policy) -> ASGIApp:
    """The application over a checker, which no one else should use meanwhile; ``policy`` holds for all texts."""
    service = Service(checker, words, settings, policy)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        service.engine.close()
        words.close()

    app = FastAPI(
        title="mtcheck",
        version=__version__,
        summary="Finds garbled wording in translated and spun English and proposes what the original said.",
        description="Beside this API the server speaks LanguageTool's under /v2/.",
        license_info={"name": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    _add_own_routes(app, service)
    _add_page(app)
    _add_languagetool_routes(app, service)
    _add_problems(app)
    guarded: ASGIApp = Guard(app, settings)
    if settings.origins:
        guarded = CORSMiddleware(
            guarded,
            allow_origins=settings.origins,
            allow_methods=["GET", "POST"],
            allow_headers=["*"],
            allow_private_network=True,  # pages from the internet that were named may ask this machine
            max_age=600,
        )
    return Journal(guarded, lambda: LANGUAGETOOL | OWN, service.metrics.answered)


def _add_own_routes(app: FastAPI, service: Service) -> None:
    settings = service.settings
    reading = asyncio.Semaphore(FILES_AT_ONCE)

    @app.post("/api/check", response_model=Report, responses=_PROBLEMS, summary="Check a text")
    async def check(request: Request, body: CheckBody) -> Response:
        length = Utf16(body.text).length
        if length > settings.longest_text:
            raise Refused(413, f"The text has {length:,} UTF-16 units; this server takes {settings.longest_text:,}")
        document = Document(body.path, body.text)
        result = await service.check(request, document)
        least = Severity[body.min_severity.upper()]
        return _json(report(document, result, service.engine.signature, least, body.surprisals))

    @app.post(
        "/api/read",
        response_model=Texts,
        responses={status: _PROBLEMS[status] for status in (401, 403, 408, 413, 422)},
        summary="Take the text out of a file",
        description="Reads what `mtcheck` reads: text, Markdown, HTML, Word, feeds, subtitles, translation files.",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            }
        },
    )
    async def read(request: Request, name: Annotated[str, Query(max_length=255)]) -> Response:
        data = await request.body()
        async with reading:
            return _json(await run_in_threadpool(texts, data, PurePath(name).name or "draft"))

    @app.post(
        "/api/fix",
        response_model=FixedFile,
        responses={status: _PROBLEMS[status] for status in (400, 401, 403, 408, 413, 422)},
        summary="Put corrected texts back into their file",
        description="Words are changed where they stand in the file; all else in it stays byte for byte. Changes that "
        "it cannot take, such as new paragraphs, are told.",
    )
    async def fix_file(body: FixBody) -> Response:
        async with reading:
            return _json(await run_in_threadpool(fix, body))

    @app.get(
        "/api/info",
        response_model=Info,
        responses={status: _PROBLEMS[status] for status in (401, 403)},
        summary="What this server is",
    )
    async def info() -> Response:
        return _json(
            {
                "version": __version__,
                "signature": service.engine.signature,
                "longest_text": settings.longest_text,
            }
        )

    @app.get("/metrics", include_in_schema=False)
    async def prometheus() -> Response:
        return Response(service.metrics.text(), media_type=metrics.CONTENT_TYPE)


def _add_page(app: FastAPI) -> None:
    files = static.load()

    async def send(request: Request) -> Response:
        file = files.get(request.path_params.get("name", "index.html"))
        if file is None:
            raise Refused(404, "There is no such file")
        headers = {"Cache-Control": "no-cache", "ETag": file.tag, "Content-Security-Policy": static.POLICY}
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
        return Response(file.content, headers=headers, media_type=file.media_type)

    app.add_route("/", send, ["GET"], include_in_schema=False)
    app.add_route("/static/{name}", send, ["GET"], include_in_schema=False)


def _add_languagetool_routes(app: FastAPI, service: Service) -> None:
    settings = service.settings

    async def given(request: Request) -> dict[str, str]:
        values = languagetool.parameters(request.url.query, await request.body())
        if not authorised(settings.api_key, request.headers, values.get("apiKey", "")):
            raise Refused(403, "Wrong or missing API key")
        return values

    async def check(request: Request) -> Response:
        asked = languagetool.check_request(await given(request), settings.longest_text)
        return _json(languagetool.answer(asked, await service.check(request, asked.document, asked.user)))

    async def about(request: Request) -> Response:
        values = await given(request)
        match request.url.path.rpartition("/")[2]:
            case "languages":
                return _json(languagetool.languages())
            case "maxtextlength":
                return PlainTextResponse(str(settings.longest_text))
            case "info":
                return _json({"software": languagetool.software()})
            case _:
                if "language" not in values:
                    raise languagetool.BadRequest("'language' parameter missing")
                return _json(languagetool.configuration(settings.longest_text))

    async def words(request: Request) -> Response:
        values = await given(request)
        try:
            offset, limit = int(values.get("offset") or 0), int(values.get("limit") or 10)
        except ValueError as error:
            raise languagetool.BadRequest("'offset' and 'limit' must be numbers") from error
        if not (0 <= offset < 2**31 and 0 <= limit < 2**31):
            raise languagetool.BadRequest("'offset' and 'limit' must not be negative or huge")
        dictionaries = [name for name in values.get("dicts", "").split(",") if name]
        found = service.words.of(languagetool.user(values), offset, limit, dictionaries)
        return _json({"words": found})

    async def change_words(request: Request) -> Response:
        values = await given(request)
        user = languagetool.user(values)
        several = values.get("mode") == "batch"
        if ("words" if several else "word") not in values:
            raise languagetool.BadRequest(f"Missing '{'words' if several else 'word'}' parameter")
        chosen = values["words"].split() if several else [values["word"]]
        if request.url.path.endswith("add"):
            try:
                done = [service.words.add(user, word, values.get("dict", "")) for word in chosen]
            except ValueError as error:
                raise languagetool.BadRequest(str(error)) from error
            return _json({"added": any(done)})
        return _json({"deleted": any([service.words.delete(user, word) for word in chosen])})

    async def health(request: Request) -> Response:
        if service.engine.length >= settings.queue:
            raise Refused(503, "Healthcheck failed: There are currently too many parallel requests.")
        return PlainTextResponse("OK")

    async def unknown(request: Request) -> Response:
        raise Refused(404, f"Unsupported action: '{request.path_params['action'][:100]}'")

    for prefix in ("/v2", ""):
        app.add_route(f"{prefix}/check", check, ["GET", "POST"], include_in_schema=False)
        for name in ("languages", "maxtextlength", "configinfo", "info"):
            app.add_route(f"{prefix}/{name}", about, ["GET", "POST"], include_in_schema=False)
        app.add_route(f"{prefix}/words", words, ["GET"], include_in_schema=False)
        app.add_route(f"{prefix}/words/add", change_words, ["POST"], include_in_schema=False)
        app.add_route(f"{prefix}/words/delete", change_words, ["POST"], include_in_schema=False)
        app.add_route(f"{prefix}/healthcheck", health, ["GET"], include_in_schema=False)
    app.add_route("/v2/{action:path}", unknown, ["GET", "POST"], include_in_schema=False)


def _add_problems(app: FastAPI) -> None:
    async def asked_badly(request: Request, error: Exception) -> Response:
        assert isinstance(error, languagetool.RequestError)
        return refusal(request.url.path, Refused(error.status, error.message))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        # What was sent is not repeated: it may be a draft.
        said = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc'])[:200]}: {problem['msg']}"
            for problem in error.errors()[:5]
        )
        status = 400 if any(problem["type"] == "json_invalid" for problem in error.errors()) else 422
        return refusal(request.url.path, Refused(status, said))

    async def unread(request: Request, error: Exception) -> Response:
        assert isinstance(error, InputError)
        return refusal(request.url.path, Refused(422, error.message))

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return refusal(request.url.path, error)

    async def failed(request: Request, error: Exception) -> Response:
        return refusal(request.url.path, Refused(500, "Internal error; see the server's log"))

    app.add_exception_handler(Exception, failed)
    app.add_exception_handler(languagetool.RequestError, asked_badly)
    app.add_exception_handler(InputError, unread)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, refused)


async def _gone(request: Request) -> None:
    """Wait until the client hangs up; its request has been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _json(value: object) -> Response:
    # In ASCII, since a text may hold half surrogate pairs, which UTF-8 has not.
    return Response(json.dumps(value, allow_nan=False), media_type="application/json")
