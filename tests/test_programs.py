"""One program for everything: no dial recompiles, executables survive on disk, and nothing depends on the flag."""

from __future__ import annotations

import json
import logging
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from surfaces import anywhere

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import RULES
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.backend import FLAG, jax
from visualizer.plane import Placement
from visualizer.simulate import carry, compiled, surface
from visualizer.simulate.groups import (
    CLASSIC,
    FIRST,
    GROUPS,
    MOST,
    MOST_SURFACES,
    PLACES,
    SMOOTHED,
    SURFACE_PLACES,
    SURFACES,
)
from visualizer.simulate.job import Branch, job
from visualizer.simulate.local import local, warm
from visualizer.simulate.rollout import SMALLEST, run_jobs
from visualizer.simulate.surface import losses

ROOT = Path(__file__).resolve().parents[1]
# Every rule runs on the classic surfaces, and the first rules on every surface: in between is more of the same.
PAIRS = sorted({(rules, "classic") for rules in GROUPS} | {("first", surfaces) for surfaces in SURFACES})
NAMES = sorted(
    f"rollout-{rules}-{surfaces}-65536-16-0" for rules, surfaces in PAIRS if surfaces not in SMOOTHED.values()
)

# Every optimizer, surface, schedule and noise once, in a process of its own; prints what the tests look at.
PROGRAM = """
import json, hashlib
from visualizer import rollout
from visualizer.simulate import compiled
from landscapes import CATALOGUE as L
from optimizers import RULES as O
from visualizer.simulate.groups import CLASSIC, FIRST
ends, digest = [], hashlib.sha256()
for i, landscape in enumerate(L):
    rules = O if landscape in CLASSIC else FIRST
    for optimizer in rules:  # its schedule is read off its name, so that a new rule changes nothing for the others
        ours = rollout(landscape, optimizer, steps=60, noise=("gaussian", {"sigma": 0.1}) if i % 2 else None,
                       schedule=("cosine", {}) if len(optimizer) % 2 else None, seed=i)
        # Under noise a line search decides by comparing what rounding may turn: no end to compare.
        if not (i % 2 and O[optimizer].search):
            ends.append(ours.theta[20].tolist())
        digest.update(ours.theta.tobytes() + ours.loss.tobytes() + b"".join(part.tobytes() for part in ours.info))
texts = [program.as_text() for program in compiled._programs.values()]
print(json.dumps({"ends": ends, "digest": digest.hexdigest(), "compiled": compiled.compiled_here,
                  "kernel": all("xla_cpu_small_call" in text for text in texts), "key": compiled.fingerprint()}))
"""


def fresh(cache: Path | str, **env: str) -> dict[str, Any]:
    """What PROGRAM prints in a new process with this cache directory."""
    settings = {**os.environ, "XLA_FLAGS": "", **env, "DESCENT_LAB_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=settings, timeout=300, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache") / "made by the program"


@pytest.fixture(scope="module")
def first(cache: Path) -> dict[str, Any]:
    """A process that found an empty cache."""
    return fresh(cache)


