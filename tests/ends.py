"""Races whose exported scripts are run, and where PyTorch and Optax ended them (``data/ends.json``).

The file goes by links, so that a new rule need not be in it. ``python tests/ends.py`` runs the scripts where both
libraries are installed, and records it anew.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from optimizers import RULES  # noqa: E402
from optimizers._frame import Optimizer  # noqa: E402
from visualizer.export.data import link  # noqa: E402
from visualizer.export.python import LIBRARIES  # noqa: E402
from visualizer.export.script import script  # noqa: E402
from visualizer.scenario import MOST_RUNS, Run, Scenario  # noqa: E402

FILE = ROOT / "tests/data/ends.json"
LINE = re.compile(r"(\d+) (.*): step (\d+), x (\S+), y (\S+), loss (\S+)")
End = tuple[int, float, float, float]


def searched(rule: Optimizer) -> bool:
    """Whether the scripts take SciPy's method, which goes another way."""
    return bool(rule.card and rule.card.scipy)


def raced(surface: str) -> list[str]:
    """The rules that are held to their numbers on a surface; Barzilai and Borwein's are chaotic in a curved valley."""
    chaotic = {"barzilai_borwein"} if surface == "rosenbrock" else set()
    return [slug for slug, rule in RULES.items() if not searched(rule) and slug not in chaotic]


def _groups() -> dict[str, Scenario]:
    """Every rule at its defaults, twelve a race."""
    places = {"ravine": {"rotate": 30.0}, "rosenbrock": {"stretch": 2.0, "shift": (0.5, -0.25)}}
    return {
        f"{surface}_{at // MOST_RUNS}": Scenario(
            surface, runs=[Run(slug) for slug in raced(surface)[at : at + MOST_RUNS]], steps=60, **placed
        )
        for surface, placed in places.items()
        for at in range(0, len(raced(surface)), MOST_RUNS)
    }


def _special() -> dict[str, Scenario]:
    """Schedules that cycle momentum, watch the loss, or are not followed; wrappers; each kind of noise; a formula; an
    equal budget; runs that diverge.
    """
    cycle, plateau = ("one_cycle", {}), ("reduce_on_plateau", {"patience": 2})
    sam = {"sam": {"rho": 0.1}}
    scheduled = [Run("adam", {"lr": 0.05}, cycle), Run("momentum", {"lr": 0.001}, plateau), Run("nesterov", {}, cycle)]
    blind = [Run("rprop", {"lr": 0.01}, ("cosine", {})), Run("rmsprop", {"lr": 0.01}, ("cosine", {}))]
    wrapped = [
        Run("sgd", {"lr": 0.01}, wrappers=sam),
        Run("adam", {"lr": 0.1}),
        Run("muon", wrappers={"lookahead": {}}),
    ]
    pair = [Run("momentum", {"lr": 0.002}), Run("adamw", {"lr": 0.05}), Run("lion", {"lr": 0.01})]
    formula = {"formula": "(x^2 - 1)^2 + y^2 + a*x*y"}
    noises = {
        "gaussian": {"sigma": 0.5},
        "multiplicative": {"sigma": 0.3},
        "anisotropic": {"sigma": 1.0, "sigma_across": 0.2, "angle": 25.0},
        "student_t": {"sigma": 0.3, "nu": 3.0},
    }
    return {
        "schedules": Scenario("rosenbrock", runs=[*scheduled, *blind], steps=50),
        "wrappers": Scenario("himmelblau", runs=wrapped, steps=60, noise=("gaussian", {"sigma": 0.2}), seed=3),
        "budget": Scenario(
            "himmelblau", runs=[Run("sgd", {"lr": 0.002}, wrappers=sam), Run("adam")], budget="evaluations"
        ),
        "diverging": Scenario("ravine", runs=[Run("sgd", {"lr": 0.5}), Run("adam", {"lr": 0.5})], steps=400),
        "formula": Scenario("formula", formula, runs=pair, steps=50),
        **{
            slug: Scenario("styblinski_tang", runs=[*pair, Run("sgld")], steps=60, noise=(slug, given), seed=11)
            for slug, given in noises.items()
        },
    }


RACES = {**_groups(), **_special()}


def printed(text: str) -> dict[int, End]:
    """What a script printed: for each run by its number, its last step, the point there and the loss."""
    found = [LINE.fullmatch(line) for line in text.splitlines()]
    return {int(hit[1]): (int(hit[3]), float(hit[4]), float(hit[5]), float(hit[6])) for hit in found if hit}


def run(code: str) -> str:
    """What a script prints in a namespace of its own."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(compile(code, "race.py", "exec"), {})
    return told.getvalue()


def record() -> None:
    found = {
        library: {link(made): printed(run(script(made, "en", library))) for made in RACES.values()}
        for library in LIBRARIES
    }
    made = ", ".join(f"{name} {version(name)}" for name in ("torch", "optax", "jax", "numpy"))
    lines = [f'  "{library}": {{\n' + _rows(races) + "\n  }" for library, races in found.items()]
    FILE.write_text(f'{{\n  "made": "{made}",\n' + ",\n".join(lines) + "\n}\n")


def _rows(races: dict[str, dict[int, End]]) -> str:
    return ",\n".join(f"    {json.dumps(name)}: {json.dumps(ends)}" for name, ends in races.items())


if __name__ == "__main__":
    record()
