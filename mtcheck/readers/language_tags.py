"""Which language tags are English, and the error for what is in another language."""

from __future__ import annotations


class OtherLanguage(ValueError):
    """The translations of a file are in another language than English."""


def is_english(language: str) -> bool:
    """Whether a language tag is of English, or missing."""
    return not language or language.lower().replace("_", "-").split("-")[0] == "en"
