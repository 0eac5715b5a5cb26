"""A few of the cases of ``fuzz.py``, always the same; ``make fuzz`` does a million others."""

from __future__ import annotations

import fuzz
import pytest

CASES = 1200


@pytest.mark.parametrize("name", fuzz.TARGETS)
def test_what_is_spoiled_is_read_or_refused(name: str) -> None:
    """Red for an exception that is no refusal, or for what reads again as something else."""
    fuzz.run(name, max(60, round(CASES * fuzz.TARGETS[name][2])), seed=20261130)
