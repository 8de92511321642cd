"""What one pass frees the next one gets without asking the system."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource
import torch
from mtcheck.language_model import heap
heap.keep()

def once():
    blocks = [torch.ones(6_000_000) for _ in range(3)]  # more than what would be kept anyway
    blocks.clear()

for _ in range(3):
    once()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    once()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is another one")
def test_freed_blocks_are_not_faulted_in_anew() -> None:
    done = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1000, "of 18,000 pages in each of five rounds"
