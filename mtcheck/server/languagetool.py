"""LanguageTool's HTTP API: its parameters, the document they hold, and findings as the matches its clients read.

Offsets are UTF-16 code units into the text that was sent, with all of its markup. Parameters that mean nothing to
mtcheck are ignored, as LanguageTool ignores those it does not know.
"""

from __future__ import annotations

import json
import math
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from mtcheck._version import __version__
from mtcheck.annotated import AnnotatedText
from mtcheck.document import Document, Lines, Origin
from mtcheck.findings import DocumentResult, Finding, Severity
from mtcheck.rules import RULES
from mtcheck.segments import Span, paragraphs, sentences
from mtcheck.server.offsets import Utf16

CONTEXT = 40
"""Characters of context on each side of a match."""
COMPACT_REPLACEMENTS = 5
MOST_PARAMETERS = 100

LANGUAGES = {
    "en": "English",
    "en-AU": "English (Australian)",
    "en-CA": "English (Canadian)",
    "en-GB": "English (GB)",
    "en-NZ": "English (New Zealand)",
    "en-US": "English (US)",
    "en-ZA": "English (South African)",
}
DEFAULT_LANGUAGE = "en-US"

_OLD_NAMES = {
    "enabled": "enabledRules",
    "disabled": "disabledRules",
    "autodetect": "language=auto",
    "preferredvariants": "preferredVariants",
}
_TEXT_LEVEL = frozenset({"MT202"})
"""Rules that look at more than one place of a text."""


@dataclass(frozen=True, slots=True)
class Category:
    """One of LanguageTool's categories."""

    id: str
    name: str


_SEMANTICS = Category("SEMANTICS", "Semantics")
_TYPOS = Category("TYPOS", "Possible Typo")
_CATEGORIES = {
    "MT1": (_SEMANTICS, "mistranslation"),
    "MT2": (_TYPOS, "inconsistent-entities"),
    "MT3": (Category("GRAMMAR", "Grammar"), "grammar"),
    "MT402": (Category("REPETITIONS", "Repetitions"), "duplication"),
    "MT4": (Category("TYPOGRAPHY", "Typography"), "typographical"),
}
"""The beginning of a rule's code -> its category and ITS 2.0 issue type; the longest that fits holds."""


class RequestError(Exception):
    """A request that cannot be answered; LanguageTool sends the status and ``Error:`` with the message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class BadRequest(RequestError):
    """Parameters that do not go together, or a text that is none."""

    def __init__(self, message: str) -> None:
        super().__init__(400, message)


@dataclass(frozen=True, slots=True)
class Switches:
    """Which rules a request wants."""

    enabled_rules: frozenset[str]
    disabled_rules: frozenset[str]
    enabled_categories: frozenset[str]
    disabled_categories: frozenset[str]
    only_enabled: bool

    def wants(self, rule: str) -> bool:
        """Whether findings of a rule are wanted; naming the rule goes before naming its category."""
        group = category(rule)[0].id
        if self.only_enabled:
            return rule in self.enabled_rules or group in self.enabled_categories
        if rule in self.enabled_rules:
            return True
        if rule in self.disabled_rules:
            return False
        return group in self.enabled_categories or group not in self.disabled_categories


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What ``/v2/check`` was asked."""

    document: Document
    language: str
    automatic: bool
    switches: Switches
    least: Severity
    mode: str
    compact: bool
    user: str


def parameters(query: str, body: bytes) -> dict[str, str]:
    """The parameters of a request's address and of its form; the form's come last and hold.

    Raises:
        BadRequest: they are not UTF-8, or too many.
    """
    found: dict[str, str] = {}
    try:
        for part in (query, body.decode("utf-8")):
            found |= parse_qsl(
                part, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MOST_PARAMETERS
            )
    except UnicodeDecodeError as error:
        raise BadRequest("The request is not valid UTF-8") from error
    except ValueError as error:
        raise BadRequest(f"More than {MOST_PARAMETERS} parameters") from error
    return found


