"""Markdown (CommonMark with tables and strikethrough): its prose with the place of every character.

markdown-it finds the blocks and parses what is inside them; it has no columns, so the inline parser is watched while
it consumes its input. Code blocks, front matter, link targets and HTML tags are left out; code spans stay in their
backticks, since the sentence needs them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from mtcheck.annotated import AnnotatedText, Annotator
from mtcheck.document import Document
from mtcheck.readers.composition import Composition, SourceFile
from mtcheck.readers.html import annotate_fragment
from mtcheck.writing import html, markdown

MOST_CHARACTERS = 1_000_000
MOST_LINES = 50_000
"""Each may begin a list, a quotation, a table ..., and is looked at by all their rules."""
MOST_MARKS = 75_000
"""Brackets, stars and other characters that may be markup; each is looked at by many rules."""
LONGEST_BLOCK = 50_000
"""Code points of one paragraph; the time to parse its brackets and stars can grow faster than its length."""

_FRONT_MATTER = re.compile(
    r"(?:---[ \t]*(?:\r\n?|\n).*?^(?:---|\.\.\.)|\+\+\+[ \t]*(?:\r\n?|\n).*?^\+\+\+)[ \t]*$", re.S | re.M
)
_MARK = re.compile(r"[\[\]*_<&\\`~!]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")


def read_markdown(path: str, text: str) -> list[Document]:
    """The prose of a Markdown file as one document.

    Raises:
        ValueError: it, or one of its paragraphs, is longer than any draft.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"longer than {MOST_CHARACTERS:,} characters, the most Markdown that is read; split it")
    if sum(1 for _ in _MARK.finditer(text)) > MOST_MARKS:
        raise ValueError(f"more than {MOST_MARKS:,} characters of markup, more than any draft has; split it")
    source = SourceFile(path, text)
    if len(source.lines) > MOST_LINES:
        raise ValueError(f"more than {MOST_LINES:,} lines, the most Markdown that is read; split it")
    composition = Composition(source, markdown)
    front = _FRONT_MATTER.match(text)
    begin = front.end() if front else 0
    starts = [match.start() for match in _LINE.finditer(text, begin)]
    bounds = [*starts, len(text)]
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    watched = _WatchedInline()
    parser.inline = watched
    environment: dict[str, object] = {}
    cursor = begin
    for token in parser.parse(text[begin:], environment):
        if token.map is None or token.type not in ("inline", "html_block"):
            continue
        first, last = bounds[token.map[0]], bounds[min(token.map[1], len(bounds) - 1)]
        if token.type == "html_block":
            composition.add("", annotate_fragment(_cut(source.text, first, last)), writing=html)
            continue
        cursor = max(cursor, first)
        if len(token.content) > LONGEST_BLOCK:
            line = source.lines.place(first)[0]
            raise ValueError(f"a paragraph of more than {LONGEST_BLOCK:,} characters at line {line}")
        content, cursor = _locate(source.text, token.content, cursor, last)
        composition.add("", _inline(content, watched.watch(token.content, parser, environment)))
    return [composition.document()]


def _cut(source: AnnotatedText, start: int, end: int) -> AnnotatedText:
    annotator = Annotator(source)
    annotator.keep(start, end)
    return annotator.finish()


def _locate(source: AnnotatedText, content: str, cursor: int, limit: int) -> tuple[AnnotatedText, int]:
    """Find a block's content, which is without marks of quotes and lists, line by line between two offsets.

    Returns it annotated, with the offset behind it. Where a line of it does not stand there, all of it is placed at all
    of the block: it is better to say where roughly than not to check it.
    """
    first = cursor
    annotator = Annotator(source)
    for number, line in enumerate(content.split("\n")):
        if number:
            annotator.read_as(cursor, cursor, "\n")
        words = line.lstrip(" \t")
        annotator.read_as(cursor, cursor, line[: len(line) - len(words)])
        at = source.text.find(words, cursor, limit)
        if at >= 0:
            annotator.keep(at, at + len(words))
            cursor = at + len(words)
        elif "|" in words:
            cursor = _escaped_pipes(annotator, words, cursor, limit)
    found = annotator.finish()
    if found.text == content:
        return found, cursor
    annotator = Annotator(source)
    annotator.read_as(first, limit, content)
    return annotator.finish(), first


def _escaped_pipes(annotator: Annotator, words: str, cursor: int, limit: int) -> int:
    """Find a table's cell; a vertical bar in it has a backslash in the source."""
    text = annotator.base.text
    at = text.find(words.replace("|", "\\|"), cursor, limit)
    if at < 0:
        return cursor
    for character in words:
        width = 2 if character == "|" else 1
        annotator.read_as(at, at + width, character)
        at += width
    return at


@dataclass(slots=True)
class _Step:
    """What one rule of the inline parser consumed, with the tokens that it made and the width of each."""

    start: int
    end: int
    tokens: list[tuple[Token, int]]


class _WatchedInline(ParserInline):
    """An inline parser that notes which stretch of its input became which tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.ruler.disable("linkify")
        self.ruler2.disable("fragments_join")
        self._steps: list[_Step] = []

    def watch(self, content: str, parser: MarkdownIt, environment: dict[str, object]) -> list[_Step]:
        """Parse ``content`` and return its steps, in the order of their ends; one of a link comes after its inside."""
        self._steps = []
        self.parse(content, parser, environment, [])
        return self._steps

    def tokenize(self, state: StateInline) -> None:
        """Run the rules over the input as the base class does."""
        rules = self.ruler.getRules("")
        deepest = state.md.options["maxNesting"]
        while state.pos < state.posMax:
            start, made, pending = state.pos, len(state.tokens), state.pending
            inside = len(self._steps)
            if not (state.level < deepest and any(rule(state, False) for rule in rules)):
                state.pending += state.src[state.pos]
                state.pos += 1
            # The first token may be the text that was pending, which steps before this one consumed.
            made += bool(pending and len(state.tokens) > made)
            tokens = [(token, len(token.content)) for token in state.tokens[made:]]
            if tokens and tokens[0][0].type == "image":
                # Its words were parsed as an input of their own.
                del self._steps[inside:]
            if len(self._steps) == inside:
                self._steps.append(_Step(start, state.pos, tokens))
        if state.pending:
            state.pushPending()


def _inline(content: AnnotatedText, steps: list[_Step]) -> AnnotatedText:
    """The words of a block: what was consumed as text, by the tokens as they are after emphasis was paired."""
    annotator = Annotator(content)
    for step in steps:
        kinds = [token.type for token, _ in step.tokens]
        if not kinds:
            annotator.prose(step.start, step.end)
        elif "code_inline" in kinds:
            annotator.keep(step.start, step.end)
        elif "softbreak" in kinds or "hardbreak" in kinds:
            if not annotator.ends_with_space():
                annotator.read_as(step.start, step.end, " ")
        elif "text_special" in kinds:
            annotator.read_as(step.start, step.end, step.tokens[-1][0].content)
        elif "link_open" in kinds:
            # Other links have steps of their own inside, unless they are empty.
            if step.tokens[0][0].info == "auto":
                annotator.keep(step.start + 1, step.end - 1)
        elif "image" in kinds or "html_inline" in kinds:
            continue
        else:
            _delimiters(annotator, step)
    return annotator.finish()


def _delimiters(annotator: Annotator, step: _Step) -> None:
    """Stars, underscores and tildes: markup where they were paired, else text."""
    at = step.start
    for token, width in step.tokens:
        if token.type == "text" and token.content:
            annotator.keep(at, at + width)
        at += width
