from __future__ import annotations

import pytest

from mtcheck.checks import AHEAD
from mtcheck.commands.loading import CheckerOptions


@pytest.mark.parametrize(("jobs", "ahead"), [(0, 0), (1, AHEAD)])
def test_inputs_are_read_ahead_only_where_a_command_takes_several_at_once(jobs: int, ahead: int) -> None:
    options = CheckerOptions(None, None, "auto", 1, (), jobs=jobs)
    assert options.load(lambda label, done, total: None).ahead == ahead
    with options.remembering() as load:
        assert load(lambda label, done, total: None).ahead == ahead
