"""Text of a draft as a terminal may show it: nothing in it moves the cursor, sets a colour or turns the line round."""

from __future__ import annotations

import unicodedata

TAB = " " * 4

# Joiners shape the letters beside them. The others show nothing, but are common in text copied from web pages.
_JOINERS = "\u200c\u200d"
_UNSEEN = "\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff"


def visible(text: str, encoding: str = "utf-8") -> str:
    """``text`` with what a terminal would act on or could not encode made visible, on one line.

    Control characters become their pictures (``␛``), marks that reorder text their code (``<U+202E>``), tabs spaces.
    What ``encoding`` lacks is written as Python would, so that the cells of the result can be counted.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(char, encoding) for char in text)


def encodes(text: str, encoding: str) -> bool:
    """Whether ``encoding`` has all characters of ``text``."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _visible(char: str, encoding: str) -> str:
    match unicodedata.category(char):
        case "Cc":
            char = _picture(char)
        case "Cf" if char in _UNSEEN or "\U000e0000" <= char <= "\U000e007f":
            return ""
        case "Cf" if char not in _JOINERS:
            char = f"<U+{ord(char):04X}>"
        case "Zl" | "Zp" | "Cs":
            char = f"<U+{ord(char):04X}>"
    return char if encodes(char, encoding) else char.encode("ascii", "backslashreplace").decode("ascii")


def _picture(char: str) -> str:
    if char == "\t":
        return TAB
    if char < " ":
        return chr(0x2400 + ord(char))
    return "\u2421" if char == "\x7f" else f"<U+{ord(char):04X}>"
