"""The rules: what a finding's code means, with wording that each must and must not flag."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding.

    In ``flags`` the garbled words stand between ``[`` and ``]``, none where the rule is on the whole text; ``passes``
    are texts without a warning or, where a rule only informs, without a finding of it. The tests hold the real model to
    both. ``what`` and ``why`` are for people who read a report.
    """

    code: str
    title: str
    what: str
    why: str
    flags: tuple[str, ...]
    passes: tuple[str, ...]


RULES = {
    rule.code: rule
    for rule in (
        Rule(
            code="MT101",
            title="garbled wording",
            what=(
                "A word or phrase that the rest of the text does not call for, with at least one likely "
                "original wording. An error from a confidence of .9 on, a warning from .5 on."
            ),
            why=(
                "Machine translation, translation there and back, and article spinners swap words for "
                "dictionary neighbours: “satisfy” for “meet”, “fuel” for “gas”. The model copies the draft as "
                "an editor would; where it would rather write something else than what stands there, and what "
                "it would write fits, the wording is reported."
            ),
            flags=(
                "The two presidents are scheduled to [satisfy] in Geneva on Monday to discuss a ceasefire.",
                "The minister said on Tuesday that the talks would resume as quickly as [potential].",
                "Police used tear [fuel] to disperse the group of protesters [outdoors] the parliament.",
            ),
            passes=(
                "The two presidents are scheduled to meet in Geneva on Monday to discuss a ceasefire.",
                "The minister said on Tuesday that the talks would resume as soon as possible.",
                "The jury found that the terms of the contract did not satisfy the law.",
            ),
        ),
        Rule(
            code="MT102",
            title="suspicious wording",
            what=(
                "A word or phrase that surprises the model as a garbled one does, but no other wording "
                "convinces. Always information; where mtcheck is sure, it offers what it has, as MT101."
            ),
            why=(
                "Not all that is odd is garbled, and not all that is garbled can be guessed from the context. "
                "Look at the source, or leave it."
            ),
            flags=("The minister said the plan was a [lobster] for the region.",),
            passes=("The council will vote on the budget on Thursday.",),
        ),
        Rule(
            code="MT201",
            title="garbled name",
            what=(
                "A name that is a near miss of a far commoner one, or an institution in other words: “White "
                "Home”, “Overseas Ministry”."
            ),
            why=(
                "Spinners translate parts of names like any word, and machine translation spells by ear. A "
                "name that is merely rare is no finding: there must be a known name close by in letters or "
                "sound, or a known rendering of one, and the context must like it better. Names that are "
                "right go into a list (--names) or among the accepted wording."
            ),
            flags=(
                "Officials at the [White Home] said on Tuesday that the talks would continue.",
                "The spokesman of the [Overseas Ministry] said on Monday that the envoys would meet again.",
            ),
            passes=(
                "Officials at the White House said on Tuesday that the talks would continue.",
                "The analyst Fyodor Voitolovsky met Pavel Nikonov in Moscow on Monday.",
            ),
        ),
        Rule(
            code="MT202",
            title="name spelled two ways",
            what="One name in two spellings within the document; the likelier one is suggested.",
            why=(
                "A name that went through another alphabet comes back in several forms (“Witkoff”, “Witkov”). "
                "One document should hold one of them. Accepted variants of a name (Kiev, Kyiv) are no "
                "finding where the list of names knows them."
            ),
            flags=("The envoy Steve Witkoff arrived in Moscow on Monday. Aides said that [Witkov] would speak later.",),
            passes=("Mr Johnson met the Johnstons in London on Monday. Johnson’s aide said so.",),
        ),
        Rule(
            code="MT402",
            title="doubled word",
            what="A word that stands twice in a row where English has it once.",
            why=(
                "Swaps of neighbouring words leave doubles behind, and so does editing. Words that may follow "
                "themselves (“had had”, “very, very”) are left alone."
            ),
            flags=("The government said on Friday that [the the] talks would resume next week.",),
            passes=(
                "She said that that was the reason she had had to leave early.",
                "It was a very, very long night for New York, New York.",
                "Officials flew to Pago Pago on Tuesday.",
            ),
        ),
        Rule(
            code="MT501",
            title="looks spun",
            what=(
                "The text as a whole is very likely spun or badly translated; reported once, at its "
                "beginning, from a probability of .9 on."
            ),
            why=(
                "One odd phrase is style, eight in a hundred words are a method. The verdict rests on how "
                "many words look garbled and on how surprising the text is to the model that knows all of it. "
                "Texts under 40 words get none."
            ),
            flags=(
                "The two sides are scheduled to satisfy in Geneva on Monday, the Overseas Ministry mentioned. The "
                "assault killed no less than 12 folks, and officers mentioned the military would proceed operations in "
                "nations alongside the border as quickly as potential. Police used tear fuel to disperse the group of "
                "protesters outdoors the parliament.",
            ),
            passes=(
                "The two sides are scheduled to meet in Geneva on Monday, the Foreign Ministry said. The attack killed "
                "at least 12 people, and officials said the military would continue operations in countries along the "
                "border as soon as possible. Police used tear gas to disperse the protesters outside the parliament.",
            ),
        ),
    )
}
