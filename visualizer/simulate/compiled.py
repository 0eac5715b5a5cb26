"""Compiled programs, each made once per process, and kept on disk between processes.

An executable is loaded in about 0.1 s where compiling takes 0.7 s. The key covers everything that it depends on: the
sources, the versions, the compiler's flags and the processor. Anything wrong with the cache means compiling again.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import pickle
import platform
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from visualizer.backend import jax

_programs: OrderedDict[str, Any] = OrderedDict()  # the one that was asked for last comes last
_most: int | None = None  # how many are held; see `bound`
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()
compiled_here: list[str] = []  # names of the programs that this process had to compile: what the tests count

SOURCES = ("optimizers", "landscapes", "visualizer/simulate", "visualizer/spec.py", "visualizer/backend.py")
_TRACING = "architecture curvature dropout edge evaluate forward masks pictures slices steps train"
#: Of programs whose names begin so, with a hyphen: the modules that trace, and the layout of the parameters.
FURTHER = {"net": tuple(f"visualizer/networks/{name}.py" for name in _TRACING.split())}


Build = Callable[[], tuple[Any, tuple[Any, ...]]]


def program(name: str, build: Build, device: int = 0) -> Any:
    """The executable called ``name``; ``build()`` returns the jitted function and example arguments.

    ``device`` is the one that the function is made for, among those of this process.
    """
    with _guard:
        lock = _locks.setdefault(name, threading.Lock())
    with lock:
        with _guard:
            known = _programs.get(name)
            if known is not None:
                _programs.move_to_end(name)
        return known or _hold(name, _load(name, device) or _compile(name, *build()))


def bound(most: int) -> None:
    """From now on this process holds so many executables: each takes some 20 MB, and 0.1 s to be loaded again."""
    global _most
    _most = most


def _hold(name: str, executable: Any) -> Any:
    dropped = False
    with _guard:
        _programs[name] = executable
        while _most is not None and len(_programs) > _most:
            _programs.popitem(last=False)
            dropped = True
    if dropped:
        trim()
    return executable


def trim() -> None:
    """Hands back to the system what is free: the allocator keeps most of what dropped executables took."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):  # another C library
        return


def programs(builds: Mapping[str, Build]) -> list[Any]:
    """The executables of these names; those that are not here yet are made as many at a time as there are processors:
    the compiler lets go of the interpreter's lock.
    """
    missing = [name for name in builds if name not in _programs]
    if len(missing) > 1:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(program, missing, [builds[name] for name in missing]))
    return [program(name, build) for name, build in builds.items()]


def _compile(name: str, function: Any, examples: tuple[Any, ...]) -> Any:
    compiled_here.append(name)
    executable = function.lower(*examples).compile()
    _save(name, executable)
    return executable


def cache_directory() -> Path | None:
    """``DESCENT_LAB_CACHE``, or the user's cache directory; None when the variable is set and empty."""
    chosen = os.environ.get("DESCENT_LAB_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "descent-lab"


@cache
def sources(kind: str = "") -> str:
    """A hash of the sources that results depend on, those of a kind of programs with ``FURTHER`` ones."""
    root = Path(__file__).resolve().parents[2]
    files = [
        path
        for source in SOURCES + FURTHER.get(kind, ())
        for path in sorted((root / source).rglob("*.py")) or [root / source]
    ]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def fingerprint(kind: str = "") -> str:
    """A hash of all that a compiled program of a kind depends on."""
    parts = (jax.__version__, jax.lib.__version__, platform.python_version(), os.environ.get("XLA_FLAGS", ""))
    return hashlib.sha256("|".join((sources(kind), *parts, _processor())).encode()).hexdigest()[:20]


def _processor() -> str:
    """Native code runs only where the processor has the same features."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    return next((line for line in lines if line.startswith(("flags", "Features"))), platform.machine())


def _file(name: str) -> Path | None:
    """An executable knows its device by a number, of which each process of a cluster has its own."""
    directory, first = cache_directory(), jax.local_devices()[0].id
    kind = name.partition("-")[0]
    key = fingerprint(kind if kind in FURTHER else "")
    return directory / f"{name}-{key}{f'-{first}' if first else ''}.xla" if directory else None


def _load(name: str, device: int = 0) -> Any:
    file = _file(name)
    if file is None or not file.is_file():
        return None
    try:
        from jax.experimental import serialize_executable

        content, arguments, result = pickle.loads(file.read_bytes())  # noqa: S301  (our own file)
        places = [jax.local_devices()[device]]  # or it would be loaded for all devices, and then not run on one
        return serialize_executable.deserialize_and_load(content, arguments, result, execution_devices=places)
    except Exception:  # whatever is wrong with a cache file, compiling it anew is right
        return None


def _save(name: str, executable: Any) -> None:
    file = _file(name)
    if file is None:
        return
    try:
        from jax.experimental import serialize_executable

        content = pickle.dumps(serialize_executable.serialize(executable))
        write_whole(file, content)
        _forget_older(file, name)
    except Exception:  # a read-only or full disk costs a later start its speed, nothing else
        return


def write_whole(file: Path, content: bytes) -> None:
    """Into a cache: another process sees the whole file or none. Raises ``OSError``."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as partial:
        partial.write(content)
    os.replace(partial.name, file)


def _forget_older(file: Path, name: str) -> None:
    """Keeps the newest few executables of a name: each edit of the sources would otherwise leave one behind."""
    known = sorted(file.parent.glob(f"{name}-*.xla"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in known[4:]:
        path.unlink(missing_ok=True)
