"""Structured logs: a JSON object a line, with what happened but never with the text of a draft."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from pathlib import Path
from typing import TextIO

LOGGER = logging.getLogger("mtcheck.server")


class JsonLines(logging.Formatter):
    """A line per record: time, level, event, and the fields given as ``extra={"fields": ...}``.

    Of an exception its type and where it was raised are logged; its message may quote a draft.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["frames"] = [
                f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line)


def set_up(stream: TextIO | None = None) -> None:
    """Send this program's and uvicorn's logs to a stream, by default standard error."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("mtcheck.server", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
