"""Every optimizer tuned with the same budget, then raced at its best."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from visualizer.scenario import Run, Scenario


def fair_parts(
    scenario: Scenario, runs: list[Run], stop: threading.Event
) -> Iterator[tuple[dict[str, Any], Mapping[str, np.ndarray]]]:
    """Nothing yet."""
    yield {"kind": "fair"}, {}
    yield {"kind": "whole"}, {}