def check_request(given: Mapping[str, str], longest: int) -> CheckRequest:
    """Read the parameters of ``/v2/check``; ``longest`` is in UTF-16 units.

    Raises:
        RequestError: what LanguageTool would refuse too, in its words where they fit.
    """
    for old, new in _OLD_NAMES.items():
        if old in given:
            raise BadRequest(f"You specified '{old}' but the parameter is now called '{new}'")
    language, automatic = _language(given)
    level, mode = given.get("level") or "default", given.get("mode") or "all"
    if level.lower() not in ("default", "picky"):
        raise BadRequest(f"Unknown value '{level}' for parameter 'level'. Use 'default' or 'picky'")
    if mode.lower() not in ("all", "textlevelonly", "allbuttextlevelonly", "batch"):
        raise BadRequest("If specified, 'mode' must be set to 'textLevelOnly', 'allButTextLevelOnly' or 'all'")
    document = _document(given)
    length = Utf16(document.source).length
    if length > longest:
        raise RequestError(
            413,
            f"Your text exceeds the limit of {longest} characters (it's {length} characters). Submit a shorter text",
        )
    return CheckRequest(
        document=document,
        language=language,
        automatic=automatic,
        switches=_switches(given),
        least=Severity.INFO if level.lower() == "picky" else Severity.WARNING,
        mode=mode.lower(),
        compact=given.get("c") == "1",
        user=user(given),
    )


def user(given: Mapping[str, str]) -> str:
    """Whose accepted words count; empty where no user is named.

    Raises:
        BadRequest: a user without a key, a password or a token.
    """
    name = given.get("username", "")
    if name and not (given.get("apiKey") or given.get("password") or given.get("tokenV2")):
        raise BadRequest("With 'username' set, you also need to specify 'apiKey', 'password', or 'tokenV2'")
    return name


def answer(request: CheckRequest, result: DocumentResult) -> dict[str, Any]:
    """The JSON answer of ``/v2/check``."""
    document = request.document
    units = Utf16(document.source)
    read = list(_sentences(document.text))
    matches = [
        _match(document, finding, units, read, request.compact)
        for finding in result.findings
        if _wanted(request, finding)
    ]
    detected = (
        _detected(document.text) if request.automatic else _language_entry(request.language) | {"confidence": 1.0}
    )
    return {
        **({} if request.compact else {"software": software()}),
        "warnings": {"incompleteResults": False},
        "language": {**_language_entry(request.language), "detectedLanguage": detected},
        "matches": matches,
        "sentenceRanges": [[units.unit(edge) for edge in document.source_span(span.start, span.end)] for span in read],
    }


def software() -> dict[str, Any]:
    """Who answers."""
    return {
        "name": "mtcheck",
        "version": __version__,
        "buildDate": "",
        "apiVersion": 1,
        "premium": False,
        "premiumHint": "",
        "status": "",
    }


def languages() -> list[dict[str, str]]:
    """The answer of ``/v2/languages``, sorted by name."""
    return [
        {"name": name, "code": code[:2], "longCode": code}
        for code, name in sorted(LANGUAGES.items(), key=lambda item: item[1])
    ]


def configuration(longest: int) -> dict[str, Any]:
    """The answer of ``/v2/configinfo``: the rules and the longest text."""
    rules = []
    for code in RULES:
        if _is_match(code):
            group, _ = category(code)
            rules.append(
                {
                    "ruleId": code,
                    "description": title(code),
                    "isDictionaryBasedSpellingRule": False,
                    "categoryId": group.id,
                    "categoryName": group.name,
                }
            )
    return {"software": software(), "parameter": {"maxTextLength": longest}, "rules": rules}


def category(rule: str) -> tuple[Category, str]:
    """The category of a rule and its ITS issue type."""
    for length in (5, 3):
        if found := _CATEGORIES.get(rule[:length]):
            return found
    return _SEMANTICS, "uncategorized"


