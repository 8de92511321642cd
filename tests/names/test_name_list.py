from __future__ import annotations

from mtcheck.names.list_file import parse, unparse
from mtcheck.names.name_list import NameList


def test_a_name_is_known_whatever_its_case_and_accents(names: NameList):
    assert names.knows("WITKOFF")
    assert names.knows("Witköff")
    assert not names.knows("Witkov")
    assert names.count("Putin") == 2000
    assert names.count("Voitolovsky") == 0


def test_all_spellings_of_a_group_are_variants(names: NameList):
    assert names.variants("kiev") == ("Kyiv", "Kiev")
    assert names.variants("Moscow") == ()


def test_what_an_editor_adds_is_right_and_trusted():
    names = parse(unparse([], {}))
    names.add(["Oksana Hrytsenko", "al-Tamimi"])
    held = names.get("Hrytsenko")
    assert held is not None
    assert held.trusted
    assert names.knows("Al-Tamimi")
    assert names.whole_count("Oksana", "Hrytsenko") > 0
