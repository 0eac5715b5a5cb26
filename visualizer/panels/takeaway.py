"""What can be taken away from a race, by its file's suffix: for the page's menu and for ``python -m visualizer``."""

from __future__ import annotations

from visualizer.edits.opening import parameters
from visualizer.edits.session import LANGUAGES
from visualizer.export import data, script
from visualizer.scenario import Scenario

TYPES = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "npz": "application/octet-stream",
    "py": "text/x-python; charset=utf-8",
}


def read(link: str, lang: str | None = None) -> tuple[Scenario, str]:
    """The scenario of a link, an address or its query, and its language unless ``lang`` is one.

    Raises ``ValueError`` for what the page would mend: nobody would see it said in a file.
    """
    asked = parameters(link.partition("?")[2] or link)
    if not asked:
        raise ValueError(f"{link[:80]!r} is no link")
    lang = lang or asked.get("lang")
    asked.pop("lang", None)
    scenario, problems = Scenario.from_query(asked)
    if problems:
        raise ValueError("\n".join(problems))
    return scenario, lang if lang in LANGUAGES else "en"


def content(kind: str, scenario: Scenario, lang: str, *, cdn: bool = False) -> bytes:
    """The file. Raises ``ValueError`` for a kind that is not among ``TYPES``."""
    if kind == "csv":
        return data.csv(scenario).encode()
    if kind == "npz":
        return data.npz(scenario)
    if kind == "py":
        return script.script(scenario, lang).encode()
    if kind == "html":
        from visualizer.panels.offline import page

        return page(scenario, lang, cdn=cdn)
    raise ValueError(f"a file ends in {', '.join(TYPES)}, not {kind}")


def name(kind: str, scenario: Scenario) -> str:
    """What the file is called: plain ASCII, for a surface's slug is."""
    return f"descent-lab-{scenario.landscape}.{kind}"
