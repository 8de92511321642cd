"""Where names stand in a text: runs of capitalised words with what belongs to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mtcheck.names.name_list import NameList
from mtcheck.segments import Span, paragraphs, sentences

PARTICLES = frozenset(
    "van von der den de la le du del della di da dos das do al el bin bint ibn ben ter ten zu y e af".split()
)
"""Words in lower case that may stand inside a name."""
TITLES = frozenset(
    """mr mrs ms miss dr prof professor president presidents vice-president premier chancellor king queen prince
    princess pope sir lord lady dame senator sen rep representative gov governor gen general col colonel maj major
    capt captain lt lieutenant sgt sergeant judge justice sheikh imam ayatollah rev reverend father sister brother
    bishop archbishop cardinal mayor minister secretary ambassador envoy coach admiral adm inspector officer
    detective chairman chairwoman chairperson chief commissioner congressman congresswoman councillor director
    spokesman spokeswoman analyst emperor sultan emir crown prime former attorney baroness baron count duke
    duchess madam saint st""".split()
)
"""Words, folded, that come before a person's name."""
_NEVER = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december i""".split()
)
_POSSESSIVE = re.compile(r"(?:['’]s|['’])$")
_CAPITAL = re.compile(r"(?:al|el|an|as|ad|ul|d|l|o|m)?['’-]?[^\W\d_a-zß-ÿ]")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_SHOUTED_SHARE = 0.6
_BETWEEN = re.compile(r"[ \u00a0]|\. |-")
_GENITIVE_S = re.compile(r"s['’]$")


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word of a name in the text: ``text`` without a possessive ending, ``span`` without it too.

    ``number`` is that of the word among the given words. ``opens`` says that it is the first of a sentence, so its
    capital tells nothing; ``shouted`` that it is all capitals. ``titled`` says that a title stands before the name.
    ``before`` and ``after`` are the name's neighbouring words in the same name, ``""`` where there is none.
    """

    text: str
    span: Span
    number: int
    opens: bool
    shouted: bool
    titled: bool
    before: str
    after: str


def spot(text: str, words: Sequence[Span], names: NameList) -> list[NameWord]:
    """The words of names in a text, given its words in order.

    A word that opens a sentence counts only where it is no ordinary word, or where the name goes on with another
    capital. In headlines, where nearly every word has a capital, ordinary words do not count, and all capitals are
    taken for names only where the list knows them.
    """
    openings = {
        sentence.start + _leading(text[sentence.start : sentence.end])
        for line in paragraphs(text)
        for sentence in sentences(text, line.start, line.end)
    }
    loud = _loud_stretches(text, words)
    runs: list[list[tuple[int, Span, str]]] = []
    last_end = -1
    pending: list[int] = []
    for number, span in enumerate(words):
        word = _bare(text[span.start : span.end])
        joined = bool(runs) and bool(_BETWEEN.fullmatch(text[last_end : span.start]))
        if _CAPITAL.match(word) and _LETTERS.fullmatch(word) and word.casefold() not in _NEVER:
            bare = Span(span.start, span.start + len(word))
            possessive = len(word) < span.end - span.start
            if joined and span.start not in openings:
                runs[-1].append((number, bare, word))
            else:
                runs.append([(number, bare, word)])
            pending = []
            last_end = -1 if possessive else span.end
        elif joined and word in PARTICLES and len(pending) < 2:
            pending.append(number)
            last_end = span.end
        else:
            last_end = -1
    return [found for run in runs for found in _words_of(run, openings, loud, names)]


def _words_of(
    run: list[tuple[int, Span, str]], openings: set[int], loud: Sequence[Span], names: NameList
) -> list[NameWord]:
    titled = False
    parts = list(run)
    while parts and fold_title(parts[0][2]) in TITLES:
        titled = True
        parts.pop(0)
    found = []
    for i, (number, span, word) in enumerate(parts):
        opens = span.start in openings
        shouted = len(word) > 1 and word.isupper()
        noisy = any(stretch.overlaps(span.start, span.end) for stretch in loud)
        if len(word) < 2 or (shouted and not (noisy and names.knows(word))):
            continue
        if names.is_ordinary(word) and (opens or noisy) and not names.knows(word):
            continue
        before = parts[i - 1][2] if i else ""
        after = parts[i + 1][2] if i + 1 < len(parts) else ""
        found.append(NameWord(word, span, number, opens, shouted, titled, before, after))
    return found


def fold_title(word: str) -> str:
    """A title as TITLES has it."""
    return word.casefold().rstrip(".")


def _bare(word: str) -> str:
    if _GENITIVE_S.search(word):
        return word[:-1]
    return _POSSESSIVE.sub("", word)


def _leading(sentence: str) -> int:
    return next((i for i, char in enumerate(sentence) if char.isalnum()), 0)


def _loud_stretches(text: str, words: Sequence[Span]) -> list[Span]:
    """Headlines: lines of which most words have a capital, or that are all capitals."""
    found = []
    at = 0
    for line in paragraphs(text):
        while at < len(words) and words[at].start < line.start:
            at += 1
        first = at
        while at < len(words) and words[at].end <= line.end:
            at += 1
        inside = words[first:at]
        capitals = sum(text[span.start].isupper() for span in inside)
        ends = text[line.end - 1 : line.end]
        if len(inside) >= 3 and capitals >= _SHOUTED_SHARE * len(inside) and ends not in '.!?”"':
            found.append(line)
    return found
