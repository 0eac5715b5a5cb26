"""Several processes, and several devices of one: the bits of one process on one device, each having done its share."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT

from visualizer.simulate import hosts

# Numbers that a sweep and a map have: those of blocks that are full and of some that are not.
PROGRAM = """
import hashlib, json, sys
import numpy as np
from visualizer import basins, sweep
from visualizer.backend import jax
from visualizer.simulate import compiled, tiles

lanes = []
filled = tiles.filled
tiles.filled = lambda runs, part: (lanes.append(part.tolist()), filled(runs, part))[1]

shares = []
found = sweep("himmelblau", "adam", {"lr": np.geomspace(1e-3, 1, 90), "beta1": np.linspace(0, .99, 71)}, steps=60,
              progress=shares.append)
swept, lanes[:] = sum(lanes, []), []
other = sweep("himmelblau", "adam", {"lr": np.geomspace(1e-3, 1, 100)}, steps=60, hyper={"beta1": 0.5})
few, lanes[:] = sum(lanes, []), []
ends = basins("himmelblau", "momentum", None, (91, 70), 60, {"lr": 0.01}).whole()
digest = hashlib.sha256()
for part in (found.theta, found.loss, found.best, found.n_valid, found.arrived, found.settled, found.evaluations,
             found.outcome, other.theta, ends.point, ends.steps, ends.loss):
    digest.update(np.ascontiguousarray(part).tobytes())
programs = [program for name, program in compiled._programs.items() if name.startswith("lanes-")]
used = {device.id for p in programs for leaf in jax.tree.leaves(p.output_shardings) for device in leaf.device_set}
print(json.dumps({"processes": jax.process_count(), "devices": len(used), "local": len(jax.local_devices()),
                  "digest": digest.hexdigest(), "swept": swept, "few": few, "mapped": sum(lanes, []),
                  "done": shares[-1:], "compiled": compiled.compiled_here}))
"""
TOTALS = {"swept": 90 * 71, "few": 100, "mapped": 91 * 70}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(program: str, processes: int, devices: int, cache: Path, *arguments: str) -> list[dict[str, Any]]:
    """What each process of a program of its own prints last, as JSON."""
    port = free_port()
    running = []
    for k in range(processes):
        flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count={devices}"
        joined = f"127.0.0.1:{port},{processes},{k}" if processes > 1 else ""
        env = {**os.environ, "XLA_FLAGS": flags, "DESCENT_LAB_HOSTS": joined, "DESCENT_LAB_CACHE": str(cache)}
        command = [sys.executable, "-c", program, *arguments]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        running.append(subprocess.Popen(command, cwd=ROOT, env=env, text=True, **pipes))
    try:
        said = [one.communicate(timeout=200) for one in running]
    finally:
        for one in running:
            one.kill()
    assert [one.returncode for one in running] == [0] * processes, "\n".join(errors[-2000:] for _, errors in said)
    return [json.loads(next(line for line in reversed(out.splitlines()) if line.startswith("{"))) for out, _ in said]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture(scope="module")
def alone(cache: Path) -> dict[str, Any]:
    (found,) = answers(PROGRAM, 1, 1, cache)
    assert (found["processes"], found["devices"], found["local"]) == (1, 1, 1)
    assert all(sorted(found[name]) == list(range(total)) for name, total in TOTALS.items())
    return found


def test_four_devices_give_the_bits_of_one(alone: dict[str, Any], cache: Path) -> None:
    """Twice: the second time the programs come from the disk, where each has to find its device again."""
    for time in range(2):
        (found,) = answers(PROGRAM, 1, 4, cache)
        assert (found["local"], found["devices"]) == (4, 4)
        assert found["digest"] == alone["digest"]
        assert bool(found["compiled"]) == (time == 0)


@pytest.mark.parametrize("devices", [1, 2])
def test_two_processes_give_the_bits_of_one_and_each_does_its_share(
    alone: dict[str, Any], cache: Path, devices: int
) -> None:
    found = answers(PROGRAM, 2, devices, cache)
    for one in found:
        assert (one["processes"], one["local"], one["devices"], one["done"]) == (2, devices, devices, [1.0])
        assert one["digest"] == alone["digest"], "both have the whole, and it is that of one"
    for name, total in TOTALS.items():
        mine, theirs = (one[name] for one in found)
        assert sorted(mine + theirs) == list(range(total)), "each lane is run by one of them"
        assert abs(len(mine) - len(theirs)) <= hosts.BLOCK


@pytest.mark.parametrize("processes", [1, 2, 3, 7])
@pytest.mark.parametrize("total", [1, 127, 128, 129, 5000, 40_000])
def test_shares_are_equal_and_cover_all(monkeypatch: pytest.MonkeyPatch, processes: int, total: int) -> None:
    """However the lanes are cut into parts, and whatever their order."""
    found = []
    for k in range(processes):
        monkeypatch.setattr(hosts, "place", lambda k=k: (k, processes))
        cuts = np.array_split(np.arange(total)[::-1], 1 + (7 * k) % 5)
        own = np.concatenate([*hosts.mine(cuts), np.zeros(0, int)])
        assert len(own) == hosts.count(total)
        found.append(own)
    assert sorted(np.concatenate(found).tolist()) == list(range(total))
    assert max(map(len, found)) - min(map(len, found)) <= hosts.BLOCK


def test_parts_are_as_large_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tile of one process in a thousand is full: it is one of a thousand parts' lanes."""
    monkeypatch.setattr(hosts, "place", lambda: (3, 1000))
    sizes = [len(part) for part in hosts.mine(np.arange(k, k + 4096) for k in range(0, 2000 * 4096, 4096))]
    assert sizes == [4096, 4096]


@pytest.mark.parametrize("said", ["yes", "127.0.0.1:99", "127.0.0.1:99,2", "127.0.0.1:99,two,1", "127.0.0.1,2,1"])
def test_hosts_that_cannot_be_read_are_refused_with_a_sentence(said: str) -> None:
    env = {**os.environ, "DESCENT_LAB_HOSTS": said}
    done = subprocess.run(
        [sys.executable, "-c", "import visualizer.backend"],
        cwd=ROOT,
        env=env,
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "DESCENT_LAB_HOSTS is auto or host:port,processes,index" in done.stderr