def random_jobs(rng: np.random.Generator) -> list[Any]:
    """As many runs, steps, names and values as fit into the smallest buffer, at random."""
    runs = int(rng.integers(1, 13))

    def pick(catalogue: Any) -> str:
        return str(rng.choice(list(catalogue)))

    jobs: list[Any] = []
    for _ in range(runs):
        optimizer = pick(RULES)
        landscape = pick(LANDSCAPES if optimizer in FIRST else CLASSIC)
        hyper = {"lr": float(10 ** rng.uniform(-4, -1)), "eps": 1e-6} if optimizer == "adam" else {}
        params = {h.name: anywhere(h, rng) for h in LANDSCAPES[landscape].params}
        quiet = [slug for slug, model in NOISES.items() if LANDSCAPES[landscape].sample or not model.needs_data]
        where = (pick(SCHEDULES), {}), (pick(quiet), {})
        steps, seed = int(rng.integers(0, SMALLEST // (2 * runs) - 1)), int(rng.integers(2**31))
        jobs.append(
            job(
                landscape,
                optimizer,
                rng.normal(size=2),
                steps,
                hyper,
                params,
                *where,
                seed,
                rng.uniform(-180, 180),
                budget=int(rng.integers(1000)) if rng.random() < 0.5 else None,
                stretch=float(rng.uniform(0.5, 30)),
                shift=rng.normal(size=2),
                smooth=float(rng.choice([0.0, rng.uniform(0, 1)])),
            )
        )
    return [*jobs, *(replace(one, fork=Branch(one, int(rng.integers(50)), bool(rng.integers(2)))) for one in jobs[:3])]


def test_no_dial_recompiles(caplog: pytest.LogCaptureFixture) -> None:
    """No trace and no program beyond the first, whatever is changed within a capacity."""
    rng = np.random.default_rng(1)
    for rules, surfaces in PAIRS:
        smooth = float(surfaces in SMOOTHED.values())
        run_jobs([job(SURFACES[surfaces][0].slug, GROUPS[rules][0].slug, steps=10, smooth=smooth)])
    surface.warm()
    warm()
    for entry in RULES.values():  # what a state is made of is looked up once, when it is first carried to another
        carry.fields(entry)
    before = set(compiled._programs)
    with jax.log_compiles(), caplog.at_level(logging.DEBUG, logger="jax"):
        jax.jit(lambda x: x + 1)(np.float64(rng.normal()))
        assert "Finished tracing" in caplog.text, "the log does show traces"
        caplog.clear()
        for _ in range(40):
            run_jobs(random_jobs(rng))
            window = (-rng.random(), 1.0, -2.0, rng.random())
            slug, placement = str(rng.choice(list(LANDSCAPES))), Placement(float(rng.uniform(0, 90)))
            losses(slug, {}, placement, window, float(rng.random()))
            local(slug, {}, rng.normal(size=(int(rng.integers(9)), 2)), placement, newton=int(rng.integers(9)))
        assert "tracing" not in caplog.text
        assert "ompil" not in caplog.text
    assert set(compiled._programs) == before


def test_groups_are_small_and_hold_every_rule_once() -> None:
    assert [entry.slug for entry in GROUPS["first"]] == list(FIRST)
    assert sorted(entry.slug for entries in GROUPS.values() for entry in entries) == sorted(RULES)
    assert all(len(entries) <= MOST for entries in GROUPS.values())
    for slug, (group, at) in PLACES.items():
        assert GROUPS[group][at].slug == slug
        assert (group == "hessian") == bool(RULES[slug].hessian)
        assert (group in ("hessian", "search")) == RULES[slug].second_order


def test_groups_of_surfaces_hold_every_surface_once() -> None:
    assert [entry.slug for entry in SURFACES["classic"]] == list(CLASSIC)
    plain = {name: entries for name, entries in SURFACES.items() if name not in SMOOTHED.values()}
    assert sorted(entry.slug for entries in plain.values() for entry in entries) == sorted(LANDSCAPES)
    assert all(len(entries) <= MOST_SURFACES for entries in SURFACES.values())
    for slug, (group, at) in SURFACE_PLACES.items():
        assert SURFACES[group][at].slug == slug


def test_a_mixed_race_is_its_runs_in_order() -> None:
    """Runs of several programs come back in the race's order, each as it is alone."""
    slugs = ("newton", "adam", "lion", "bfgs", "sgd", "prodigy", "adam", "schedulefree_sgd")
    jobs = [job("himmelblau", slug, steps=20 + k) for k, slug in enumerate(slugs)]
    assert len({one.group for one in jobs}) > 4
    for ours, one in zip(run_jobs(jobs), jobs, strict=True):
        (alone,) = run_jobs([one])
        assert len(ours.theta) == one.steps + 1
        np.testing.assert_array_equal(ours.theta, alone.theta)
        assert set(ours.aux) == set(alone.aux)


def test_a_first_race_compiles_one_program() -> None:
    """And a race of two groups two: nothing that is not needed before the first trajectory."""
    program = """if 1:
        from visualizer.simulate import compiled
        from visualizer.simulate.job import Branch, job
        from visualizer.simulate.rollout import run_jobs
        run_jobs([job("saddle", slug) for slug in ("sgd", "adam", "nadam")])
        print(*compiled.compiled_here)
        run_jobs([job("saddle", slug) for slug in ("sgd", "lion")])
        print(*compiled.compiled_here[1:])
    """
    settings = {**os.environ, "DESCENT_LAB_CACHE": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=settings, timeout=300, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [f"rollout-{group}-classic-65536-16-0" for group in ("first", PLACES["lion"][0])]


def test_the_loop_is_one_native_kernel(first: dict[str, Any]) -> None:
    assert first["kernel"]
    assert sorted(first["compiled"]) == NAMES


def test_a_second_process_loads_and_gives_the_same_bits(cache: Path, first: dict[str, Any]) -> None:
    assert sorted(path.name.rpartition("-")[0] for path in cache.iterdir()) == NAMES
    second = fresh(cache)
    assert second["compiled"] == []
    assert second["digest"] == first["digest"]
    assert second["kernel"]


def test_it_works_without_the_flag(cache: Path, first: dict[str, Any]) -> None:
    """Whoever sets the option himself is obeyed; the numbers agree but for the rounding of fused products.

    The executable that was made with the flag lies in the same cache, and is not taken for this one.
    """
    slow = fresh(cache, XLA_FLAGS=FLAG.replace("1000000000", "1"))
    assert not slow["kernel"]
    assert sorted(slow["compiled"]) == NAMES
    np.testing.assert_allclose(slow["ends"], first["ends"], rtol=1e-9, atol=1e-9)
    assert len(list(cache.iterdir())) == 2 * len(NAMES)


def test_a_broken_cache_file_is_replaced(cache: Path, first: dict[str, Any], tmp_path: Path) -> None:
    good = {path.name: path.read_bytes() for path in cache.iterdir() if first["key"] in path.name}
    assert len(good) == len(NAMES)
    for name, content in good.items():
        (tmp_path / name).write_bytes(content)
    name = f"{NAMES[0]}-{first['key']}.xla"
    broken = tmp_path / name
    broken.write_bytes(good[name][:-100])
    again = fresh(tmp_path)
    assert again["compiled"] == [NAMES[0]]
    assert again["digest"] == first["digest"]
    assert {path.name for path in tmp_path.iterdir()} == set(good), "one good file in its place, nothing else"
    assert broken.stat().st_size > 0.9 * len(good[name])


@pytest.mark.parametrize("content", [b"", b"\x80\x05not an executable", pickle.dumps((1, 2, 3)), pickle.dumps(7)])
def test_nonsense_in_the_cache_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setenv("DESCENT_LAB_CACHE", str(tmp_path))
    (tmp_path / f"rollout-1-{compiled.fingerprint()}.xla").write_bytes(content)
    assert compiled._load("rollout-1") is None


def test_an_empty_variable_turns_the_cache_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESCENT_LAB_CACHE", "")
    assert compiled.cache_directory() is None
    assert compiled._load(NAMES[0]) is None
    compiled._save(NAMES[0], None)
    monkeypatch.setenv("DESCENT_LAB_CACHE", "/somewhere")
    assert compiled.cache_directory() == Path("/somewhere")
    monkeypatch.delenv("DESCENT_LAB_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/else")
    assert compiled.cache_directory() == Path("/else/descent-lab")


def test_a_cache_that_cannot_be_written_is_survived(first: dict[str, Any], tmp_path: Path) -> None:
    """A file stands where the directory should be: what root, too, cannot write to."""
    obstacle = tmp_path / "file"
    obstacle.write_text("in the way")
    ours = fresh(obstacle / "cache")
    assert sorted(ours["compiled"]) == NAMES
    assert ours["digest"] == first["digest"]
    assert obstacle.read_text() == "in the way"


def test_old_executables_are_forgotten(tmp_path: Path) -> None:
    """Four of each name are kept, the newest; those of other names stay."""
    for age in range(7):
        path = tmp_path / f"rollout-1-{age}.xla"
        path.touch()
        os.utime(path, (1000 - age, 1000 - age))
    other = tmp_path / "surface-161-0.xla"
    other.touch()
    compiled._forget_older(tmp_path / "rollout-1-0.xla", "rollout-1")
    assert sorted(tmp_path.iterdir()) == [*(tmp_path / f"rollout-1-{age}.xla" for age in range(4)), other]
