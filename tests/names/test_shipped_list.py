from __future__ import annotations

import time

import pytest

from mtcheck.names.list_file import FILE, default_folder, load
from mtcheck.names.name_list import NameList
from mtcheck.names.neighbours import neighbours


@pytest.fixture(scope="module")
def shipped() -> NameList:
    return load()


def test_the_shipped_list_is_small_and_loads_quickly(shipped: NameList):
    started = time.process_time()
    names = load()
    assert names.knows("Putin")
    assert time.process_time() - started < 1.0
    assert (default_folder() / FILE).stat().st_size < 3_000_000


def test_the_shipped_list_has_names_of_all_regions(shipped: NameList):
    for name in "Zelenskyy Putin Modi Netanyahu Erdogan Mandela Nairobi Jakarta Bogota Melbourne Witkoff".split():
        assert shipped.knows(name), name
    assert "Kiev" in shipped.variants("Kyiv")
    assert shipped.is_ordinary("minister")


def test_the_keys_of_the_shipped_list_are_those_of_the_code(shipped: NameList):
    for name in "Zelenskyy Netanyahu Nairobi Witkoff Guangzhou".split():
        assert name in [found.text for found in shipped.same_skeleton(name)]


def test_a_lookup_in_the_shipped_list_is_quick(shipped: NameList):
    words = "Witkov Zelenskij Voitolovsky Nikonov Netanjahu Harkiv Enkhtaivan Featherstonhaugh Mariam Bayden".split()
    for word in words:
        neighbours(word, shipped)
    started = time.process_time()
    for _ in range(10):
        for word in words:
            neighbours(word, shipped)
    assert (time.process_time() - started) / 100 < 0.005
