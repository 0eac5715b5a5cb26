"""Asks whether what requirements.txt pins has a known vulnerability: python -m tools.audit (`make audit`).

Ends with 1 where one was found, and with 0 otherwise: also where nobody could be asked, which is said in a sentence.
With 2 where the tool refuses its arguments, for that would go unseen forever.

pip-audit's last line and exit code cannot tell these apart: a package that it could not look up is skipped, and "No
known vulnerabilities found" is said of none. So its report is read: who was looked up, and what was found.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tools.packages import ROOT, Package, read

PATIENCE = 60.0  # seconds for everything, the tool's own installation included
SERVICES = ("pypi", "osv")  # who is asked, in this order, by pip-audit's names for them
FOLDER = ".cache/supply"
SETUP = ("tools/setup.sh", "venv", "requirements-supply.txt", FOLDER)
TOOL = (f"{FOLDER}/bin/pip-audit",)
OPTIONS = (
    *("--format", "json", "--no-deps", "--disable-pip", "--progress-spinner", "off"),
    *("--timeout", "10", "--cache-dir", ".cache/pip-audit"),
)

#: Vulnerabilities that do not concern this app: number -> why.
ACCEPTED: dict[str, str] = {}

Found = dict[str, list[dict]]  # package -> its vulnerabilities, as pip-audit reports them; only who was looked up


def call(command: Sequence[str], until: float) -> tuple[int, str]:
    """Its exit code and what it prints; -1 where it is not there, or had to be ended, with all that it started."""
    try:
        process = subprocess.Popen(  # noqa: S603  (our own commands)
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # a group of its own, to be ended as one
        )
    except OSError:
        return -1, ""
    try:
        printed, _ = process.communicate(timeout=max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return -1, ""
    return process.returncode, printed


def looked_up(report: str) -> Found:
    """The packages that a report in JSON has an answer for; none, for what is no report."""
    try:
        return {one["name"]: one["vulns"] for one in json.loads(report)["dependencies"] if "vulns" in one}
    except (ValueError, KeyError, TypeError):
        return {}


def ask(packages: Sequence[Package], tool: Sequence[str], until: float) -> Found:
    """Asks one service after the other, until each package has been looked up or the time is over.

    Pins go without hashes, which the installation checks, and without markers: for all systems at once.
    ``SystemExit`` with 2 where the tool refuses its arguments.
    """
    found: Found = {}
    with tempfile.TemporaryDirectory() as folder:
        for service in SERVICES:
            missing = [one for one in packages if one.name not in found]
            if not missing or time.monotonic() >= until:
                break
            pins = Path(folder) / f"{service}.txt"
            pins.write_text("".join(f"{one.name}=={one.version}\n" for one in missing))
            asked = (*tool, "--vulnerability-service", service, "--requirement", str(pins), *OPTIONS)
            code, report = call(asked, until)
            if code == 2:
                print(f"error: {tool[0]} refuses its arguments: {' '.join(asked[1:])}", file=sys.stderr)
                raise SystemExit(2)
            found |= looked_up(report)
    return found


def verdict(packages: Sequence[Package], found: Found) -> tuple[int, list[str]]:
    """The exit code and what to say."""
    known = {one.name: [bad for bad in found.get(one.name, []) if not accepted(bad)] for one in packages}
    lines = [f"{one.name} {one.version}: {describe(bad)}" for one in packages for bad in known[one.name]]
    if lines:
        return 1, [*lines, f"error: known vulnerabilities: {len(lines)}. CONTRIBUTING.md says how to update."]
    unknown = sum(one.name not in found for one in packages)
    if unknown:
        return 0, [f"Advisories could not be reached for {unknown} of {len(packages)} packages: these are not audited."]
    return 0, [f"No known vulnerability in {len(packages)} packages."]


def accepted(vulnerability: dict) -> bool:
    return not ACCEPTED.keys().isdisjoint([vulnerability["id"], *vulnerability.get("aliases", [])])


def describe(vulnerability: dict) -> str:
    mended = ", ".join(vulnerability.get("fix_versions", []))
    names = ", ".join([vulnerability["id"], *vulnerability.get("aliases", [])])
    return f"{names} ({f'mended in {mended}' if mended else 'not mended yet'})"


def main(setup: Sequence[str] = SETUP, tool: Sequence[str] = TOOL, patience: float = PATIENCE) -> int:
    until = time.monotonic() + patience
    packages = read()
    call(setup, until)
    if not (ROOT / tool[0]).exists():
        print("pip-audit could not be installed: nothing is audited.")
        return 0
    code, lines = verdict(packages, ask(packages, tool, until))
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
