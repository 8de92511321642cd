"""SubRip and WebVTT subtitles: the words of the cues as running text, since sentences go on from cue to cue."""

from __future__ import annotations

import re
from html import unescape

from mtcheck.annotated import AnnotatedText, Annotator
from mtcheck.document import Document
from mtcheck.readers.composition import Composition, SourceFile
from mtcheck.writing import as_it_stands, html

PAUSE = 3.0
"""Seconds between two cues that begin a new paragraph."""

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
_TIMING = re.compile(rf"(?m)^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\r\n]*(?:\r\n|\r|\n|$)")
_BLANK = re.compile(r"(?:\r\n|\r(?!\n)|\n)[ \t]*(?:\r\n|\r|\n|$)")
_MARKUP = re.compile(
    r"</?[a-zA-Z][^<>\r\n]{0,200}>|<\d[\d:.]*>|\{\\?[a-zA-Z][^{}\r\n]{0,200}\}|&(?:#[xX]?)?\w+;|[\u266a\u266b]"
)
_SPEAKER = re.compile(r"\s*(?:[-–—]\s|>>|<v[ .>])")


def read_subtitles(path: str, text: str) -> list[Document]:
    """The cues of a subtitle file as one document; places are also named by the cue's time.

    Raises:
        ValueError: there are words, and no cue.
    """
    source = SourceFile(path, text)
    composition = Composition(source, html if text.startswith("WEBVTT") else as_it_stands)
    timings = list(_TIMING.finditer(text))
    if not timings and text.strip() and ("-->" in text or not text.startswith("WEBVTT")):
        raise ValueError("no cue found: a line with the times, 00:00:01,000 --> 00:00:02,500, above the words")
    ended = 0.0
    for timing, following in zip(timings, [*timings, None][1:], strict=True):
        limit = following.start() if following else len(text)
        blank = _BLANK.search(text, max(timing.start(), timing.end() - 2), limit)
        end = blank.start() if blank else limit
        begins, ends = _seconds(timing, 1), _seconds(timing, 5)
        start = min(timing.end(), end)
        new = begins - ended >= PAUSE or bool(_SPEAKER.match(text, start, end))
        composition.add(f"cue at {_clock(timing)}", _words(source.text, start, end), continues=not new)
        ended = ends
    return [composition.document()]


def _words(source: AnnotatedText, start: int, end: int) -> AnnotatedText:
    """The words of a cue without tags; its lines are one."""
    annotator = Annotator(source)
    stripped = start + len(source.text[start:end].rstrip())
    begin = start
    for match in _MARKUP.finditer(source.text, start, stripped):
        annotator.prose(begin, match.start())
        if match.group().startswith("&"):
            annotator.read_as(match.start(), match.end(), unescape(match.group()))
        begin = match.end()
    annotator.prose(begin, max(begin, stripped))
    return annotator.finish()


def _seconds(timing: re.Match[str], group: int) -> float:
    hours, minutes, seconds, fraction = timing.group(group, group + 1, group + 2, group + 3)
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _clock(timing: re.Match[str]) -> str:
    hours, minutes, seconds = timing.group(1, 2, 3)
    return f"{int(hours or 0):02}:{int(minutes):02}:{int(seconds):02}"
