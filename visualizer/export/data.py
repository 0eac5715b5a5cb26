"""A race as numbers: every point that its runs visited, for a spreadsheet or for NumPy.

``x`` and ``y`` are where the optimizer steps and what the page's axes say, those of ``rollout(...).xy``. ``own_x`` and
``own_y`` are the same point in the surface's own coordinates, in which its formula is written; they differ where the
scenario turns, stretches or shifts it (``visualizer.plane.Placement``). ``loss`` is without noise. A run that diverged
has the rows before that, one of fewer evaluations those that they were enough for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from urllib.parse import urlencode

import numpy as np

from visualizer.race import race
from visualizer.scenario import Scenario

HEAD = ("run", "optimizer", "step", "x", "y", "loss", "own_x", "own_y")


def link(scenario: Scenario) -> str:
    """The query that brings the scenario back, as an address holds it."""
    return urlencode(scenario.to_query())


def own(scenario: Scenario, points: np.ndarray) -> np.ndarray:
    """Points of the page, ``(n, 2)``, in the surface's own coordinates; untouched where it is not placed elsewhere."""
    if (scenario.rotate, scenario.stretch, tuple(scenario.shift)) == (0.0, 1.0, (0.0, 0.0)):
        return points
    return np.array([scenario.placement.own(point) for point in points.tolist()], np.float64).reshape(-1, 2)


def csv(scenario: Scenario) -> str:
    """A row for each run and step under a row of names; runs count from 1, and a number reads back as it was."""
    lines = [",".join(HEAD)]
    for number, (slug, theta, loss) in enumerate(_runs(scenario), 1):
        columns: Sequence[Sequence[float]] = (*theta.T.tolist(), loss.tolist(), *own(scenario, theta).T.tolist())
        for step, row in enumerate(zip(*columns, strict=True)):
            lines.append(f"{number},{slug},{step},{','.join(map(repr, row))}")
    return "\n".join(lines) + "\n"


def npz(scenario: Scenario) -> bytes:
    """``theta_1``, ``own_1`` (n, 2) and ``loss_1`` (n,) of run 1 and so on, float64; ``optimizers`` and ``link``."""
    arrays: dict[str, np.ndarray] = {"link": np.array(link(scenario))}
    arrays["optimizers"] = np.array([run.optimizer for run in scenario.runs], np.str_)
    for number, (_, theta, loss) in enumerate(_runs(scenario), 1):
        arrays |= {f"theta_{number}": theta, f"own_{number}": own(scenario, theta), f"loss_{number}": loss}
    packed = BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def _runs(scenario: Scenario) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Each run's optimizer, and its points and losses as far as it came."""
    for run, found in zip(scenario.runs, race(scenario), strict=True):
        yield run.optimizer, found.theta[: found.n_valid], found.loss[: found.n_valid]
