"""Files that clients send: the texts in them, and corrected texts put back into them."""

from __future__ import annotations

from base64 import b64encode
from pathlib import PurePath
from typing import Any

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from mtcheck.document import Document
from mtcheck.findings import Failure
from mtcheck.fixing.rewriting import rewrite
from mtcheck.fixing.text_file import TextFile
from mtcheck.readers import documents_in, is_word
from mtcheck.server.report import Failure as FailureEntry

SHOWN = 200
"""Characters that are shown of words which could not be changed."""


class Text(BaseModel):
    """The text of a document, or of a part of one."""

    name: str = Field(description="Which part of the file it is, ``entry 2``; empty where it is all of it.")
    text: str


class Texts(BaseModel):
    """What was read from a file."""

    documents: list[Text]
    errors: list[FailureEntry]
    plain: bool = Field(description="Whether the file is nothing but the text, so that saving the text saves it all.")


class FixBody(BaseModel):
    """A file and what its texts are to be."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=255, description="The file's name, as for /api/read.")
    data: Base64Bytes = Field(description="The file, in Base64.")
    texts: list[str] = Field(description="A text for each of the documents that /api/read reads in it, in their order.")


class Refusal(BaseModel):
    """Words that could not be put into the file in place of others."""

    was: str
    wording: str
    reason: str


class FixedFile(BaseModel):
    """A file with corrected texts."""

    name: str
    data: str = Field(description="The file, in Base64.")
    made: int = Field(description="How many changes are in it.")
    refused: list[Refusal]


def texts(data: bytes, name: str) -> dict[str, Any]:
    """The texts in a file, as ``Texts``.

    Raises:
        InputError: it is broken as a whole, or of a format that is not read.
    """
    found = documents_in(data, name)
    documents = [one for one in found if isinstance(one, Document)]
    return {
        "documents": [{"name": one.name, "text": one.text} for one in documents],
        "errors": [{"path": one.path, "message": one.message} for one in found if isinstance(one, Failure)],
        "plain": len(found) == len(documents) == 1 and documents[0].origin is None and not is_word(data, name),
    }


def fix(body: FixBody) -> dict[str, Any]:
    """The file with its texts as they are to be, as ``FixedFile``.

    Raises:
        InputError: it cannot be read or written, or has more or fewer texts.
    """
    name = PurePath(body.name).name or "draft"
    if is_word(body.data, name):
        from mtcheck.fixing.word_file import WordFile

        rewritten = rewrite(WordFile(name, body.data), body.texts)
    else:
        rewritten = rewrite(TextFile(name, body.data), body.texts)
    path = PurePath(name)
    return {
        "name": f"{path.stem}-corrected{path.suffix}",
        "data": b64encode(rewritten.data).decode("ascii"),
        "made": rewritten.made,
        "refused": [
            {"was": one.was[:SHOWN], "wording": one.wording[:SHOWN], "reason": one.reason} for one in rewritten.refused
        ],
    }
