"""Machine translation's own errors: post-edited sentences as ready examples."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from garbler.corpus import curly, held_out
from garbler.counts import read_lines
from garbler.lexicon import Lexicon
from garbler.passage import word_set
from garbler.pieces import Piece

_MOST_EDITS = {"ru": 0.35, "et": 0.35, "ro": 0.35, "ne": 0.3, "si": 0.3}
_CLOSING = word_set(", . ; : ! ? ) ] % ... …")
_OPENING = frozenset(["(", "[", "$", "£", "€"])


def detokenise(tokens: Sequence[str]) -> list[str]:
    """Tokens joined into white-space-separated words: punctuation, quotes, hyphens and 's at their words."""
    out: list[str] = []
    glue = False
    quoted = False
    for token in tokens:
        token = token.replace("``", '"').replace("''", '"').replace("&quot;", '"').replace("&apos;", "'")
        token = re.sub(r"[“”„«»]", '"', token)
        token = re.sub(r"[‘’`]", "'", token)
        token = token.replace("@-@", "-")
        if token == '"':
            if quoted and out:
                out[-1] += token
            else:
                out.append(token)
                glue = True
            quoted = not quoted
        elif out and (token in _CLOSING or re.fullmatch(r"'(s|t|re|ve|ll|d|m)|n't|'", token)):
            out[-1] += token
            glue = False
        elif glue and out:
            out[-1] += token
            glue = token in _OPENING
        else:
            out.append(token)
            glue = token in _OPENING
    return out


def diff_pieces(garbled: Sequence[str], original: Sequence[str], kind: str) -> list[Piece] | None:
    """Pieces of two aligned word lists; edits one equal word apart are one. None when a side would be empty."""
    matcher = SequenceMatcher(a=[_key(w) for w in garbled], b=[_key(w) for w in original], autojunk=False)
    blocks: list[list[int]] = []
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        if tag == "equal":
            continue
        if a0 == a1 or b0 == b1:  # an insertion or deletion takes a neighbouring word in
            if a1 < len(garbled) and b1 < len(original):
                a1, b1 = a1 + 1, b1 + 1
            elif a0 and b0:
                a0, b0 = a0 - 1, b0 - 1
            else:
                return None
        if blocks and a0 - blocks[-1][1] <= 1 and b0 - blocks[-1][3] <= 1:
            blocks[-1][1], blocks[-1][3] = max(a1, blocks[-1][1]), max(b1, blocks[-1][3])
        else:
            blocks.append([a0, a1, b0, b1])
    pieces: list[Piece] = []
    done_a = done_b = 0
    for a0, a1, b0, b1 in blocks:
        if a0 > done_a:
            same = " ".join(original[done_b:b0])
            if a0 - done_a != b0 - done_b:
                return None
            lead = " " if pieces else ""
            pieces.append((lead + same + " ", lead + same + " ", ""))
        elif pieces:
            pieces.append((" ", " ", ""))
        pieces.append((" ".join(garbled[a0:a1]), " ".join(original[b0:b1]), kind))
        done_a, done_b = a1, b1
    if done_b < len(original):
        if len(garbled) - done_a != len(original) - done_b:
            return None
        same = (" " if pieces else "") + " ".join(original[done_b:])
        pieces.append((same, same, ""))
    return [part for piece in pieces for part in without_shared_punctuation(piece)] if pieces else None


def without_shared_punctuation(piece: Piece) -> list[Piece]:
    """A changed piece with the punctuation both sides end in as a piece of its own."""
    garbled, original, kind = piece
    if not kind:
        return [piece]
    end = 0
    while (
        end < min(len(garbled), len(original)) - 1
        and garbled[-1 - end] == original[-1 - end]
        and (garbled[-1 - end] in '.,;:!?)"')
    ):
        end += 1
    if not end:
        return [piece]
    tail = original[-end:]
    return [(garbled[:-end], original[:-end], kind), (tail, tail, "")]


def _key(word: str) -> str:
    return word.strip(".,;:!?\"'()").lower() or word


