"""What can be taken away from a race, by its file's suffix: for the page's menu and for ``python -m visualizer``."""

from __future__ import annotations

from visualizer.edits.opening import read as read
from visualizer.export import data, script
from visualizer.scenario import Scenario

TYPES = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "npz": "application/octet-stream",
    "py": "text/x-python; charset=utf-8",
    "torch.py": "text/x-python; charset=utf-8",
    "optax.py": "text/x-python; charset=utf-8",
}


def content(kind: str, scenario: Scenario, lang: str, *, cdn: bool = False) -> bytes:
    """The file. Raises ``ValueError`` for a kind that is not among ``TYPES``."""
    if kind == "csv":
        return data.csv(scenario).encode()
    if kind == "npz":
        return data.npz(scenario)
    if kind in ("py", "torch.py", "optax.py"):
        return script.script(scenario, lang, kind.removesuffix("py").rstrip(".")).encode()
    if kind == "html":
        from visualizer.panels.offline import page

        return page(scenario, lang, cdn=cdn)
    raise ValueError(f"a file ends in {', '.join(TYPES)}, not {kind}")


def name(kind: str, scenario: Scenario) -> str:
    """What the file is called: plain ASCII, for a surface's slug is."""
    return f"descent-lab-{scenario.landscape}.{kind}"
