"""``python -m visualizer.lessons check [FOLDER]``; ``measures`` lists what a lesson can measure; ``prepare`` measures
all lessons, so that they open at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from visualizer.lessons.check import check
from visualizer.lessons.measures import OF_NETWORK, OF_RUN, OF_SCENARIO
from visualizer.lessons.page import opened
from visualizer.lessons.shelf import shelf


def main(given: Sequence[str] | None = None) -> int:
    """0 when all is well, 1 when there are mistakes, 2 for a folder that is not there."""
    whole = argparse.ArgumentParser("python -m visualizer.lessons", description=__doc__)
    commands = whole.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="read all lessons, run their claims, print what was measured")
    checking.add_argument("folder", nargs="?", type=Path, help="with en/ and zh/ in it, or one of them")
    commands.add_parser("measures", help="list what can be measured")
    commands.add_parser("prepare", help="measure all lessons now, so that they open at once")
    asked = whole.parse_args(given)
    if asked.command == "measures":
        print(listed())
        return 0
    if asked.command == "prepare":
        for known in shelf().lessons.values():
            for lesson in known.values():
                opened(lesson)
        return 0
    if asked.folder and not asked.folder.is_dir():
        print(f"error: there is no folder {asked.folder}", file=sys.stderr)
        return 2
    return 1 if check(asked.folder) else 0


def listed() -> str:
    """What can be measured, a line each."""
    runs = {f"{name}({takes})" if takes else name: text for name, (takes, text) in OF_RUN.items()}
    parts = {"scenario.run": runs, "networks.run": OF_NETWORK, "scenario": OF_SCENARIO}
    return "\n".join(f"{prefix}.{name:18} {text}" for prefix, own in parts.items() for name, text in own.items())


if __name__ == "__main__":
    sys.exit(main())
