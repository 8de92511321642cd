"""The page at ``/``: plain files that are sent as they are, under a policy that lets nothing else in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
"""The page's content security policy."""

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
_OWN = ("index.html", "app.css", "app.js", "text.js")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file with its type and the tag that a browser asks for changes with."""

    content: bytes
    media_type: str
    tag: str


def load() -> Mapping[str, StaticFile]:
    """The files by name. How findings look is the HTML report's style, here under ``report.css``."""
    found = {name: files("mtcheck.server.static").joinpath(name) for name in _OWN}
    found["report.css"] = files("mtcheck.reports.html").joinpath("page.css")
    return {name: _file(name, path.read_bytes()) for name, path in found.items()}


def _file(name: str, content: bytes) -> StaticFile:
    media_type = _TYPES[name[name.rindex(".") :]]
    return StaticFile(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:16]}"')
