"""What each mechanism must be able to make: a text and one garble of it. Written for this table."""

from __future__ import annotations

import random
from collections.abc import Mapping

from garbler.mechanism import Habit, Mechanism
from garbler.passage import Passage

EXAMPLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "attested": (
        ("The game was lost.", "The recreation was lost."),
        ("The shooting stopped.", "The capturing stopped."),
        ("He faces charges today.", "He faces expenses today."),
        ("A vaccine against cancer is near.", "A vaccine against most cancers is near."),
        ("The shares fell.", "The shares stay fell."),
        ("A right-wing mayor won.", "A proper-wing mayor won."),
        ("They left last week.", "They left final week."),
        ("It begins at some point.", "It begins in some unspecified time in the future."),
        ("Call as soon as possible.", "Call as quickly as potential."),
    ),
    "plausible": (
        ("A death march began.", "A dying march began."),
        ("They meet today.", "They satisfy today."),
    ),
    "tortured": (("They trust artificial intelligence.", "They trust counterfeit consciousness."),),
    "neighbour": (
        ("He lost two games.", "He lost two recreations."),
        ("The minister left.", "The clergyman left."),
        ("The lawyer saw the charges.", "The lawyer found out the charges."),
        ("A slow-moving march.", "A dull-moving march."),
    ),
    "retranslated": (
        ("Both sides signed the peace.", "Both sides signed the world."),
        ("He has a right.", "He has a law."),
    ),
    "literal": (
        ("Come as soon as possible.", "Come as faster as possible."),
        ("The rebels took part in it.", "The rebels took portion in it."),
        ("The trial will take place.", "The trial will happen place."),
        ("He pleaded guilty to fraud.", "He begged guilty to fraud."),
        ("It shed light on fraud.", "It spill light on fraud."),
        ("The airstrikes ended.", "The strikes by air ended."),
    ),
    "phrase": (
        ("They carried out talks.", "They implemented talks."),
        ("They took part in talks.", "They acted in talks."),
        ("The death toll rose.", "The dying bell rose."),
        ("He hit the nail on the head.", "He hit the nail on the mind."),
    ),
    "institution": (
        ("The White House said so.", "The White Home said so."),
        ("The Security Council met.", "The Safety Council met."),
        ("The Foreign Affairs Committee met.", "The Overseas Affairs Committee met."),
        ("A vote in the House of Representatives failed.", "A vote in the Chamber of Representatives failed."),
        ("The Tverskoy District Court ruled.", "The Tverskoy Area Court ruled."),
    ),
    "name": (
        ("He met Witkoff in Rome.", "He met Witkov in Rome."),
        ("They flew to Moscow today.", "They flew to Moskva today."),
        ("Vladimir Putin left.", "Vladimir Poutin left."),
    ),
    "function": (
        ("It was in the city.", "It was within the city."),
        ("It was in the city.", "It was in city."),
        ("They voted against higher taxes.", "They voted towards higher taxes."),
        ("It rained, but nobody left.", "It rained, however nobody left."),
        ("They bought the house.", "They bought a house."),
    ),
    "pronoun": (("The mother said she lost her son.", "The mother said she lost his son."),),
    "residue": (
        ("He is an expert.", "He is a expert."),
        ("The company's games.", "The companys games."),
        ("The slow march ended.", "The march slow ended."),
    ),
    "broken": (
        ("In the city.", "In the the city."),
        ("The march ended.", "The marchended."),
        ("It is without talks.", "It is with out talks."),
        ("A slow-moving march.", "A slowmoving march."),
        ("In the city.", "In the nbsp city."),
    ),
    "spelling": (("They lost their way.", "They lost there way."),),
}  # fmt: skip


def made(mechanism: Mechanism, text: str, draws: int = 400) -> set[str]:
    """All texts that `draws` tries of a mechanism at every word of `text` make."""
    passage = Passage(text)
    out = set()
    for seed in range(draws):
        for i in range(passage.count):
            edit = mechanism.propose(passage, i, Habit("spinner", seed, {}), random.Random(seed))
            if edit is not None:
                start, end = passage.words[edit.first].start, passage.words[edit.last - 1].end
                out.add(text[:start] + edit.text + text[end:])
    return out


def unmet(mechanism: Mechanism) -> list[tuple[str, str]]:
    """The examples of its kind that a mechanism does not make."""
    return [(text, garbled) for text, garbled in EXAMPLES[mechanism.kind] if garbled not in made(mechanism, text)]
