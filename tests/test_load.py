"""A small lecture hall: nothing fails, and an edit costs no more than a script run of a plain page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LEFT_OUT = ("altair", "pandas", "pyarrow", "pydeck")  # of the image: what Streamlit draws tables, charts and maps with
LOAD = Path(__file__).resolve().parents[1] / "deploy" / "load.py"


def without(packages: tuple[str, ...], folder: Path) -> dict[str, str]:
    """An environment in which none of the packages can be imported; whoever tries leaves a file in the folder."""
    for name in packages:
        (folder / name).mkdir()
        lines = ["from pathlib import Path", f"Path({str(folder / 'tried')!r}).write_text({name!r})"]
        (folder / name / "__init__.py").write_text("\n".join([*lines, f"raise ImportError({name!r})"]))
    return {**os.environ, "PYTHONPATH": str(folder)}


@pytest.mark.slow
def test_twenty_students(tmp_path: Path) -> None:
    """Red if a student waits in vain, if an edit again redraws the page around the picture, or does twice its work, or
    if the server asks for a package that the image has not.

    Measured, an edit takes 0.85 times the processor time of a page of twenty sliders; the bar's 10 ms to the 6 ms that
    such a page took on the same machine are 1.7 times.
    """
    command = [sys.executable, str(LOAD), "-n", "20", "--join", "4", "--seconds", "10", "--gate", "1.2"]
    around = without(LEFT_OUT, tmp_path)
    done = subprocess.run(command, env=around, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / "tried").exists()
