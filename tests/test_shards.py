"""Sweeps in directories: what is there in the end is what ``sweep`` says, whoever was killed on the way."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from test_hosts import answers

from visualizer import sweep, sweeping
from visualizer.simulate import compiled, shards, tiles
from visualizer.simulate.sweep import planned

LINK = "v=1&f=himmelblau&r1=momentum&steps=60"
AXES = ["--axis", "lr=1e-4:0.1:40", "--axis", "momentum=0:0.95:50"]
GRID = {"lr": np.geomspace(1e-4, 0.1, 40), "momentum": 1 - np.geomspace(1, 0.05, 50)}  # as their sliders are spaced
SHARDS = ["--shard", "300"]  # 7 of them, the last of 200
KEEP = ["--keep", "theta,loss,outcome,evaluations"]


def asked(directory: Path, *more: str) -> list[str]:
    return ["run", LINK, str(directory), *AXES, *SHARDS, *KEEP, *more]


@pytest.fixture(scope="module")
def expected() -> Any:
    return sweep("himmelblau", "momentum", GRID, steps=60)


def same(directory: Path, expected: Any) -> bool:
    folder = shards.opened(directory)
    for name, values in GRID.items():
        np.testing.assert_allclose(folder.axes[name], values, rtol=1e-12)
    return all(
        folder.array(name).tobytes() == getattr(expected, name).tobytes()
        for name in ("theta", "loss", "outcome", "evaluations")
    )


KILLED = """
import os, signal, sys
from visualizer import sweeping
replace, calls = os.replace, []
def dying(*given):
    calls.append(given)
    if len(calls) == 5:  # after the manifest and three shards: the fourth is written, and not yet in its place
        os.kill(os.getpid(), signal.SIGKILL)
    replace(*given)
os.environ["DESCENT_LAB_CACHE"] = ""  # compiled programs are moved into their places too
os.replace = dying
sweeping.main(sys.argv[1:])
"""


def test_a_killed_sweep_goes_on_and_ends_with_the_same_bits(
    tmp_path: Path, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", KILLED, *asked(tmp_path / "sweep")]
    assert subprocess.run(command, cwd=ROOT, timeout=120, capture_output=True).returncode == -signal.SIGKILL
    folder = shards.opened(tmp_path / "sweep")
    assert folder.missing() == [3, 4, 5, 6]
    with pytest.raises(ValueError, match="4 of 7 shards are missing"):
        folder.array("loss")
    lanes: list[int] = []
    filled = tiles.filled
    monkeypatch.setattr(tiles, "filled", lambda runs, part: (lanes.extend(part), filled(runs, part))[1])
    assert sweeping.main(asked(tmp_path / "sweep")) == 0
    assert sorted(lanes) == list(range(900, 2000)), "what was there is not computed again"
    assert same(tmp_path / "sweep", expected)


def test_a_sweep_that_is_given_up_goes_on(
    tmp_path: Path, expected: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C raises KeyboardInterrupt wherever the main thread is; no thread is busy afterwards."""
    save, saved = shards._save, []

    def interrupted(path: Path, arrays: Any) -> None:
        saved.append(path)
        if len(saved) == 3:
            raise KeyboardInterrupt
        save(path, arrays)

    monkeypatch.setattr(shards, "_save", interrupted)
    assert sweeping.main(asked(tmp_path)) == 130
    assert "goes on from here" in capsys.readouterr().err
    assert shards.opened(tmp_path).missing() == [2, 3, 4, 5, 6]
    monkeypatch.setattr(shards, "_save", save)
    assert sweeping.main(asked(tmp_path)) == 0
    assert same(tmp_path, expected)


def test_shares_make_the_whole(tmp_path: Path, expected: Any) -> None:
    for k in (2, 0, 1):
        assert shards.opened(tmp_path).missing() if k != 2 else True
        assert sweeping.main(asked(tmp_path, "--share", f"{k}/3")) == 0
    assert same(tmp_path, expected)


BOTH = """
import json, sys
from visualizer import sweeping
from visualizer.simulate import tiles
lanes, filled = [], tiles.filled
tiles.filled = lambda runs, part: (lanes.extend(part.tolist()), filled(runs, part))[1]
assert sweeping.main(sys.argv[1:]) == 0
print(json.dumps({"lanes": lanes}))
"""


