"""The fair race on the page: what its table says is what the race then shows."""

from __future__ import annotations

import re

import numpy as np
import pytest
from lab import Lab
from playwright.sync_api import expect
from test_map_page import mapped

from visualizer.race import race, score

pytestmark = pytest.mark.browser
ROSENBROCK = {"v": "1", "f": "rosenbrock", "r1": "sgd", "r2": "momentum", "r3": "adam", "steps": "500"}
RACE = {**ROSENBROCK, "map": "fair~0~1~2~~trials~32"}


def rows(lab: Lab) -> list[list[str]]:
    return [line.locator("th, td").all_inner_texts() for line in lab.page.locator(".dl-fair-table tbody tr").all()]


def test_all_runs_race_at_the_best_that_the_table_says_and_one_undo_takes_it_back(lab: Lab) -> None:
    lab.open(RACE)
    mapped(lab)
    before = lab.header()["scenario"]["runs"]
    table = rows(lab)
    assert [cells[0] for cells in table] == ["1", "2", "3"]
    assert {cells[1].strip() for cells in table} == {"SGD", "Momentum", "Adam"}
    asked: list[str] = []
    lab.page.on("request", lambda request: asked.append(request.url) if "/lab/map" in request.url else None)
    button = lab.page.get_by_role("button", name="Race at their best")
    header = lab.edited(button.click)
    scenario = lab.scenario()
    ended = {"SGD": 0, "Momentum": 1, "Adam": 2}
    found = race(scenario)
    for _, name, setting, result, *_ in table:
        place = ended[name.strip()]
        rate = float(re.findall(r"lr ([0-9.e−-]+)", setting)[0])
        assert header["scenario"]["runs"][place]["hyper"]["lr"] == rate
        own = score(scenario, found[place])
        if "steps" in result:
            assert own.touch == int(re.findall(r"(\d+) steps", result)[0])
        else:
            assert own.loss == pytest.approx(float(re.findall(r"^[0-9.]+", result)[0]), rel=6e-3)
    expect(lab.page.get_by_role("button", name="They race at their best")).to_be_disabled()
    assert asked == [], "the fair race does not depend on the rates: nothing is computed anew"
    assert lab.edited(lambda: lab.page.keyboard.press("Control+z"))["scenario"]["runs"] == before


def test_it_says_who_wins_and_what_would_change_that(lab: Lab) -> None:
    lab.open(RACE)
    mapped(lab)
    first = rows(lab)[0][1].strip()
    verdict = lab.page.locator(".dl-fair-verdict")
    expect(verdict).to_contain_text(f"{first} wins")
    notes = lab.page.locator(".dl-fair-notes")
    assert notes.locator("dt").all_inner_texts() == [
        "Other seeds",
        "Other starts",
        "Other tuning budget",
        "Other length",
    ]
    seeds, starts, trials, steps = notes.locator("dd").all_inner_texts()
    assert seeds == "no noise, so the seed changes nothing"
    counts = [int(n) for n in re.findall(r"(?<!of )\b(\d+)\b", starts)]
    assert sum(counts) == 64, "each start is somebody's, too close or nobody's"
    assert trials.startswith("16 trials: ") and "64 trials: " in trials
    assert steps.startswith("250 steps: ") and re.search(r"1\s?000 steps: ", steps)
    others = [text.partition(": ")[2] for text in re.split("; ", f"{trials}; {steps}")]
    changes = any(name in {"SGD", "Momentum", "Adam"} - {first} for name in others)
    leader = starts.partition(" wins")[0]
    assert ("The winner changes" in verdict.inner_text()) == (changes or leader != first)
    how = lab.page.locator(".dl-fair-how")
    expect(how).to_contain_text("All get 32 trials: learning rates from 1e-5 to 2")
    expect(how).to_contain_text("within 0.001 of the minimum after 500 steps")


def test_its_choices_are_part_of_the_link(lab: Lab) -> None:
    lab.open({**RACE, "noise": "gaussian~sigma~0.3", "steps": "100"})
    mapped(lab)
    panel = lab.page.locator(".dl-map")
    for label, value in (
        ("How many settings", "16"),
        ("How the settings are chosen", "random"),
        ("What is tuned", "2"),
    ):
        lab.edited(lambda label=label, value=value: panel.get_by_label(label).select_option(value))
    chosen = {name: own["value"] for name, own in lab.header()["chart"]["options"].items()}
    assert chosen == {"trials": "16", "search": "random", "dials": "2"}
    chart = lab.scenario().chart
    assert chart and dict(chart.options) == chosen
    lab.page.wait_for_timeout(300)
    mapped(lab)
    settings = {cells[1].strip(): cells[2] for cells in rows(lab)}
    assert "momentum" in settings["Momentum"] and "beta1" in settings["Adam"] and "momentum" not in settings["SGD"]
    expect(panel.locator(".dl-fair-how")).to_contain_text("the median of 15 seeds; then all race with 65 other seeds")
    expect(panel.locator(".dl-fair-verdict")).to_contain_text("of 65 other seeds")
    before = panel.locator(".dl-fair-verdict").inner_text()
    lab.edited(lambda: lab.page.get_by_role("button", name="中文").click())
    expect(panel.locator(".dl-fair-how")).to_contain_text("每个优化器都有 16 次试验")
    assert panel.locator(".dl-fair-verdict").inner_text() != before


def test_a_trial_is_read_and_taken(lab: Lab) -> None:
    lab.open(RACE)
    mapped(lab)
    strip = lab.page.locator(".dl-fair-trials").first
    name = rows(lab)[0][1].strip()
    box = strip.bounding_box()
    assert box is not None
    slot = {"SGD": 0, "Momentum": 1, "Adam": 2}[name]
    seen = lab.pixels(".dl-fair-table tbody tr:first-child .dl-fair-trials")
    dark = np.abs(seen - seen[0, -1]).max(axis=2) > 60
    assert dark.sum() > 100, "trials, the tolerance, the best"
    for y in range(2, int(box["height"]), 3):
        strip.hover(position={"x": box["width"] * 0.3, "y": y})
        if "lr =" in lab.page.locator(".dl-map .dl-map-read").inner_text():
            break
    said = re.findall(r"lr = ([0-9.e-]+)", lab.page.locator(".dl-map .dl-map-read").inner_text())
    header = lab.edited(lambda: strip.click(position={"x": box["width"] * 0.3, "y": y}))
    assert header["scenario"]["runs"][slot]["hyper"]["lr"] == float(said[0])


def test_methods_that_are_not_like_others_are_said_to_be(lab: Lab) -> None:
    """One without a rate, and one whose steps take more than a gradient."""
    lab.open(
        {"v": "1", "f": "rosenbrock", "r1": "bfgs", "r2": "newton", "r3": "adam", "steps": "40", "map": "fair~0~1~2"}
    )
    mapped(lab)
    (row,) = (cells for cells in rows(lab) if "BFGS" in cells[1])
    assert row[2] == "as it is: no learning rate"
    how = lab.page.locator(".dl-fair-how")
    expect(how).to_contain_text("Without a learning rate, one trial as set: BFGS")
    expect(how).to_contain_text(
        re.compile(r"Equally many steps are not equally dear: \S+ took \d+ gradient evaluations")
    )
