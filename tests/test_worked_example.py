"""The worked examples of CONTRIBUTING.md, carried out in copies: a file is a surface, and with goldens an optimizer.

The files are cut out of the text, the text's loop writes the golden values, the text's commands freeze the links.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
EXAMPLE = TEXT.partition("## Add an optimizer\n")[2].partition("\n## ")[0]
BLOCKS = dict(re.findall(r"^```(\w+(?: \S+)?)\n(.*?)^```$", EXAMPLE, re.MULTILINE | re.DOTALL))
(FILE,) = [info.partition(" ")[2] for info in BLOCKS if info.startswith("python optimizers/")]
RULE, LOOP = BLOCKS[f"python {FILE}"], BLOCKS["python golden"]
SLUG = Path(FILE).stem
GOLDEN = [f"tests/golden/data/{SLUG}__himmelblau__{setting}.json" for setting in ("alt", "default")]
LINKS = "tests/data/links_v1.json"
PARTS = ("optimizers", "landscapes", "visualizer", "tests", "tools", "app.py", "pyproject.toml", "CONTRIBUTING.md")
FROZEN = "test_the_frozen_links_use_everything"
# What is parametrized by the catalogue and the golden files, and what looks at the whole of them.
FILES = ("golden", "optimizers", "cards", "peers", "twins", "link")
WHOLE = (
    "test_every_file_has_the_shape",
    "test_all_golden_files_are_here",
    "test_every_golden_is_of_the_catalogue",
    "test_every_optimizer_and_schedule_has_goldens",
    "test_every_optimizer_has_a_card",
    "test_every_rule_has_a_peer_or_goldens",
    FROZEN,
)
# Tests that must have met the newcomer, each by the name that pytest gives it.
MET = [
    *(f"test_trajectory[{Path(name).stem}]" for name in GOLDEN),
    *(f"test_recorded_gradient[{Path(name).stem}]" for name in GOLDEN),
    f"test_rule_says_what_it_is[{SLUG}]",
    f"test_the_frame_accounts_for_every_step[moved-{SLUG}]",
    f"test_rule_is_elementwise_in_its_lanes[{SLUG}]",
    f"test_a_card_is_written_in_both_languages[{SLUG}]",
    f"test_parents_came_first[{SLUG}]",
    f"test_scripts_draw_the_same_path_by_default[{SLUG}]",
    f"test_scripts_draw_the_same_path_at_any_dials[0-{SLUG}]",
]

# Run in the copy: what the page is made of, and the interface for notebooks.
PROBE = r"""
import json, sys
from pathlib import Path

import optimizers
from visualizer import Scenario, catalogue, library, rollout
from visualizer.export.python import snippets
from visualizer.formula import draw
from visualizer.scenario import Run

slug, home = sys.argv[1], Path.cwd()
assert Path(optimizers.__file__).is_relative_to(home) and Path(catalogue.__file__).is_relative_to(home)
entry = optimizers.CATALOGUE[slug]
run = Run(slug, {hyper.name: 0.75 * hyper.default for hyper in entry.hypers})
scenario = Scenario("himmelblau", runs=(run, Run("sgd")), steps=5)
paths = {}
for file in (home / "tests/golden/data").glob(f"{slug}__*.json"):
    doc = json.loads(file.read_text())
    place = doc["landscape"]
    ours = rollout(place["name"], slug, doc["start"], doc["steps"], doc["hyperparameters"], place["params"])
    misses = [max(abs(ours.xy[r["step"]] - (r["x"], r["y"]))) / r["tol_xy"] for r in doc["records"]]
    paths[doc["setting"]] = max(misses)
