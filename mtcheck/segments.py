"""Cut a document into windows for the language model: whole paragraphs where they fit, whole sentences where not.

A window's text is tidied (one space for any run of white space, a line feed between paragraphs) and keeps the way
back to the document: ``places[i]`` is the document offset of its i-th code point.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Container, Iterator
from dataclasses import dataclass

from mtcheck.language import is_english_prose

WINDOW_WORDS = 110
"""What the adapter was trained on: up to six sentences."""
WINDOW_CODE_POINTS = 1000

_WORD = re.compile(r"[^\W_](?:[-'’.]?[^\W_]|[\u0300-\u036f])*")
_SPACE = re.compile(r"\s+")
_RUN = re.compile(r"\S+")
_LINE = re.compile(r"[^\r\n\u2028\u2029\v\f]+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9À-Þ])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"‘'])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Rev|Gen|Col|Lt|Sgt|Capt|Maj|Adm|Sen|Rep|Gov|Pres|St|Jr|Sr|Inc|Ltd|Corp|Co|"
    r"vs|No|Nos|Fig|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|e\.g|i\.e|(?:[A-Za-z]\.)+[A-Za-z])\.$"
)
_UNCHECKED = re.compile(
    r"""(?ix)
    (?:https?|ftp|file)://\S+ | \bwww\.\S+ |                      # addresses
    [\w.+-]+@[\w-]+(?:\.[\w-]+)+ |                                # e-mail
    \b(?:[a-z0-9-]+\.)+                                          # bare host names
       (?:com|org|net|gov|edu|mil|io|info|tv|me|eu|uk|de|fr|ru|ua|cn|jp|au|ca|br)\b(?:/\S*)? |
    (?<!\w)[@\#][\w]+ |                                           # handles, hashtags
    `[^`\n]+` | </?[a-z][^<>\n]*> |                               # code, tags
    (?<![\w/])(?:/[\w.-]+){2,} | \b[a-z]:\\\S+ |                  # paths
    \b\w*\d[\w.,:/-]*                                             # anything with digits
    """
)
_QUOTATION = re.compile(r"“[^”]*(?:”|$)|(?<!\w)‘[^‘]*?’(?!\w)|(?<!\w)\"[^\"]*(?:\"|$)")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of code points, from ``start`` up to but not including ``end``."""

    start: int
    end: int

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a stretch shares a code point with this one."""
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class Window:
    """Text for one pass. ``places`` has one document offset for each code point of ``text``."""

    text: str
    places: array[int]

    def span(self, start: int, end: int) -> Span:
        """The document's stretch for the non-empty stretch ``start`` to ``end`` of this text."""
        return Span(self.places[start], self.places[end - 1] + 1)


def words(text: str) -> Iterator[Span]:
    """The words of a text; hyphens, apostrophes and points inside a word belong to it."""
    return (Span(*match.span()) for match in _WORD.finditer(text))


def count_words(text: str) -> int:
    """How many words a text has, as rates per 1,000 words count them."""
    return sum(1 for _ in words(text))


def unchecked(text: str) -> list[Span]:
    """Addresses, e-mail, code, paths and whatever holds digits: nothing in them is ever a finding."""
    return [Span(*match.span()) for match in _UNCHECKED.finditer(text)]


def paragraphs(text: str) -> list[Span]:
    """The paragraphs of plain text: its lines, but lines of a hard-wrapped block are one paragraph."""
    found: list[Span] = []
    for block in _blocks(text):
        lengths = [line.end - line.start for line in block]
        wrapped = len(block) > 2 and max(lengths) <= 100 and min(lengths[:-1]) >= 45
        for line in block:
            if line is not block[0] and (wrapped or _goes_on(text, found[-1], line)):
                found[-1] = Span(found[-1].start, line.end)
            else:
                found.append(line)
    return found


def quotations(text: str) -> list[Span]:
    """What stands between quotation marks, paragraph by paragraph; a quotation left open ends with its paragraph."""
    return [
        Span(line.start + match.start(), line.start + match.end())
        for line in paragraphs(text)
        for match in _QUOTATION.finditer(text[line.start : line.end])
    ]


def sentences(text: str, start: int, end: int) -> list[Span]:
    """Cut a stretch of text into sentences; between them nothing but white space is left out."""
    found, begin = [], start
    for match in _SENTENCE_END.finditer(text, start, end):
        if text[match.start()] == "." and _ABBREVIATION.search(
            text[max(begin, match.start() - 12) : match.start() + 1]
        ):
            continue
        found.append(Span(begin, match.start() + len(match.group().rstrip())))
        begin = match.end()
    if begin < end:
        found.append(Span(begin, end))
    return found


def windows(text: str, vocabulary: Container[str] = ()) -> Iterator[Window]:
    """The windows of a document in order; paragraphs that are not English prose are left out.

    ``vocabulary`` are English words in lower case, by which most of these are known faster.
    """
    held: list[Span] = []
    size = 0
    for paragraph in paragraphs(text):
        if not is_english_prose(text[paragraph.start : paragraph.end], vocabulary):
            continue
        for piece in _pieces(text, paragraph):
            count = count_words(text[piece.start : piece.end])
            if held and (size + count > WINDOW_WORDS or piece.end - held[0].start > WINDOW_CODE_POINTS):
                yield _window(text, held)
                held, size = [], 0
            held.append(piece)
            size += count
    if held:
        yield _window(text, held)


def _blocks(text: str) -> Iterator[list[Span]]:
    """Runs of lines without an empty line between them; lines are without white space at their ends."""
    block: list[Span] = []
    last = 0
    for match in _LINE.finditer(text):
        stripped = match.group().strip()
        between = text[last : match.start()]
        if block and (not stripped or len(between.replace("\r\n", "\n")) > 1):
            yield block
            block = []
        last = match.end()
        if stripped:
            start = match.start() + match.group().index(stripped[0])
            block.append(Span(start, start + len(stripped)))
    if block:
        yield block


def _goes_on(text: str, before: Span, line: Span) -> bool:
    """Whether a line continues the sentence of the one before it."""
    return text[line.start].islower() and text[before.end - 1] not in '.!?…:;”"’'


def _pieces(text: str, paragraph: Span) -> Iterator[Span]:
    """A paragraph as a whole where it fits a window, else runs of its sentences, else runs of words."""
    if _fits(text, paragraph):
        yield paragraph
        return
    start: int | None = None
    end = 0
    for sentence in sentences(text, paragraph.start, paragraph.end):
        if start is not None and not _fits(text, Span(start, sentence.end)):
            yield Span(start, end)
            start = None
        if not _fits(text, sentence):
            yield from _chunks(text, sentence)
            continue
        start = sentence.start if start is None else start
        end = sentence.end
    if start is not None:
        yield Span(start, end)


def _chunks(text: str, sentence: Span) -> Iterator[Span]:
    """A sentence too long for a window, cut between words; a word longer than a window is no prose and left out."""
    start, end, count = sentence.start, sentence.start, 0
    for match in _RUN.finditer(text, sentence.start, sentence.end):
        if match.end() - match.start() > WINDOW_CODE_POINTS:
            if count:
                yield Span(start, end)
            count = 0
            continue
        if count == WINDOW_WORDS or (count and match.end() - start > WINDOW_CODE_POINTS):
            yield Span(start, end)
            count = 0
        start = start if count else match.start()
        end, count = match.end(), count + 1
    if count:
        yield Span(start, end)


def _fits(text: str, span: Span) -> bool:
    if span.end - span.start > WINDOW_CODE_POINTS:
        return False
    return count_words(text[span.start : span.end]) <= WINDOW_WORDS


def _window(text: str, pieces: list[Span]) -> Window:
    out: list[str] = []
    places = array("I")
    for number, piece in enumerate(pieces):
        if number:
            out.append("\n" if "\n" in text[pieces[number - 1].end : piece.start] else " ")
            places.append(pieces[number - 1].end)
        begin = piece.start
        for match in _SPACE.finditer(text, piece.start, piece.end):
            out.append(text[begin : match.start()] + " ")
            places.extend(range(begin, match.start() + 1))
            begin = match.end()
        out.append(text[begin : piece.end])
        places.extend(range(begin, piece.end))
    return Window("".join(out), places)
