"""Races as scripts: run, and held to the engine; and the engine to where PyTorch and Optax ended the same scripts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from ends import FILE, RACES, printed, run
from test_cards import torch_default_dtype  # noqa: F401 (a fixture that is used by itself)

from visualizer.edits.opening import read
from visualizer.export.data import link
from visualizer.export.python import LIBRARIES
from visualizer.export.script import script
from visualizer.race import race
from visualizer.scenario import Fork, Run, Scenario

every_library = pytest.mark.parametrize("library", LIBRARIES)
every_race = pytest.mark.parametrize("name", RACES)
KINDLY = 1e-9  # another library's functions round otherwise


def ends(scenario: Scenario) -> dict[int, tuple[int, float, float, float]]:
    """Where the engine ended the runs of a race."""
    found = {}
    for number, trajectory in enumerate(race(scenario), 1):
        last = trajectory.n_valid - 1
        found[number] = (last, *trajectory.theta[last].tolist(), float(trajectory.loss[last]))
    return found


def assert_same(theirs: dict[int, Any], ours: dict[int, Any], tolerance: float) -> None:
    assert theirs.keys() == ours.keys()
    for number, (step, *numbers) in ours.items():
        assert theirs[number][0] == step, number
        np.testing.assert_allclose(theirs[number][1:], numbers, tolerance, tolerance, err_msg=str(number))


@pytest.mark.parametrize("name", ["ravine_0", "wrappers", "budget", "student_t"])
def test_the_labs_script_ends_where_the_engine_does(name: str, tmp_path: Path) -> None:
    """In a process of its own, as whoever has saved it runs it; to the last digit, for a number is printed whole."""
    (tmp_path / "race.py").write_text(script(RACES[name]))
    command = [sys.executable, str(tmp_path / "race.py")]
    told = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True, timeout=300
    )
    assert_same(printed(told.stdout), ends(RACES[name]), 1e-12)


RECORDED = json.loads(FILE.read_text())


@every_library
@pytest.mark.parametrize("place", range(len(RECORDED["torch"])))
def test_the_engine_ends_where_the_library_did(place: int, library: str) -> None:
    """The numbers were printed by the scripts in the versions that the file names; neither needs to be here."""
    address, recorded = list(RECORDED[library].items())[place]
    assert_same({int(number): end for number, end in recorded.items()}, ends(read(address)[0]), KINDLY)


@every_library
@every_race
def test_a_script_ends_where_the_engine_does(name: str, library: str) -> None:
    """One of nothing but plain loops needs JAX alone, and so is run everywhere."""
    code = script(RACES[name], "en", library)
    compile(code, "race.py", "exec")
    if f"import {library}\n" in code:
        pytest.importorskip(library, reason=f"{LIBRARIES[library]} is not installed: its scripts are not run")
    assert_same(printed(run(code)), ends(RACES[name]), KINDLY)


def test_plain_loops_are_run_without_either_library() -> None:
    """Noise of each kind, a cycled momentum and SAM around what follows in the race."""
    runs = [
        Run("momentum", {"lr": 0.001}, ("one_cycle", {}), wrappers={"lookahead": {"k": 3}}),
        Run("adam", {"lr": 0.05}, ("one_cycle", {}), wrappers={"sam": {"rho": 0.1}}),
        Run("aggmo", {"lr": 0.001}),
        Run("sgld"),
        Run("qhadam", {"lr": 0.05}, ("reduce_on_plateau", {"patience": 1})),
    ]
    for slug in ("gaussian", "multiplicative", "anisotropic", "student_t"):
        made = Scenario("himmelblau", runs=runs, steps=40, noise=(slug, {}), seed=9)
        code = script(made, "en", "optax")
        assert "import optax" not in code
        assert_same(printed(run(code)), ends(made), KINDLY)


def test_enough_is_recorded() -> None:
    """All rules but those whose line SciPy searches, each on two surfaces: so many were there when it was."""
    for library in LIBRARIES:
        races = [read(address)[0] for address in RECORDED[library]]
        assert len({run.optimizer for made in races for run in made.runs}) >= 49
        assert {"gaussian", "student_t"} < {str(made.noise and made.noise[0]) for made in races}


LEFT_OUT = {
    "minibatch": Scenario("least_squares", runs=[Run("sgd")], noise=("minibatch", {"batch": 2})),
    "smoothing": Scenario("rastrigin", runs=[Run("sgd")], smooth=0.2),
    "fork": Scenario("ravine", runs=[Run("sgd", {"lr": 0.01}), Run("adam", fork=Fork(0, 20))]),
    "bounds": Scenario.suggested("rare_gradient"),
    "matrix": Scenario("circulant", runs=[Run("muon")]),
    "search": Scenario("ravine", runs=[Run("bfgs")], noise=("gaussian", {})),
    "rate": Scenario("ravine", runs=[Run("barzilai_borwein", schedule=("cosine", {}))]),
    "query": Scenario("ravine", runs=[Run("schedulefree_adamw", schedule=("one_cycle", {}))]),
}


@every_library
@pytest.mark.parametrize("what", LEFT_OUT)
def test_what_cannot_be_written_is_said_and_not_run(what: str, library: str) -> None:
    """No number is printed for the last run of each of these: it would be another path's."""
    made = LEFT_OUT[what]
    for language, said in (("en", f"not written with {LIBRARIES[library]}"), ("zh", f"没有 {LIBRARIES[library]} 版本")):
        code = script(made, language, library)
        assert said in code and f'paths["{len(made.runs)} ' not in code
        if f"import {library}\n" not in code:
            told = run(code)
            assert said in told and len(made.runs) not in printed(told)


@every_library
def test_a_chaotic_end_is_called_one(library: str) -> None:
    """Bukin's ridge throws every path about, the ravine none."""
    ridge = Scenario("bukin6", runs=[Run("sgd", {"lr": 0.01})], steps=80)
    assert "# Chaotic: " in script(ridge, "en", library) and '"1 SGD (chaotic)"' in script(ridge, "en", library)
    assert "# 混沌" in script(ridge, "zh", library)
    assert "haotic" not in script(RACES["ravine_0"], "en", library)


def test_another_path_is_called_one() -> None:
    made = Scenario("ravine", runs=[Run("lbfgs")])
    told = run(script(made, "en", "optax"))
    assert told.startswith("1 L-BFGS (SciPy: another path to the same end): step ")
    (end,) = printed(told).values()
    assert np.abs(np.array(end[1:3])).max() < 1e-5


@every_library
def test_scripts_are_formatted(library: str, tmp_path: Path) -> None:
    for name, made in {**RACES, **LEFT_OUT}.items():
        (tmp_path / f"{name}.py").write_text(script(made, "en", library))
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_a_script_names_its_link_and_a_library_that_is_none_is_refused() -> None:
    made = RACES["formula"]
    for library in ("", *LIBRARIES):
        assert script(made, "zh", library).startswith(f"# {link(made)}\n")
    with pytest.raises(ValueError, match="keras"):
        script(made, "en", "keras")
