"""The best loss against the gradient evaluations that it took, over seeds and starts."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from visualizer.scenario import Run, Scenario


def budget_parts(
    scenario: Scenario, runs: list[Run], stop: threading.Event
) -> Iterator[tuple[dict[str, Any], Mapping[str, np.ndarray]]]:
    """Nothing yet."""
    yield {"kind": "budget"}, {}
    yield {"kind": "whole"}, {}
