"""A passage of text as words, and edits on whole words of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property


def word_set(words: str) -> frozenset[str]:
    """The words of a string, separated by spaces."""
    return frozenset(words.split())


WORD = re.compile(
    r"[$€£]?\d[\w.,:/%\-]*(?<![.,:])|[^\W\d_]\.(?:[^\W\d_]\.)+|[^\W\d_]+(?:-[^\W_]+|['’](?!s\b)[^\W_]+|&[^\W\d_]+)*|['’]s\b"
)
_SENTENCE_END = re.compile(r"[.!?:…\n][\"”'’)\]]*\s*[\"“'‘(\[]*$")
TITLES = word_set(
    "mr mrs ms dr prof sen rep gov gen col lt sgt capt st rev jr sr inc corp co ltd vs no jan feb sept oct nov dec"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a passage: its slice of the text and its lower-cased form with straight apostrophes."""

    start: int
    end: int
    text: str
    lower: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Words `first` up to (not including) `last` are replaced by `text`; `kind` names the mechanism."""

    first: int
    last: int
    text: str
    kind: str


class Passage:
    """A text and its words. Words are never empty; white space and punctuation lie between them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = [
            Word(m.start(), m.end(), m.group(), m.group().lower().replace("’", "'")) for m in WORD.finditer(text)
        ]
        self.count = len(self.words)

    def lower(self, i: int) -> str:
        """The lower-cased word at `i`, or an empty string outside the passage."""
        return self.words[i].lower if 0 <= i < self.count else ""

    def joined(self, i: int) -> bool:
        """Whether only one space (or nothing, before 's) separates word `i` from the next one."""
        if not 0 <= i < self.count - 1:
            return False
        gap = self.text[self.words[i].end : self.words[i + 1].start]
        return gap == " " or (gap == "" and self.words[i + 1].lower == "'s")

    def contiguous(self, first: int, last: int) -> bool:
        """Whether the words `first` to `last` (exclusive) stand side by side without punctuation."""
        return 0 <= first < last <= self.count and all(self.joined(k) for k in range(first, last - 1))

    def left(self, i: int) -> str:
        """The word before `i` if nothing but a space lies between, else an empty string."""
        return self.words[i - 1].lower if i > 0 and self.joined(i - 1) else ""

    def right(self, i: int) -> str:
        """The word after `i` if nothing but a space lies between, else an empty string."""
        return self.words[i + 1].lower if self.joined(i) else ""

    def before(self, i: int) -> tuple[str, ...]:
        """Up to two lower-case words that lead to word `i` with nothing but spaces between."""
        words = (self.left(i - 1), self.left(i)) if self.left(i) else ()
        return tuple(word for word in words if word)

    def after(self, i: int) -> tuple[str, ...]:
        """Up to two lower-case words that follow word `i` with nothing but spaces between."""
        words = (self.right(i), self.right(i + 1)) if self.right(i) else ()
        return tuple(word for word in words if word)

    def slice(self, first: int, last: int) -> str:
        """The text from word `first` to word `last` (exclusive)."""
        return self.text[self.words[first].start : self.words[last - 1].end]

    @cached_property
    def initial(self) -> list[bool]:
        """For each word, whether it opens a sentence."""
        out = []
        for i, word in enumerate(self.words):
            if i == 0:
                out.append(True)
                continue
            gap = self.text[self.words[i - 1].end : word.start]
            previous = self.words[i - 1]
            stop = bool(_SENTENCE_END.search(gap))
            if stop and gap.startswith(".") and previous.lower in TITLES:
                stop = False
            if not stop and any(quote in gap for quote in '"“'):
                stop = True
            out.append(stop)
        return out

    def named(self, i: int) -> bool:
        """Whether word `i` is capitalised for another reason than opening a sentence."""
        return self.words[i].text[0].isupper() and not self.initial[i]

    def protected(self, i: int) -> bool:
        """Whether word `i` must stay: numbers, abbreviations, capitals throughout, parts of addresses."""
        word = self.words[i]
        text = word.text
        if any(c.isdigit() for c in text) or "." in text or (len(text) > 1 and text.isupper()):
            return True
        before = self.text[word.start - 1] if word.start else " "
        after = self.text[word.end] if word.end < len(self.text) else " "
        return (
            before in "@/#_&" or after in "@/_&" or (after == "." and self.text[word.end + 1 : word.end + 2].isalnum())
        )


def match_case(original: str, replacement: str) -> str:
    """`replacement` with the capitals of `original` (first letter, or each word of a title)."""
    if not replacement or not original:
        return replacement
    words = original.split()
    if len(words) > 1 and all(w[0].isupper() for w in words if len(w) > 3) and words[-1][0].isupper():
        return " ".join(w[0].upper() + w[1:] if len(w) > 3 or k == 0 else w for k, w in enumerate(replacement.split()))
    if original[0].isupper():
        return replacement[0].upper() + replacement[1:]
    return replacement


def vowel_sound(word: str) -> bool:
    """Whether `word` takes "an"."""
    word = word.lower()
    if word.startswith(("uni", "use", "usu", "eu", "one", "once", "ut")):
        return word.startswith(("unin", "unim", "unint", "utt"))
    if word.startswith(("hour", "honest", "honour", "honor", "heir")):
        return True
    return word[:1] in "aeiou"
