"""Budget curves on the page: drawn, read, chosen, followed by the player."""

from __future__ import annotations

import threading
from urllib.parse import parse_qsl

import pytest
from lab import Lab
from playwright.sync_api import expect
from test_map_page import mapped

from visualizer import Scenario, maps

pytestmark = pytest.mark.browser
RACE = {"v": "1", "f": "himmelblau", "r1": "adam~lr~0.1", "r2": "momentum~lr~0.002", "steps": "120", "lang": "en"}
BUDGET = {**RACE, "map": "budget~0~1"}


def linked(lab: Lab) -> Scenario:
    """What the page's link brings."""
    query = dict(parse_qsl(lab.header()["query"]))
    query.pop("lang")
    return Scenario.from_query(query)[0]


def test_a_line_for_each_run_and_who_is_best(lab: Lab) -> None:
    lab.open(BUDGET)
    mapped(lab)
    assert min(lab.colored(".dl-map-axes", slot) for slot in (0, 1)) > 150, "a line for each"
    asked = maps.request(linked(lab))
    assert asked
    marks = next(header["marks"] for header, _ in asked.parts(threading.Event()) if "marks" in header)
    rows = lab.page.locator(".dl-budget-table tbody tr")
    for place in (0, 1):
        wanted = [f"{100 * mark['shares'][place]:.0f}%" for mark in marks]
        assert rows.nth(place).locator("td").all_inner_texts() == wanted
        bold = [cell.split().count("dl-best") for cell in classes(lab, place)]
        assert bold == [int(place in mark["best"]) for mark in marks]
    side = lab.page.locator(".dl-map-side")
    expect(side).to_contain_text("120 gradient evaluations")
    expect(side).to_contain_text("1 seed: nothing is random")


def classes(lab: Lab, place: int) -> list[str]:
    row = lab.page.locator(".dl-budget-table tbody tr").nth(place)
    return row.locator("td").evaluate_all("(cells) => cells.map((cell) => cell.className)")


def test_seeds_and_starts_are_chosen_and_part_of_the_link(lab: Lab) -> None:
    lab.open({**BUDGET, "noise": "gaussian~sigma~1"})
    mapped(lab)
    side = lab.page.locator(".dl-map-side")
    expect(side).to_contain_text("16 seeds")
    header = lab.edited(lambda: side.get_by_label("Starts").select_option("64"))
    assert {name: one["value"] for name, one in header["chart"]["options"].items()} == {"seeds": "16", "starts": "64"}
    assert dict(linked(lab).chart.options) == {"seeds": "16", "starts": "64"}  # type: ignore[union-attr]
    mapped(lab)
    expect(side).to_contain_text("64 starts")
    expect(side).to_contain_text("1\u202f024 lanes")


def test_the_pointer_reads_and_a_click_takes_the_player_there(lab: Lab) -> None:
    lab.open(BUDGET)
    mapped(lab)
    side = lab.page.locator(".dl-map-side")
    side.get_by_label("Axis").select_option("linear")
    frame = lab.page.locator(".dl-map-axes")
    box = frame.bounding_box()
    assert box is not None
    left, right = 58, box["width"] - 10  # the plot's own edges
    at = left + (right - left) * 0.5
    for y in range(10, int(box["height"]) - 45, 12):  # up to a line
        frame.hover(position={"x": at, "y": y})
        if "half in" in lab.page.locator(".dl-map .dl-map-read").inner_text():
            break
    read = lab.page.locator(".dl-map .dl-map-read").inner_text()
    assert read.startswith(("after 60 ", "after 59 ", "after 58 ")) and "best" in read
    frame.click(position={"x": at, "y": y})
    assert 57 <= lab.clock()["t"] <= 60
    assert not lab.clock()["playing"]