def test_two_processes_fill_one_directory(tmp_path: Path, expected: Any) -> None:
    cache = compiled.cache_directory()
    found = answers(BOTH, 2, 1, cache or tmp_path / "compiled", *asked(tmp_path / "sweep"))
    numbers = [np.array(one["lanes"]) // 300 % 2 for one in found]
    assert [set(own.tolist()) for own in numbers] == [{0}, {1}], "shards in turn"
    assert sum(map(len, numbers)) == 2000
    assert same(tmp_path / "sweep", expected)


def test_seeds_are_summed_up_point_by_point(tmp_path: Path) -> None:
    """Against the same runs one by one; at the largest rates some diverge."""
    link = "v=1&f=ravine~kappa~4~theta_deg~0&r1=sgd&noise=gaussian~sigma~3&steps=60&seed=5&tol=0.5"
    more = ["--seeds", "21", "--sum", "--shard", "100", "--axis", "lr=0.01:3:30"]
    assert sweeping.main(["run", link, str(tmp_path), *more]) == 0
    folder = shards.opened(tmp_path)
    assert len(folder.points) == 8, "four points of 21 seeds are a shard"
    runs = sweep(
        "ravine",
        "sgd",
        {"lr": np.geomspace(0.01, 3, 30), "seed": np.arange(5, 26)},
        steps=60,
        params={"kappa": 4.0, "theta_deg": 0.0},
        noise=("gaussian", {"sigma": 3.0}),
        tolerance=0.5,
    )
    lost, arrived = folder.array("lost"), folder.array("arrived")
    assert 0 < np.count_nonzero(lost) < 30 and 0 < np.count_nonzero(arrived < 1) < 30
    for k in range(30):
        diverged = runs.outcome[:, k] == tiles.DIVERGES
        assert lost[k] == np.float32(diverged.sum() / 21)
        assert arrived[k] == np.float32((runs.arrived[:, k] >= 0).sum() / 21)
        losses = sorted(np.inf if bad else loss for bad, loss in zip(diverged, runs.loss[:, k], strict=True))
        steps = sorted(np.inf if at < 0 else at for at in runs.arrived[:, k])
        for place, share in enumerate((3, 6, 11, 16, 19)):  # of 21 the first with at least that share of them
            assert folder.array("loss")[k, place] == losses[share - 1]
            assert folder.array("steps")[k, place] == steps[share - 1]


def test_a_directory_holds_one_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned("himmelblau", "momentum", GRID, steps=60)
    shards.begun(tmp_path, plan, {"link": "a"})
    shards.begun(tmp_path, plan, {"link": "a"})
    for given, says in [(({"link": "b"},), "link"), (({"link": "a"}, ["loss"]), "fields")]:
        with pytest.raises(ValueError, match=f"other {says}"):
            shards.begun(tmp_path, plan, *given)
    with pytest.raises(ValueError, match="other axes"):
        shards.begun(tmp_path, planned("himmelblau", "momentum", {**GRID, "lr": [0.1]}, steps=60), {"link": "a"})
    monkeypatch.setattr(compiled, "sources", lambda: "others")
    with pytest.raises(ValueError, match="other sources"):
        shards.begun(tmp_path, plan, {"link": "a"})


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--axis", "speed=1:2"], "momentum has no speed; known: lr, "),
        (["--axis", "lr=1:2:1"], "DIAL=LOW:HIGH:COUNT"),
        (["--axis", "lr=1:x"], "DIAL=LOW:HIGH:COUNT"),
        (["--axis", "lr=-1:2"], "lr cannot go from -1 to 2"),
        (["--axis", "lr=2:1"], "lr cannot go from 2 to 1"),
        ([], "a sweep has axes"),
        (["--axis", "lr", "--sum"], "--sum needs --seeds"),
        (["--axis", "lr", "--keep", "loss,speed"], "no speed"),
        (["--axis", "lr", "--run", "2"], "no run 2"),
        (["--axis", "lr", "--shard", "0"], "a run or more"),
    ],
)
def test_what_cannot_be_swept_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], says: str
) -> None:
    assert sweeping.main(["run", LINK, str(tmp_path / "sweep"), *more]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "sweep").exists()


def test_wrong_links_and_directories_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sweeping.main(["run", LINK.replace("himmel", "himel"), str(tmp_path), "--axis", "lr"]) == 2
    assert "no landscape" in capsys.readouterr().err
    assert sweeping.main(["read", str(tmp_path)]) == 2
    assert "holds no sweep" in capsys.readouterr().err


def test_the_axes_of_a_links_map_are_swept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    link = f"https://example.org/?{LINK}&map=grid~0~~lr~0.001~0.1~~momentum~0.0~0.9"
    assert sweeping.main(["run", link, str(tmp_path)]) == 0
    axes = shards.opened(tmp_path).axes
    np.testing.assert_allclose(axes["lr"], np.geomspace(1e-3, 0.1, 256))
    np.testing.assert_allclose(axes["momentum"][[0, -1]], [0.0, 0.9])
    assert sweeping.main(["read", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    found = np.load(tmp_path / "outcome.npy")
    counts = np.bincount(found.ravel(), minlength=3)
    assert found.shape == (256, 256)
    assert f"{counts[0]} converges, {counts[1]} oscillates, {counts[2]} diverges" in said


# What getrusage says of a process includes what its parent held when it was started; /proc does not.
MEMORY = """
import resource
from pathlib import Path
from visualizer import basins
found = basins("himmelblau", "adam", None, (4096, 4096), 5).whole()
assert found.point.shape == (4096, 4096) and (found.loss > 0).all()
said = Path("/proc/self/status")
peak = [line.split()[1] for line in said.read_text().splitlines() if "VmHWM" in line] if said.exists() else []
print('{"peak": %d}' % int((peak or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss])[0]))
"""


def test_a_map_of_sixteen_million_starts_stays_under_a_gigabyte(tmp_path: Path) -> None:
    """Its three arrays are 168 MB; all of it in one piece would be several gigabytes."""
    (found,) = answers(MEMORY, 1, 1, compiled.cache_directory() or tmp_path)
    unit = 1 if sys.platform == "darwin" else 1024
    assert found["peak"] * unit < 1e9
    assert found["peak"] * unit > 2e8, "the unit is right"
