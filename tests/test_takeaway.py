"""What is taken away from a race as numbers and as a script: against closed forms, recorded runs, and the engine."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT

from visualizer import Run, Scenario
from visualizer.__main__ import KINDS, main
from visualizer.export import data
from visualizer.panels import takeaway
from visualizer.race import race

BOWL = Scenario("noisy_bowl", {"kappa": 4.0}, [Run("sgd", {"lr": 0.1})], (2.0, -1.0), 50, ("none", {}))


def table(text: str) -> list[dict[str, str]]:
    assert text.startswith("run,optimizer,step,x,y,loss,")
    return list(csv.DictReader(io.StringIO(text)))


def columns(rows: list[dict[str, str]], *names: str) -> np.ndarray:
    return np.array([[float(row[name]) for name in names] for row in rows])


def arrays(scenario: Scenario) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(data.npz(scenario)), allow_pickle=False) as found:
        return dict(found)


def test_gradient_descent_on_a_bowl_is_a_geometric_series() -> None:
    """x_t = x_0 (1 - lr L)^t along each axis: a row too many, too few or out of place is seen at once."""
    (run,) = race(BOWL)
    curvatures = np.array([1.0, 4.0])
    if abs(run.theta[1, 0] - 2.0 * 0.6) < 1e-9:  # the bowl may be steep along either axis
        curvatures = curvatures[::-1]
    expected = np.array([2.0, -1.0]) * (1 - 0.1 * curvatures) ** np.arange(51)[:, None]
    rows = table(data.csv(BOWL))
    assert [int(row["step"]) for row in rows] == list(range(51))
    assert {(row["run"], row["optimizer"]) for row in rows} == {("1", "sgd")}
    np.testing.assert_allclose(columns(rows, "x", "y"), expected, rtol=1e-12)
    np.testing.assert_allclose(columns(rows, "loss")[:, 0], 0.5 * (curvatures * expected**2).sum(1), rtol=1e-12)


def test_a_recorded_run_is_in_the_table() -> None:
    """Another library's Adam on the ravine: the numbers are the method's, not merely our own said twice."""
    golden: dict[str, Any] = json.loads((ROOT / "tests/golden/data/adam__ravine__default.json").read_text())
    hyper, place = golden["hyperparameters"], golden["landscape"]
    steps, start = golden["steps"], tuple(golden["start"])
    scenario = Scenario("ravine", place["params"], [Run("adam", hyper)], start, steps)
    rows = table(data.csv(scenario))
    for record in golden["records"]:
        if record["step"] <= golden["reliable_until"]:
            x, y, loss = columns([rows[record["step"]]], "x", "y", "loss")[0]
            assert (x, y) == pytest.approx((record["x"], record["y"]), abs=record["tol_xy"], rel=0)
            assert loss == pytest.approx(record["loss"], abs=record["tol_loss"], rel=0)


def test_every_digit_comes_back() -> None:
    """Rounded anywhere, a number would not be the engine's bit for bit; and a run that diverged ends where it did."""
    scenario = Scenario("ravine", {}, [Run("adam", {"lr": 0.1}), Run("sgd", {"lr": 1.9})], steps=400)
    found, rows = race(scenario), table(data.csv(scenario))
    assert found[1].n_valid < 401, "the second run should diverge"
    taken = arrays(scenario)
    assert taken["optimizers"].tolist() == ["adam", "sgd"]
    assert Scenario.from_query(dict(pair.split("=") for pair in str(taken["link"]).split("&"))) == (scenario, [])
    for number, run in enumerate(found, 1):
        own = [row for row in rows if row["run"] == str(number)]
        np.testing.assert_array_equal(columns(own, "x", "y"), run.theta[: run.n_valid])
        np.testing.assert_array_equal(columns(own, "loss")[:, 0], run.loss[: run.n_valid])
        np.testing.assert_array_equal(taken[f"theta_{number}"], run.theta[: run.n_valid])
        np.testing.assert_array_equal(taken[f"loss_{number}"], run.loss[: run.n_valid])