query = scenario.to_query()
print(json.dumps({
    "listed": catalogue.as_json()["optimizers"][slug],
    "card": next(one for one in library.texts()["entries"] if one["slug"] == slug),
    "drawn": [line.width for line in draw(entry.formula).lines],
    "query": query,
    "back": Scenario.from_query(query) == (scenario, []),
    "misses": paths,
    "scripts": {name: snippet.code for name, snippet in snippets(scenario, run).items()},
}))
"""


# The same for a surface.
SURFACE = dict(
    re.findall(r"^```(\w+(?: \S+)?)\n(.*?)^```$", TEXT.partition("## Add a surface\n")[2], re.MULTILINE | re.DOTALL)
)
(PLACE,) = [info.partition(" ")[2] for info in SURFACE if info.startswith("python landscapes/")]
NAME = Path(PLACE).stem
VISIT = r"""
import json, sys

from visualizer import Scenario, catalogue, rollout, scene

slug = sys.argv[1]
scenario, problems = Scenario.from_query({"v": "1", "f": slug})
print(json.dumps({
    "listed": catalogue.as_json()["landscapes"][slug],
    "problems": problems,
    "query": scenario.to_query(),
    "points": [point.kind for point in scene.points(scenario)],
    "ends": [rollout(slug, run.optimizer, steps=scenario.steps, hyper=run.hyper).loss[-1] for run in scenario.runs],
}))
"""


def digests(house: Path) -> dict[str, str]:
    """Every file of a copy but what Python and pytest keep for themselves."""
    names = [path.relative_to(house).as_posix() for path in house.rglob("*") if path.is_file()]
    own = [name for name in names if not name.startswith(".") and "__pycache__" not in name]
    return {name: hashlib.sha256((house / name).read_bytes()).hexdigest() for name in own}


def python(house: Path, *arguments: str, status: int = 0) -> str:
    """What Python prints, started in a copy that sees nothing of the original."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env |= {"PYTHONPATH": str(house), "DESCENT_LAB_CACHE": str(house.parent / "cache")}
    told = subprocess.run(
        [sys.executable, *arguments], cwd=house, env=env, capture_output=True, text=True, check=False, timeout=200
    )
    assert told.returncode == status, told.stdout[-4000:] + told.stderr[-4000:]
    return told.stdout


def outcomes(house: Path, files: tuple[str, ...], words: tuple[str, ...], status: int = 0) -> dict[str, str]:
    """Test -> PASSED or FAILED, of those in the copy whose names hold one of the words."""
    names = [f"tests/test_{name}.py" for name in files]
    told = python(house, "-m", "pytest", "-v", *names, "-k", " or ".join(words), status=status)
    return dict(re.findall(r"^\S+::(\S+) (PASSED|FAILED|ERROR|SKIPPED)", told, re.MULTILINE))


def copy(house: Path) -> Path:
    house.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, house / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, house / part)
    return house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with the example's file and golden values in it; its link is not yet frozen."""
    home = copy(tmp_path_factory.mktemp("worked") / "house")
    assert not (home / FILE).exists(), "the example must be of no optimizer that is there"
    (home / FILE).write_text(RULE, "utf-8")
    python(home, "-c", LOOP)
    return home


def test_the_example_is_in_the_house_style(house: Path) -> None:
    for command in (["check", "--no-cache"], ["format", "--no-cache", "--check"]):
        python(house, "-m", "ruff", *command, FILE)
    half_width = re.findall(r"[\u4e00-\u9fff][,;:()!?]|[,;:()!?][\u4e00-\u9fff]", RULE)
    assert half_width == [], "Chinese takes punctuation of full width"


def test_the_page_and_the_notebook_have_it(house: Path) -> None:
    found = json.loads(python(house, "-c", PROBE, SLUG))
    dials = found["listed"]["hypers"]
    assert [dial["name"] for dial in dials] == ["lr", "initial_accumulator_value"]
    assert all(dial["low"] < dial["default"] < dial["high"] and all(dial["doc"]) for dial in dials)
    card = found["card"]
    assert card["title"] == found["listed"]["title"] and card["parents"] == ["adagrad"]
    assert card["dials"] == dials and card["formula"] and min(found["drawn"]) > 1
    assert all(len(card["card"][part]) == 2 for part in ("mends", "breaks", "use", "avoid", "memory", "stability"))
    assert found["query"]["r1"] == f"{SLUG}~lr~0.75~initial_accumulator_value~0.0075" and found["back"]
    assert set(found["misses"]) == {"default", "alt"} and max(found["misses"].values()) <= 1
    assert set(found["scripts"]) == {"descent_lab", "torch", "optax"}
    assert f'"{SLUG}"' in found["scripts"]["descent_lab"] and "g @ g" in found["scripts"]["torch"]


