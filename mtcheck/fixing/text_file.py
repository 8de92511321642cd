"""A file of text and its fixes: the same bytes with some wordings replaced, read again to prove it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from itertools import accumulate, pairwise

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.findings import Failure, Finding
from mtcheck.fixing.difference import in_utf8
from mtcheck.fixing.edits import NotFixable, find_edits
from mtcheck.fixing.fixes import EVERYTHING, ByteEdit, Fix, Fixed, reads_as, sift, splice
from mtcheck.readers import documents_in, text_encoding
from mtcheck.silencers import without_silencers


class TextFile:
    """The bytes of one file of text and the documents in it."""

    def __init__(
        self, path: str, data: bytes, *, encoding: str | None = None, all_text: bool = False, fields: Sequence[str] = ()
    ) -> None:
        """Read the documents out of a file's bytes.

        Raises:
            InputError: it is no text, or is broken.
        """
        self.path = path
        self.data = data
        self._encoding_name = encoding
        self._all_text = all_text
        self._fields = tuple(fields)
        self.documents = self._read(data)
        self._encoding = text_encoding(data, path, encoding)

    def fix(self, number: int, finding: Finding, wording: str) -> Fix:
        """What it takes to put ``wording`` in place of a finding in one of the documents.

        Raises:
            NotFixable: markup stands in the way, or the wording cannot be written there.
        """
        document = self.documents[number]
        if isinstance(document, Failure):
            raise NotFixable("it could not be read")
        edits = find_edits(document, finding.start, finding.end, wording)
        try:
            self._encoding.encode("".join(edit.text for edit in edits))
        except UnicodeEncodeError as error:
            letter = error.object[error.start]
            raise NotFixable(f"the file's encoding, {self._encoding.codec}, has no “{letter}”") from error
        return Fix(number, finding, wording, *document.source_span(finding.start, finding.end), edits)

    def fixed(self, fixes: Iterable[Fix]) -> Fixed:
        """The file with as many of the fixes, which must not overlap, as change nothing else of what is read in it.

        Raises:
            InputError: its encoding does not lead back to the same bytes.
        """
        made, refused = sift(fixes, self._wrong)
        edits = tuple(self._byte_edits(made))
        shown, readable = (self.data, edits), ""
        if self._encoding.codec.startswith(("utf-16", "utf-32")):
            shown, readable = (
                in_utf8(self.data, edits, self._encoding.codec),
                f"{self._encoding.codec[:6].upper()} text",
            )
        return Fixed(splice(self.data, edits), tuple(made), tuple(refused), shown, readable)

    def _wrong(self, fixes: Sequence[Fix]) -> Container[int]:
        """Which of the documents do not have their wordings, or another change, in the file with these fixes."""
        data = splice(self.data, self._byte_edits(fixes))
        try:
            read = self._read(data)
        except InputError:
            return EVERYTHING
        if len(read) != len(self.documents):
            return EVERYTHING
        wordings: dict[int, list[Fix]] = {}
        for fix in fixes:
            wordings.setdefault(fix.document, []).append(fix)
        return {
            number
            for number, (before, after) in enumerate(zip(self.documents, read, strict=True))
            if not reads_as(after, before, sorted(wordings.get(number, []), key=lambda fix: fix.start))
        }

    def _read(self, data: bytes) -> list[Document | Failure]:
        """The documents in some bytes, as a check of the file gets them."""
        read = documents_in(data, self.path, encoding=self._encoding_name, all_text=self._all_text, fields=self._fields)
        return [one if isinstance(one, Failure) else without_silencers(one) for one in read]

    def _byte_edits(self, fixes: Iterable[Fix]) -> list[ByteEdit]:
        """The edits of some fixes in the file's bytes.

        Raises:
            InputError: its encoding does not lead back to the same bytes.
        """
        source = next((document.source for document in self.documents if isinstance(document, Document)), "")
        edits = sorted(edit for fix in fixes for edit in fix.edits)
        if not edits:
            return []
        cuts = [0, *(offset for edit in edits for offset in (edit.start, edit.end)), len(source)]
        parts = [self._encoding.mark, *(self._encoding.encode(source[start:end]) for start, end in pairwise(cuts))]
        if b"".join(parts) != self.data:
            problem = f"its {self._encoding.codec} text cannot be written back byte for byte"
            raise InputError(self.path, f"{problem}; save it as UTF-8 and fix that")
        offsets = list(accumulate(map(len, parts)))[1:-1]
        return [
            ByteEdit(start, end, self._encoding.encode(edit.text))
            for edit, start, end in zip(edits, offsets[::2], offsets[1::2], strict=True)
        ]