def test_own_coordinates_are_those_of_the_formula() -> None:
    """The ravine's formula, written out here, at the own coordinates gives the loss; at the page's it does not."""
    scenario = Scenario(
        "ravine", {"theta_deg": 0.0, "kappa": 10.0}, [Run("momentum")], rotate=30.0, stretch=4.0, shift=(0.5, -1.0)
    )
    rows = table(data.csv(scenario))
    x, y, own_x, own_y, loss = columns(rows, "x", "y", "own_x", "own_y", "loss").T
    np.testing.assert_allclose(0.5 * (own_x**2 + 10 * own_y**2), loss, rtol=1e-9, atol=1e-12)
    assert not np.allclose(0.5 * (x**2 + 10 * y**2), loss)
    np.testing.assert_array_equal(arrays(scenario)["own_1"], np.stack([own_x, own_y], 1))
    assert scenario.start == pytest.approx((own_x[0], own_y[0]), abs=1e-12)


def test_the_script_runs_the_race() -> None:
    """Run in a namespace of its own; a run left out, or in the wrong order, is another path."""
    scenario = Scenario(
        "rosenbrock", {}, [Run("adam", {"lr": 0.05}), Run("sgd", {"lr": 0.0005})], steps=60, rotate=20.0
    )
    for lang in ("en", "zh"):
        names: dict[str, Any] = {}
        exec(takeaway.content("py", scenario, lang).decode(), names)
        for path, run in zip(names["paths"], race(scenario), strict=True):
            np.testing.assert_array_equal(path, run.theta)


def test_a_link_is_read_as_an_address_and_as_a_query() -> None:
    query = "v=1&f=ravine&r1=sgd~lr~0.01&lang=zh"
    scenario, lang = takeaway.read(query)
    assert lang == "zh" and scenario.runs[0].hyper["lr"] == 0.01
    assert takeaway.read(f"http://127.0.0.1:8501/?{query}") == (scenario, "zh")
    assert takeaway.read(query, "en") == (scenario, "en")
    assert takeaway.read("f=ravine&r1=sgd~lr~0.01&lang=tlh") == (scenario, "en")


@pytest.mark.parametrize(
    ("link", "output", "more", "said"),
    [
        ("f=ravine&r1=sgdd", "out.csv", [], "'sgdd'"),
        ("f=ravine&r1=sgd", "out.mp4", [], ".html, .csv, .npz, .py, .torch.py, .optax.py"),
        ("f=ravine&r1=sgd", "out", [], ".html"),
        ("f=ravine&r1=sgd", "out.csv", ["--cdn"], "--cdn"),
        ("f=ravine&r1=sgd", "no/such/folder/out.csv", [], "out.csv"),
        ("nonsense", "out.csv", [], "'nonsense'"),
        ("net=moons", "out.csv", [], "'net'"),
    ],
)
def test_what_cannot_be_done_is_said(
    link: str, output: str, more: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", link, "-o", str(tmp_path / output), *more]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("error: ") and said in told.err and not told.out
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_the_command_writes_what_the_suffix_says(tmp_path: Path) -> None:
    link = "v=1&f=ravine&r1=adam&steps=20"
    for kind in ("csv", "py", "torch.py", "optax.py"):
        target = tmp_path / f"out.{kind.upper()}"
        assert main(["render", link, "-o", str(target), "--lang", "zh"]) == 0
        assert target.read_bytes() == takeaway.content(kind, *takeaway.read(link, "zh"))


def test_help_needs_nothing_heavy() -> None:
    """An import at the head of ``visualizer.__main__`` would make everybody wait who mistypes a suffix."""
    program = (
        "import sys; from visualizer.__main__ import main\n"
        "assert main(['render', 'f=ravine', '-o', 'out.mp4']) == 2\n"
        "assert not {'jax', 'numpy', 'streamlit', 'plotly', 'optimizers', 'landscapes'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)
    assert set(KINDS) == set(takeaway.TYPES)
