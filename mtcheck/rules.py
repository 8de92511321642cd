"""The rules: what a finding's code means, with wording that each must and must not flag."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding.

    In ``flags`` the garbled words stand between ``[`` and ``]``, none where the rule is on the whole text; ``passes``
    are texts without a warning or, where a rule only informs, without a finding of it. The tests hold the real model to
    both.
    """

    code: str
    title: str
    flags: tuple[str, ...]
    passes: tuple[str, ...]


RULES = {
    rule.code: rule
    for rule in (
        Rule(
            code="MT101",
            title="garbled wording",
            flags=(
                "The two presidents are scheduled to [satisfy] in Geneva on Monday to discuss a ceasefire.",
                "The minister [mentioned] on Tuesday that the talks would resume as quickly as [potential].",
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
            flags=("The parliament voted [gravel] the new law on Thursday.",),
            passes=("The council will vote on the budget on Thursday.",),
        ),
        Rule(
            code="MT201",
            title="garbled name",
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
            flags=("The envoy Steve Witkoff arrived in Moscow on Monday. Aides said that [Witkov] would speak later.",),
            passes=("Mr Johnson met the Johnstons in London on Monday. Johnson’s aide said so.",),
        ),
        Rule(
            code="MT402",
            title="doubled word",
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