def test_the_tests_pick_it_up_and_nothing_else_is_touched(house: Path) -> None:
    """All pass but the one that asks for a frozen link; with the text's command that passes too."""
    results = outcomes(house, FILES, (SLUG, *WHOLE), status=1)
    assert set(MET) <= set(results), "tests that have not met it"
    assert [name for name, result in results.items() if result != "PASSED"] == [FROZEN]
    (freeze,) = re.findall(r"^\.venv/bin/python (tools/freeze_link\.py .*)$", BLOCKS["sh"], re.MULTILINE)
    python(house, *shlex.split(freeze))
    results = outcomes(house, ("link",), (SLUG, FROZEN))
    assert set(results) == {FROZEN, f"test_a_published_link_means_what_it_meant[v=1&f=beale&r1={SLUG}]"}
    before, after = digests(copy(house.parent / "fresh")), digests(house)
    assert sorted(set(after) - set(before)) == sorted([FILE, *GOLDEN])
    assert [name for name in before if after.get(name) != before[name]] == [LINKS]
    old, new = (json.loads((home / LINKS).read_text()) for home in (ROOT, house))
    assert {link: new[link] for link in old} == old and len(new) == len(old) + 1


def test_a_wrong_step_and_a_missing_card_are_red(tmp_path: Path) -> None:
    """The picked-up tests see a rule whose sum forgets its start, and an optimizer without a card."""
    broken = copy(tmp_path / "house")
    wrong = RULE.replace("return lane(theta, h.initial_accumulator_value)", "return lane(theta)")
    wrong = wrong.replace("card=Card(", "card=None and Card(")
    assert wrong.count("None and") == 1 and "lane(theta)" in wrong
    (broken / FILE).write_text(wrong, "utf-8")
    python(broken, "-c", LOOP)
    results = outcomes(
        broken, ("golden", "cards"), (f"test_trajectory and {SLUG}", "every_optimizer_has_a_card"), status=1
    )
    assert set(results.values()) == {"FAILED"} and len(results) == len(GOLDEN) + 1


def test_a_surface_is_one_file(tmp_path: Path) -> None:
    """It is in the catalogue, in links and in the tests; a wrong point and a missing minimum are red."""
    home = copy(tmp_path / "house")
    assert not (home / PLACE).exists(), "the example must be of no surface that is there"
    (home / PLACE).write_text(SURFACE[f"python {PLACE}"], "utf-8")
    for command in (["check", "--no-cache"], ["format", "--no-cache", "--check"]):
        python(home, "-m", "ruff", *command, PLACE)
    found = json.loads(python(home, "-c", VISIT, NAME))
    assert all(found["listed"]["title"]) and found["listed"]["thumb"] and found["problems"] == []
    assert found["query"]["f"] == NAME and found["points"] == ["minimum", "maximum", "saddle"]
    assert len(found["ends"]) == 4 and max(found["ends"]) < -0.0027, "the race ends where its notes say"
    (freeze,) = re.findall(r"^\.venv/bin/python (tools/freeze_link\.py .*)$", SURFACE["sh landscape"], re.MULTILINE)
    python(home, *shlex.split(freeze))
    tests = ("landscapes", "surface_points", "cards", "link")
    results = outcomes(home, tests, (NAME, FROZEN))
    assert len(results) > 10 and FROZEN in results
    for right, wrong in (
        ("0.0298959850", "0.0298959860"),
        ("maximum(1.06", "saddle(1.06"),
        ("    minimum(", "    # ("),
    ):
        (home / PLACE).write_text(SURFACE[f"python {PLACE}"].replace(right, wrong), "utf-8")
        assert "FAILED" in outcomes(home, ("surface_points",), (NAME,), status=1).values(), wrong
