from __future__ import annotations

import time

import pytest

from mtcheck.names.name_list import NameList, load
from mtcheck.names.neighbours import neighbours
from mtcheck.names.transliteration import skeleton


@pytest.fixture(scope="module")
def shipped() -> NameList:
    return load()


def test_the_shipped_list_is_small_and_loads_quickly(shipped: NameList):
    started = time.process_time()
    names = load()
    assert time.process_time() - started < 2.0
    assert len(names.buckets) > 10_000


def test_the_shipped_list_has_names_of_all_regions(shipped: NameList):
    for name in "Zelenskyy Putin Modi Netanyahu Erdogan Mandela Nairobi Jakarta Bogota Melbourne Witkoff".split():
        assert shipped.knows(name), name
    assert "Kiev" in shipped.variants("Kyiv")
    assert shipped.is_ordinary("minister")


def test_the_keys_of_the_shipped_list_are_those_of_the_code(shipped: NameList):
    for key in list(shipped.buckets)[::500]:
        assert skeleton(shipped.buckets[key].partition(":")[0]) == key


def test_a_lookup_in_the_shipped_list_is_quick(shipped: NameList):
    words = "Witkov Zelenskij Voitolovsky Nikonov Netanjahu Harkiv Enkhtaivan Featherstonhaugh Mariam Bayden".split()
    for word in words:
        neighbours(word, shipped)
    started = time.process_time()
    for _ in range(10):
        for word in words:
            neighbours(word, shipped)
    assert (time.process_time() - started) / 100 < 0.005
