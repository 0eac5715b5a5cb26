"""A sweep too large for one memory, or for one machine: computed shard by shard into a directory, and read from there.

The directory holds ``sweep.json``, which says what is swept, and a file of arrays for each shard that is done. A shard
is a range of the runs by number. Who computes asks for nothing but files that are not there yet: so a sweep goes on
where it was stopped, or killed, and any number of machines that see the directory can share it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from visualizer.backend import jax
from visualizer.simulate import compiled, tiles
from visualizer.simulate.sweep import TYPES, Plan, blank, cut, fill
from visualizer.simulate.tiles import DIVERGES

SHARD = 2**20  # runs: seconds of a processor
USUAL = ("loss", "arrived", "outcome")
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
MANIFEST = "sweep.json"
# What is left of each point when its runs along the first axis are summed up, and how many numbers.
SUMMARY = {"loss": (len(QUANTILES),), "steps": (len(QUANTILES),), "lost": (), "arrived": ()}


@dataclass(frozen=True, eq=False)
class Folder:
    """A directory with a sweep in it. ``about`` is its ``sweep.json``; ``axes`` are those of the plan."""

    directory: Path
    about: Mapping[str, Any]

    @property
    def axes(self) -> dict[str, np.ndarray]:
        return {name: np.array(values) for name, values in self.about["axes"].items()}

    @property
    def shape(self) -> tuple[int, ...]:
        """That of the arrays: the first axis comes last, unless it is summed up."""
        nx, *more = (len(values) for values in self.about["axes"].values())
        return tuple(reversed(more or [1])) + (() if self.about["summed"] else (nx,))

    @property
    def points(self) -> list[tuple[int, int]]:
        """The first point of each shard, and the one after its last."""
        total, size = int(np.prod(self.shape)), int(self.about["points_per_shard"])
        return [(at, min(at + size, total)) for at in range(0, total, size)]

    def file(self, shard: int) -> Path:
        return self.directory / f"shard-{shard:07}.npz"

    def missing(self, share: tuple[int, int] = (0, 1)) -> list[int]:
        """The shards that are not done, of those whose number leaves ``share[0]`` when divided by ``share[1]``."""
        here = {path.name for path in self.directory.glob("shard-*.npz")}
        return [k for k in range(share[0], len(self.points), share[1]) if self.file(k).name not in here]

    def array(self, name: str) -> np.ndarray:
        """One of ``about["fields"]`` of all points, ``shape`` and then its own: ``NAME.npy``, mapped into memory.

        The file is made of the shards when it is first asked for. Raises ``ValueError`` as long as some are missing.
        """
        if name not in self.about["fields"]:
            raise ValueError(f"{self.directory} holds {', '.join(self.about['fields'])}, no {name}")
        path = self.directory / f"{name}.npy"
        if not path.exists():
            if missing := self.missing():
                raise ValueError(f"{len(missing)} of {len(self.points)} shards are missing in {self.directory}")
            kind, tail = self.about["fields"][name]
            partial = self.directory / f"{name}.npy.{os.getpid()}"
            whole = np.lib.format.open_memmap(partial, "w+", kind, (*self.shape, *tail))
            rows = whole.reshape(-1, *tail)
            for shard, (first, end) in enumerate(self.points):
                with np.load(self.file(shard)) as found:
                    rows[first:end] = found[name]
            whole.flush()
            os.replace(partial, path)
        return np.load(path, mmap_mode="r")


def opened(directory: str | Path) -> Folder:
    """The sweep in a directory. Raises ``ValueError`` if there is none."""
    try:
        return Folder(Path(directory), json.loads((Path(directory) / MANIFEST).read_text()))
    except (OSError, json.JSONDecodeError):
        raise ValueError(f"{directory} holds no sweep") from None


def begun(
    directory: str | Path,
    plan: Plan,
    about: Mapping[str, Any],
    keep: Sequence[str] = USUAL,
    size: int = SHARD,
    summed: bool = False,
) -> Folder:
    """The directory for a plan, which may hold some of it already.

    ``about`` is what else ``sweep.json`` says of it. Of each run ``keep`` is kept, names of ``tiles.Ends``; or, if the
    sweep is ``summed`` up along its first axis, mostly the seed, of each point of the others: the quantiles
    ``QUANTILES`` of the final ``loss`` and of the ``steps`` until it arrived, infinite for a run that did not; the
    shares of the runs that were ``lost``, because they diverged, and that ``arrived``. A shard has about ``size`` runs.

    Raises ``ValueError`` for a name that there is not, or if the directory holds another sweep, or one that was begun
    with other sources or another version of JAX.
    """
    if unknown := set(keep) - set(TYPES):
        raise ValueError(f"of a run {', '.join(TYPES)} can be kept, no {', '.join(sorted(unknown))}")
    own = {name: (TYPES[name], (2,) if name == "theta" else ()) for name in keep}
    said = {
        **about,
        "axes": {name: values.tolist() for name, values in plan.axes.items()},
        "summed": summed,
        "fields": {name: ("<f4", tail) for name, tail in SUMMARY.items()} if summed else own,
        "points_per_shard": max(1, size // plan.shape[-1]) if summed else size,
        "sources": compiled.sources(),
        "jax": jax.__version__,
    }
    wanted, path = json.dumps(said, indent=1), Path(directory) / MANIFEST
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _written(path, wanted.encode())
    folder = opened(directory)
    if other := [name for name, value in json.loads(wanted).items() if folder.about.get(name) != value]:
        raise ValueError(f"{directory} holds a sweep with other {', '.join(other)}: choose another directory")
    return folder


def compute(folder: Folder, plan: Plan, share: tuple[int, int] = (0, 1)) -> Iterator[int]:
    """Computes what is missing of a share of the shards; yields the number of runs of each when it is on the disk."""
    runs = plan.shape[-1] if folder.about["summed"] else 1  # of a point
    points = folder.points
    todo = [(shard, *(runs * point for point in points[shard])) for shard in folder.missing(share)]
    parts = (first + part for _, first, end in todo for part in cut(end - first, plan.dear))
    with contextlib.closing(tiles.run(plan.runs, parts, plan.cancel)) as ends:  # type: ignore[type-var]
        for shard, first, end in todo:
            found, done = blank(end - first), 0
            while done < end - first:
                lanes, some = next(ends)
                fill(found, lanes - first, some)
                done += len(lanes)
            arrays = _summed(found, runs) if folder.about["summed"] else found
            _save(folder.file(shard), {name: arrays[name] for name in folder.about["fields"]})
            yield end - first


def _summed(found: Mapping[str, np.ndarray], runs: int) -> dict[str, np.ndarray]:
    """Of the ends of runs, of which so many in a row belong to one point: see ``begun``."""
    each = {name: found[name].reshape(-1, runs) for name in ("loss", "arrived", "outcome")}
    lost, arrived = each["outcome"] == DIVERGES, each["arrived"] >= 0
    bands = {
        "loss": np.where(lost | ~np.isfinite(each["loss"]), np.inf, each["loss"].astype(float)),
        "steps": np.where(arrived, each["arrived"].astype(float), np.inf),
    }
    with np.errstate(invalid="ignore"):
        lines = {name: np.quantile(values, QUANTILES, axis=1, method="inverted_cdf") for name, values in bands.items()}
    shares = {"lost": lost.mean(axis=1), "arrived": arrived.mean(axis=1)}
    return {name: part.T.astype("<f4") for name, part in {**lines, **shares}.items()}


def _save(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    whole = io.BytesIO()
    np.savez(whole, **arrays)  # type: ignore[arg-type]
    _written(path, whole.getvalue())


def _written(path: Path, content: bytes) -> None:
    """Whole or not at all, whoever is killed meanwhile, and whoever else writes the same."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as partial:
        partial.write(content)
    os.replace(partial.name, path)