def title(rule: str) -> str:
    """What a rule finds, as a heading."""
    text = RULES[rule].title if rule in RULES else rule
    return text[:1].upper() + text[1:]


def _language(given: Mapping[str, str]) -> tuple[str, bool]:
    """The variant of English to answer for, and whether the language was to be detected."""
    asked = given.get("language", "")
    if not asked:
        raise BadRequest("Missing 'language' parameter, e.g. 'language=en-US' for American English or 'language=auto'")
    known = {code.lower(): code for code in LANGUAGES}
    if asked.lower() == "auto":
        variants = (variant.strip().lower() for variant in given.get("preferredVariants", "").split(","))
        return next((known[variant] for variant in variants if variant in known), DEFAULT_LANGUAGE), True
    if asked.lower() not in known:
        raise BadRequest(
            f"'{asked[:20]}' is not a language code known to mtcheck. "
            f"Supported language codes are: {', '.join(LANGUAGES)}"
        )
    return known[asked.lower()], False


def _switches(given: Mapping[str, str]) -> Switches:
    switches = Switches(
        enabled_rules=_names(given, "enabledRules"),
        disabled_rules=_names(given, "disabledRules"),
        enabled_categories=_names(given, "enabledCategories"),
        disabled_categories=_names(given, "disabledCategories"),
        only_enabled=given.get("enabledOnly", "").lower() in ("true", "yes"),
    )
    if switches.only_enabled and (switches.disabled_rules or switches.disabled_categories):
        raise BadRequest("You cannot specify disabled rules or categories using enabledOnly=true")
    if switches.only_enabled and not (switches.enabled_rules or switches.enabled_categories):
        raise BadRequest("You must specify enabled rules or categories when using enabledOnly=true")
    return switches


def _names(given: Mapping[str, str], parameter: str) -> frozenset[str]:
    return frozenset(name.strip() for name in given.get(parameter, "").split(",") if name.strip())


def _document(given: Mapping[str, str]) -> Document:
    if "text" in given and "data" in given:
        raise BadRequest("Set only 'text' or 'data' parameter, not both")
    if "text" in given:
        return Document("-", given["text"])
    if "data" not in given:
        raise BadRequest("Missing 'text' or 'data' parameter")
    try:
        data = json.loads(given["data"])
    except (ValueError, RecursionError) as error:
        raise BadRequest("Could not parse JSON from 'data' parameter") from error
    text, parts = (data.get("text"), data.get("annotation")) if isinstance(data, dict) else (None, None)
    if text is not None and parts is not None:
        raise BadRequest("'data' key in JSON requires either 'text' or 'annotation' key, not both")
    if isinstance(text, str):
        return Document("-", text)
    if not isinstance(parts, list):
        raise BadRequest("'data' key in JSON requires 'text' or 'annotation' key")
    return _annotated(parts)


def _annotated(parts: Iterable[Any]) -> Document:
    """A document out of text and markup; what markup reads as stands for the whole of it."""
    source: list[str] = []
    text: list[str] = []
    starts, origins, ends = array("Q"), array("Q"), array("Q")
    at = read = 0
    for part in parts:
        kept, reads = _part(part)
        if reads:
            starts.append(read)
            origins.append(at)
            ends.append(at + len(kept))
            text.append(reads)
        source.append(kept)
        at += len(kept)
        read += len(reads)
    whole = "".join(source)
    annotated = AnnotatedText("".join(text), starts, origins, ends)
    return Document("-", annotated.text, origin=Origin(annotated, whole, Lines(whole)))


