from __future__ import annotations

import os
import sqlite3
import stat
from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from mtcheck.cache import FILE, CachedChecks, ResultCache
from mtcheck.document import Document, Label
from mtcheck.findings import DocumentResult, Finding, Severity, Suggestion, Verdict
from mtcheck.surprisals import Surprisals

RESULT = DocumentResult(
    "a.txt",
    3,
    Verdict(333.3, 1.5, 20.25, None),
    (
        Finding(
            "MT101",
            Severity.ERROR,
            0.97,
            2,
            7,
            1,
            3,
            1,
            8,
            "dying",
            "Garbled?",
            True,
            (Suggestion("death", 0.9, 0.31),),
        ),
        Finding("MT102", Severity.INFO, 0.2, 8, 13, 1, 9, 1, 14, "ma\ud800h", "…", location="entry 2"),
    ),
    surprisals=Surprisals(array("H", [1, 65535, 0]), array("H", [2, 3, 0]), array("B", [1, 255, 0])),
)


class Counting:
    """A checker that counts its checks."""

    signature = "mtcheck:0|base:fake"

    def __init__(self) -> None:
        self.count = 0

    def check_document(self, document: Document) -> DocumentResult:
        self.count += 1
        return replace(RESULT, path=document.path, name=document.name)


def checks(cache: ResultCache, counting: Counting, signature: str = "s", surroundings: str = "") -> CachedChecks:
    return CachedChecks(cache, signature, surroundings, lambda: counting)


def test_a_recalled_result_is_the_same_and_has_the_path_of_the_document(tmp_path: Path) -> None:
    counting = Counting()
    for path in ("a.txt", "b.txt"):
        with ResultCache(tmp_path) as cache:
            assert checks(cache, counting).check_document(Document(path, "a dying march")) == replace(RESULT, path=path)
    assert counting.count == 1


def test_whatever_a_result_depends_on_makes_it_another(tmp_path: Path) -> None:
    counting = Counting()
    with ResultCache(tmp_path) as cache:
        checks(cache, counting).check_document(Document("a", "text"))
        checks(cache, counting, signature="t").check_document(Document("a", "text"))
        checks(cache, counting, surroundings="t").check_document(Document("a", "text"))
        for document in (
            Document("a", "other"),
            Document("a", "text", name="entry 1"),
            Document("a", "text", labels=(Label(0, "title"),)),
        ):
            checks(cache, counting).check_document(document)
    assert counting.count == 6


def test_the_cache_is_bounded_and_drops_what_was_not_used_for_longest(tmp_path: Path) -> None:
    for key in "abcdefgh":
        with ResultCache(tmp_path, largest=50) as cache:
            cache.put(key, key * 10)
            cache.get("a")
    with ResultCache(tmp_path) as cache:
        assert cache.info().size <= 50
        assert cache.get("a")
        assert cache.get("h")
        assert cache.get("b") is None


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    with ResultCache(tmp_path / "new") as cache:
        cache.put("a", "b")
    assert stat.S_IMODE((tmp_path / "new" / FILE).stat().st_mode) == 0o600


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with ResultCache(tmp_path) as cache:
        cache.put("a", "b")
    with ResultCache(tmp_path) as cache:
        assert cache.get("a") == "b"


def test_a_result_of_another_shape_is_made_anew(tmp_path: Path) -> None:
    counting = Counting()
    with ResultCache(tmp_path) as cache:
        checks(cache, counting).check_document(Document("a", "text"))
    with sqlite3.connect(tmp_path / FILE) as database:
        database.execute("update results set result = '{}'")
    with ResultCache(tmp_path) as cache:
        assert checks(cache, counting).check_document(Document("a.txt", "text")) == RESULT
    assert counting.count == 2


@pytest.mark.parametrize("folder", ["/dev/null/x", "/proc/x"])
@pytest.mark.skipif(not os.path.exists("/proc"), reason="no such folders")
def test_without_a_place_to_write_everything_works(folder: str) -> None:
    counting = Counting()
    with ResultCache(Path(folder)) as cache:
        assert checks(cache, counting).check_document(Document("a.txt", "text")) == RESULT
        assert cache.remembered("key", lambda: "value") == "value"
        assert cache.info().results == 0


def test_facts_are_found_once(tmp_path: Path) -> None:
    with ResultCache(tmp_path) as cache:
        assert cache.remembered("key", lambda: "value") == "value"
    with ResultCache(tmp_path) as cache:
        assert cache.remembered("key", lambda: "other") == "value"
        cache.clear()
        assert not (tmp_path / FILE).exists()
