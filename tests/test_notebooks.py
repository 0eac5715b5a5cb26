"""The examples: run as they stand, in a process of its own, they print what is stored in them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from notebooks import FILES, PLOTLY, code_cells

MOST = 400_000  # bytes of a file
NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
RUN = """
import json, pathlib, sys
sys.path[:0] = [".", "tests"]
from notebooks import executed
json.dump(executed(json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8"))), sys.stdout)
"""
every_notebook = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@cache
def again(path: Path) -> list[list[dict[str, Any]]]:
    """The outputs of the cells, run now."""
    told = subprocess.run(
        [sys.executable, "-c", RUN, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def printed(outputs: list[dict[str, Any]]) -> str:
    return "".join(line for output in outputs for line in output.get("text", []))


def test_there_is_one_in_each_language() -> None:
    """With the same code but for the figure's language."""
    assert [path.name for path in FILES] == ["descent_lab.ipynb", "descent_lab_zh.ipynb"]
    english, chinese = ([cell["source"] for cell in code_cells(json.loads(path.read_text("utf-8")))] for path in FILES)
    assert [["".join(cell).replace(', lang="zh"', "") for cell in chinese]] == [["".join(cell) for cell in english]]


@every_notebook
def test_it_prints_what_is_stored(path: Path) -> None:
    cells = code_cells(json.loads(path.read_text("utf-8")))
    for cell, outputs in zip(cells, again(path), strict=True):
        stored, found = printed(cell["outputs"]), printed(outputs)
        assert NUMBER.sub("#", found) == NUMBER.sub("#", stored)
        numbers = [float(number) for number in NUMBER.findall(stored)]
        # A share of 64 x 64 starts moves by 0.0002 where a ridge is met by a rounding.
        assert [float(number) for number in NUMBER.findall(found)] == pytest.approx(numbers, rel=1e-6, abs=2e-3)
    assert sum(bool(printed(outputs)) for outputs in again(path)) == 5


@every_notebook
def test_its_figure_is_the_one_that_is_drawn(path: Path) -> None:
    cells = code_cells(json.loads(path.read_text("utf-8")))
    (stored,) = [output["data"][PLOTLY] for cell in cells for output in cell["outputs"] if "data" in output]
    (drawn,) = [output["data"][PLOTLY] for outputs in again(path) for output in outputs if "data" in output]
    assert len(stored["data"]) == len(drawn["data"]) and stored["layout"].keys() == drawn["layout"].keys()
    assert [frame["name"] for frame in stored["frames"]] == [frame["name"] for frame in drawn["frames"]]
    assert [trace.get("name") for trace in stored["data"]] == [trace.get("name") for trace in drawn["data"]]


@every_notebook
def test_the_file_is_small_and_whole(path: Path) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    assert path.stat().st_size < MOST
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    assert [cell["execution_count"] for cell in code_cells(notebook)] == list(range(1, 7))
