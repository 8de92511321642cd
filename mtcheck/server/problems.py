"""Requests that are refused: plain text after ``Error:`` under LanguageTool's paths, JSON elsewhere."""

from __future__ import annotations

import json

from starlette.exceptions import HTTPException
from starlette.responses import Response

OWN_PATHS = ("/api/", "/metrics", "/openapi.json", "/static/")


class Refused(HTTPException):
    """A request that is not answered as asked; ``detail`` is a sentence for people."""


def refusal(path: str, refused: HTTPException) -> Response:
    """The answer to a request that is refused."""
    if path == "/" or path.startswith(OWN_PATHS):
        text, kind = json.dumps({"error": refused.detail}), "application/json"
    else:
        text, kind = f"Error: {refused.detail}", "text/plain"
    return Response(text, refused.status_code, dict(refused.headers or {}), kind)