def _part(part: Any) -> tuple[str, str]:
    """What stands in the source and what it reads as."""
    if not isinstance(part, dict):
        raise BadRequest("Each item of 'annotation' must be an object with 'text' or 'markup'")
    text, markup, reads = part.get("text"), part.get("markup"), part.get("interpretAs")
    if text is not None and markup is not None:
        raise BadRequest("Only either 'text' or 'markup' are supported in an object in 'annotation' list, not both")
    if isinstance(text, str) and reads is None:
        return text, text
    if isinstance(text, str):
        raise BadRequest("'text' cannot be used with 'interpretAs' (only 'markup' can)")
    if not isinstance(markup, str) or not isinstance(reads, str | None):
        raise BadRequest("Either 'text' or 'markup' must be set to a string in each object of the 'annotation' list")
    return markup, reads or ""


def _is_match(rule: str) -> bool:
    """Whether a rule marks a place; what is said of a whole text is no match."""
    return not rule.startswith("MT5")


def _wanted(request: CheckRequest, finding: Finding) -> bool:
    if not _is_match(finding.rule) or finding.severity < request.least or not request.switches.wants(finding.rule):
        return False
    if request.mode == "textlevelonly":
        return finding.rule in _TEXT_LEVEL
    return request.mode != "allbuttextlevelonly" or finding.rule not in _TEXT_LEVEL


def _match(document: Document, finding: Finding, units: Utf16, read: list[Span], compact: bool) -> dict[str, Any]:
    start, end = document.source_span(finding.start, finding.end)
    offset, length = units.span(start, end)
    group, issue_type = category(finding.rule)
    # A wording is no replacement for text with markup inside, which it would throw away.
    plain = document.source[start:end] == finding.text
    replacements = [
        {"value": suggestion.text, "confidence": suggestion.confidence} for suggestion in finding.suggestions if plain
    ]
    entry: dict[str, Any] = {
        "message": finding.message,
        "shortMessage": title(finding.rule),
        "replacements": replacements[:COMPACT_REPLACEMENTS] if compact else replacements,
        "offset": offset,
        "length": length,
    }
    if not compact:
        entry["context"] = _context(document.source, start, end)
        around = read[bisect_right(read, finding.start, key=lambda span: span.start) - 1]
        entry["sentence"] = document.text[around.start : around.end]
    return entry | {
        "type": {"typeName": "UnknownWord" if group is _TYPOS else "Other"},
        "rule": {
            "id": finding.rule,
            "description": title(finding.rule),
            "issueType": issue_type,
            "category": {"id": group.id, "name": group.name},
            "isPremium": False,
            "confidence": finding.confidence,
        },
        "ignoreForIncompleteSentence": False,
        "contextForSureMatch": 0,
    }


def _context(source: str, start: int, end: int) -> dict[str, Any]:
    """The match with what is around it on one line; cut ends show as dots."""
    first, last = max(0, start - CONTEXT), min(len(source), end + CONTEXT)
    before, after = "..." if first else "", "..." if last < len(source) else ""
    text = before + "".join(" " if char in "\r\n\t" else char for char in source[first:last]) + after
    offset, length = Utf16(text).span(len(before) + start - first, len(before) + end - first)
    return {"text": text, "offset": offset, "length": length}


def _sentences(text: str) -> Iterator[Span]:
    for paragraph in paragraphs(text):
        yield from sentences(text, paragraph.start, paragraph.end)


def _language_entry(code: str) -> dict[str, Any]:
    return {"name": LANGUAGES.get(code, code), "code": code}


def _detected(text: str) -> dict[str, Any]:
    """The language that a text is in, with the classifier's share of it among those it knows."""
    if not text.strip():
        return _language_entry(DEFAULT_LANGUAGE) | {"confidence": 0.0}
    from py3langid import rank

    ranked: list[tuple[str, float]] = rank(text[:5000])
    code, best = max(ranked, key=lambda entry: entry[1])
    share = 1.0 / sum(math.exp(score - best) for _, score in ranked)
    return _language_entry(DEFAULT_LANGUAGE if code == "en" else code) | {
        "confidence": round(share, 3),
        "source": "py3langid",
    }
