"""The rules: what a finding's code means, with wording that each must and must not flag."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding.

    In ``flags`` the garbled words stand between ``[`` and ``]``; ``passes`` are texts without a warning or, where a
    rule only informs, without a finding of it. The tests hold the real model to both.
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
            flags=("The storm left thousands of houses [with] out energy on the coast.",),
            passes=("The council will vote on the budget on Thursday.",),
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
    )
}
