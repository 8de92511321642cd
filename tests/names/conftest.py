from __future__ import annotations

import re

import pytest

from mtcheck.names.list_file import parse, unparse
from mtcheck.names.name_list import Kind, Name, NameList

WORDS = """Witkoff:42:n Steve:900:n Zelensky:800:n Zelenskyy:60:n Obama:3000:n Osama:90:n Iran:4000:p Iraq:5000:p
Austria:300:p Australia:3000:p Kyiv:900:p Kiev:500:p Putin:2000:n Vladimir:700:n Netanyahu:700:n Benjamin:500:n
Erdogan:600:n Karimov:9:n Karimova:5:n Vyacheslav:40:n Russia:5000:p Russian:3000:d Kharkiv:120:p Islamabad:150:p
Walensky:30:n Rochelle:60:n Moscow:3000:p London:6000:p Maria:700:n Mario:500:n Johnson:1500:n Johnston:200:n
Scholz:200:n Olaf:100:n Zimbabwe:900:p Abdullah:200:n Macron:700:n Emmanuel:300:n Buenos:90:p Aires:90:p"""
WHOLES = """Steve Witkoff|42 Volodymyr Zelensky|90 Barack Obama|900 Vladimir Putin|700 Benjamin Netanyahu|300
Rochelle Walensky|20 Olaf Scholz|90 Emmanuel Macron|400 Vyacheslav Molotov|9 Vyacheslav Volodin|9 Vyacheslav Kozlov|4
Vyacheslav Polunin|3 Vyacheslav Ivanov|5 Vyacheslav Bykov|3
White House|854 Foreign Ministry|173 Security Council|138 New York|900"""
ORDINARY = """the minister ministers bank talks police house white white-collar said after president of state states
home foreign overseas ministry security safety council new""".split()


@pytest.fixture(scope="session")
def names() -> NameList:
    """A small list in the shipped format."""
    found = []
    for entry in WORDS.split():
        text, count, kinds = entry.split(":")
        found.append(Name(text, int(count), frozenset(map(Kind, kinds))))
    wholes = {name: int(count) for name, count in re.findall(r"(\w+(?: \w+)+)\|(\d+)", WHOLES)}
    return parse(
        unparse(
            found,
            wholes,
            variants=[["Zelensky", "Zelenskyy", "Zelenskiy"], ["Kyiv", "Kiev"]],
            swaps={"home": ["house", "national"], "overseas": ["foreign"], "safety": ["security"]},
            phrases={"ministry of external affairs": "foreign ministry"},
            ordinary=ORDINARY,
        )
    )
