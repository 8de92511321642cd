"""What a server allows its clients."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The limits and doors of a server.

    Attributes:
        longest_text: UTF-16 units of a text.
        longest_upload: bytes of a file to read.
        seconds: time from a request to its answer, waiting included.
        queue: documents under way or waiting.
        per_minute: checks of one address in a minute; ``None`` for any number.
        api_key: what a client must know; ``None`` where all may come in.
        origins: web pages of other origins that may use the server; ``*`` for all.
        own_hosts: names by which the server may be addressed; empty for any. On loopback they keep out web pages whose
            name was made to lead here (DNS rebinding).
        body_seconds: time that a client may take to send the next part of a request.
    """

    longest_text: int = 100_000
    longest_upload: int = 16 * 1024 * 1024
    seconds: float = 300.0
    queue: int = 64
    per_minute: int | None = None
    api_key: str | None = None
    origins: tuple[str, ...] = ()
    own_hosts: frozenset[str] = frozenset()
    body_seconds: float = 20.0

    @property
    def longest_form(self) -> int:
        """Bytes of a request with a text: each UTF-16 unit may be a JSON escape, percent-encoded."""
        return 64 * 1024 + 8 * self.longest_text

    @property
    def longest_file_with_texts(self) -> int:
        """Bytes of a request with a file in Base64 and its texts, which are hardly longer than the file."""
        return 64 * 1024 + 3 * self.longest_upload
