"""What a lock pins, read out of the form that uv writes."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "descent-lab"

PIN = re.compile(r"([a-z0-9-]+)==([^ ;]+)(?: ; (.+?))? \\")
HASH = re.compile(r" +--hash=sha256:([0-9a-f]{64})(?: \\)?")
NEEDED_BY = re.compile(r" +# (?:via|  ) ?(?:-c \S+|([a-z0-9-]+)(?:\[.*\])?(?: \(pyproject\.toml\S*\))?)?")


@dataclass(frozen=True)
class Package:
    """One pin: where ``marker`` (PEP 508, or empty) holds, and for whom; ``hashes`` are SHA-256 of its files."""

    name: str
    version: str
    marker: str = ""
    hashes: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()


def read(lock: Path = ROOT / "requirements.txt") -> list[Package]:
    """The packages, as they stand. ``ValueError`` for a line that is none of uv's: nothing may be passed over."""
    found: list[Package] = []
    for line in lock.read_text().splitlines():
        if pin := PIN.fullmatch(line):
            found.append(Package(pin[1], pin[2], pin[3] or ""))
        elif known := HASH.fullmatch(line):
            found[-1] = replace(found[-1], hashes=(*found[-1].hashes, known[1]))
        elif user := NEEDED_BY.fullmatch(line):
            found[-1] = replace(found[-1], needed_by=(*found[-1].needed_by, *filter(None, [user[1]])))
        elif not line.startswith("#"):
            raise ValueError(f"{lock.name}: what is this? {line}")
    return found
