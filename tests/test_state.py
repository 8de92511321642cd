from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.state import MOST_ENTRIES, State

URL = "https://example.org/feed.xml"


def entry(identity: str, text: str, name: str = "entry 1") -> Document:
    return Document(URL, text, name, identity=identity)


def new(state: State, *documents: Document, signature: str = "s1") -> list[str]:
    """The texts that are new, which are remembered, as a run does it."""
    found = []
    for document in documents:
        met = state.meet(document)
        if not state.is_known(met, signature):
            found.append(document.text)
            state.remember(met, signature)
    return found


def again(state: State) -> State:
    state.write()
    return State.read(state.path)


def test_only_new_and_changed_entries_are_new_wherever_they_stand(tmp_path: Path) -> None:
    state = State.read(tmp_path / "state.json")
    assert new(state, entry("a", "A", "entry 1"), entry("b", "B", "entry 2")) == ["A", "B"]
    state = again(state)
    assert new(state, entry("c", "C"), entry("a", "A", "entry 2"), entry("b", "B now", "entry 3")) == ["C", "B now"]
    assert new(again(state), entry("b", "B now"), entry("a", "A")) == []


def test_another_signature_makes_everything_new(tmp_path: Path) -> None:
    state = State.read(tmp_path / "state.json")
    new(state, entry("a", "A"))
    assert new(again(state), entry("a", "A"), signature="s2") == ["A"]


def test_entries_of_one_name_are_told_apart_by_their_order(tmp_path: Path) -> None:
    state = State.read(tmp_path / "state.json")
    twins = entry("a", "one"), entry("a", "two")
    assert new(state, *twins) == ["one", "two"]
    assert new(again(state), *twins) == []


def test_the_oldest_entries_are_forgotten(tmp_path: Path) -> None:
    state = State.read(tmp_path / "state.json")
    new(state, *(entry(str(number), "x") for number in range(MOST_ENTRIES + 1)))
    state = again(state)
    assert new(state, entry("1", "x"), entry("0", "x"), entry("0", "x")) == ["x", "x"]


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense", '{"format": 2, "files": {}}', "[" * 100_000])
def test_a_file_of_another_kind_is_refused_and_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(InputError, match="not what --state"):
        State.read(path)
    assert path.read_text() == text
