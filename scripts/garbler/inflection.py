"""Inflects lemmas and takes inflected words apart, by rules and a table of irregular forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Irregular verbs with a distinct past participle; the irregular table does not say which form is which.
_PARTICIPLE = ("n", "ne", "ng", "um", "ung", "wn")
_VOWELS = "aeiou"


class Inflector:
    """Forms of English words. Tags: "" base, s, ed, en, ing, er, est."""

    def __init__(self, irregular: Iterable[tuple[str, str, str]], zipf: Mapping[str, float]) -> None:
        self._zipf = zipf
        self._forms: dict[tuple[str, str], list[str]] = {}
        self._lemmas: dict[str, list[tuple[str, str]]] = {}
        for pos, form, lemma in irregular:
            self._forms.setdefault((lemma, pos), []).append(form)
            self._lemmas.setdefault(form, []).append((lemma, pos))

    def _common(self, forms: Iterable[str]) -> str:
        return max(forms, key=lambda form: self._zipf.get(form, 0.0))

    def inflect(self, lemma: str, pos: str, tag: str) -> str:
        """The form `tag` of `lemma` ("n", "v" or "a"); several words inflect at their head."""
        if not tag:
            return lemma
        if " " in lemma:
            if pos == "v":
                head, rest = lemma.split(" ", 1)
                return f"{self.inflect(head, pos, tag)} {rest}"
            if pos == "n":
                rest, head = lemma.rsplit(" ", 1)
                return f"{rest} {self.inflect(head, pos, tag)}"
            return f"{'more' if tag == 'er' else 'most'} {lemma}"
        if pos == "n":
            return self._plural(lemma)
        if pos == "v":
            return self._verb(lemma, tag)
        return self._degree(lemma, tag)

    def _plural(self, lemma: str) -> str:
        forms = self._forms.get((lemma, "n"))
        regular = _s(lemma)
        if forms:
            return self._common([*forms, regular])
        return regular

    def _verb(self, lemma: str, tag: str) -> str:
        if lemma == "be":
            return {"s": "is", "ed": "was", "en": "been", "ing": "being"}[tag]
        if lemma == "have":
            return {"s": "has", "ed": "had", "en": "had", "ing": "having"}[tag]
        if tag == "s":
            return _s(lemma)
        if tag == "ing":
            if lemma.endswith("ie"):
                return lemma[:-2] + "ying"
            if lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")) and len(lemma) > 2:
                return lemma[:-1] + "ing"
            return self._common([lemma + "ing", self._doubled(lemma) + "ing"])
        forms = [f for f in self._forms.get((lemma, "v"), []) if not f.endswith(("ing", "s"))]
        if forms:
            regular = self._past(lemma)
            participles = [f for f in forms if f.endswith(_PARTICIPLE)]
            others = [f for f in forms if f not in participles]
            if tag == "en" and participles:
                return self._common(participles)
            if others or participles:
                chosen = self._common(others or participles)
                return regular if self._zipf.get(regular, 0.0) > self._zipf.get(chosen, 0.0) + 0.5 else chosen
        return self._past(lemma)

    def _past(self, lemma: str) -> str:
        if lemma.endswith("e"):
            return lemma + "d"
        if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
            return lemma[:-1] + "ied"
        return self._common([lemma + "ed", self._doubled(lemma) + "ed"])

    def _degree(self, lemma: str, tag: str) -> str:
        forms = [f for f in self._forms.get((lemma, "a"), []) if f.endswith("st") == (tag == "est")]
        if forms:
            return self._common(forms)
        stem = lemma[:-1] + "i" if lemma.endswith("y") else lemma.rstrip("e") if lemma.endswith("e") else lemma
        form = self._common([stem + tag, self._doubled(stem) + tag])
        if self._zipf.get(form, 0.0) >= 2.3:
            return form
        return f"{'more' if tag == 'er' else 'most'} {lemma}"

    @staticmethod
    def _doubled(lemma: str) -> str:
        if len(lemma) > 2 and lemma[-1] not in "aeiouwxyh" and lemma[-2] in _VOWELS and lemma[-3] not in _VOWELS:
            return lemma + lemma[-1]
        return lemma

    def analyses(self, form: str) -> list[tuple[str, str, str]]:
        """All (lemma, part of speech, tag) that `form` may be; adverbs are base forms."""
        found: list[tuple[str, str, str]] = [(form, "n", ""), (form, "v", ""), (form, "a", ""), (form, "r", "")]
        guesses: set[tuple[str, str, str]] = set()
        for lemma, pos in self._lemmas.get(form, []):
            tags = {"n": ("s",), "v": ("ed", "en", "s", "ing"), "a": ("er", "est")}.get(pos, ())
            guesses.update((lemma, pos, tag) for tag in tags)
        for ending, tags in (("s", ("s",)), ("d", ("ed", "en")), ("ing", ("ing",)), ("er", ("er",)), ("est", ("est",))):
            if not form.endswith(ending):
                continue
            for lemma in _stems(form, ending):
                for tag in tags:
                    for pos in ("n", "v") if tag == "s" else ("a",) if tag in ("er", "est") else ("v",):
                        guesses.add((lemma, pos, tag))
        found.extend(g for g in sorted(guesses) if g[0] != form and self.inflect(*g) == form)
        return found


def _s(lemma: str) -> str:
    if lemma.endswith(("s", "x", "z", "ch", "sh")):
        return lemma + "es"
    if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        return lemma[:-1] + "ies"
    if lemma.endswith("o") and lemma[-2:-1] not in _VOWELS and lemma not in ("photo", "piano", "euro", "zero", "logo"):
        return lemma + "es"
    return lemma + "s"


def _stems(form: str, ending: str) -> list[str]:
    if ending == "s":
        out = [form[:-1]]
        if form.endswith("es"):
            out.append(form[:-2])
        if form.endswith("ies"):
            out.append(form[:-3] + "y")
        return out
    if ending == "d":
        if not form.endswith("ed"):
            return []
        ending = "ed"
    stem = form[: -len(ending)]
    out = [stem, stem + "e"]
    if len(stem) > 2 and stem[-1] == stem[-2]:
        out.append(stem[:-1])
    if stem.endswith("i"):
        out.append(stem[:-1] + "y")
    if ending == "ing" and stem.endswith("y"):
        out.append(stem[:-1] + "ie")
    return [s for s in out if len(s) > 1]