class PostEdits:
    """Examples (mt, post-edit) from the MLQE-PE training file, of one split (see corpus.held_out)."""

    kind = "mt"

    def __init__(self, path: Path, lexicon: Lexicon, split: str = "train") -> None:
        self._examples: list[list[Piece]] = []
        if not path.exists():
            return
        for line in read_lines(path):
            row = json.loads(line)
            if row["split"] != "train" or row["hter"] > _MOST_EDITS.get(row["lp"][:2], 0.0) or len(row["mt"]) < 7:
                continue
            pieces = self._pieces(row["mt"], row["pe"].split(), lexicon)
            if pieces:
                self._examples.append(pieces)
        total = len(self._examples)
        self._examples = [
            e for i, e in enumerate(self._examples) if held_out("mlqe_pe", i, total) == (split == "held-out")
        ]

    def swaps(self) -> dict[tuple[str, str], int]:
        """(post-edited word, machine-translated word) -> times seen, of pieces that are one word on both sides."""
        counts: Counter[tuple[str, str]] = Counter()
        for pieces in self._examples:
            for garbled, original, kind in pieces:
                a, b = original.strip(".,;:!?"), garbled.strip(".,;:!?")
                if kind and a.isalpha() and b.isalpha() and a.islower() and b.islower():
                    counts[a, b] += 1
        return dict(counts)

    def __len__(self) -> int:
        return len(self._examples)

    def _pieces(self, mt: Sequence[str], pe: Sequence[str], lexicon: Lexicon) -> list[Piece] | None:
        garbled, original = detokenise(mt), detokenise(pe)
        if len(original) < 6 or not original[0][:1].isupper() or original[-1][-1] not in '.!?"':
            return None
        if " ".join(original).count('"') % 2 or any(c in " ".join(garbled + original) for c in "|<>_~^=#*@[]{}"):
            return None
        for word in original:
            core = _key(word)
            if core.isascii() and core.isalpha() and word.islower() and not lexicon.known(core):
                return None
        pieces = diff_pieces(garbled, original, self.kind)
        if not pieces:
            return None
        pieces = [(o, o, "") if k and _equivalent(g, o, lexicon) else (g, o, k) for g, o, k in pieces]
        changed = [p for p in pieces if p[2]]
        real = [p for p in changed if _letters(p[0]) != _letters(p[1])]
        if not real or any(_underivable(g, o) for g, o, _ in changed):
            return None
        if max(len(o.split()) for _, o, _ in changed) > 8:
            return None
        # A piece that differs in punctuation or case only is no garble: both sides take the original.
        return [p if not p[2] or _letters(p[0]) != _letters(p[1]) else (p[1], p[1], "") for p in pieces]

    def draw(self, rng: random.Random) -> list[Piece] | None:
        """One example, with straight or curly quotes on both sides."""
        if not self._examples:
            return None
        pieces = rng.choice(self._examples)
        if rng.random() < 0.5:
            return pieces
        return [(curly(g), curly(o), k) for g, o, k in pieces]


def _equivalent(garbled: str, original: str, lexicon: Lexicon) -> bool:
    """Whether an edit is a matter of taste: American for British spelling, a synonym for a synonym."""
    a, b = _letters(garbled), _letters(original)
    for british, american in (
        ("our", "or"),
        ("is", "iz"),
        ("ys", "yz"),
        ("tre", "ter"),
        ("ll", "l"),
        ("ae", "e"),
        ("ence", "ense"),
    ):
        a, b = a.replace(british, american), b.replace(british, american)
    if a == b:
        return True
    return " " not in garbled + original and lexicon.interchangeable(garbled.lower(), original.lower()) > 0.45


def _letters(text: str) -> str:
    return re.sub(r"[^\w]", "", text).lower()


def _underivable(garbled: str, original: str) -> bool:
    """Whether a number changed, or a name appears in the original that the garble gives no hint of."""
    if sorted(re.findall(r"\d+", garbled)) != sorted(re.findall(r"\d+", original)):
        return True
    words = original.split()
    names = [w for k, w in enumerate(words) if w[:1].isupper() and (k or len(words) == 1)]
    letters = _letters(garbled)
    return any(_letters(n)[:3] not in letters for n in names)
