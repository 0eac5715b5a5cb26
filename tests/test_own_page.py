"""In real Chromium: a formula of one's own, and a surface painted by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from lab import STATE, Lab, truth
from playwright.sync_api import expect

from visualizer import Scenario

pytestmark = pytest.mark.browser


def typed(lab: Lab, text: str) -> dict[str, Any]:
    """Type a formula in place of what the field holds, and wait for the answer, not that to something else."""
    lab.page.get_by_label("Formula in x and y").fill(text)
    lab.page.wait_for_function(f"(text) => {STATE}.header.typed?.text === text", arg=text)
    lab.settled()
    return lab.header()


def test_a_typed_formula_is_drawn_raced_and_explained(lab: Lab) -> None:
    lab.open({"v": "1", "f": "formula"})
    header = typed(lab, "(x² − 1)^2 + (y-0.5)**2")
    assert header["scenario"]["params"]["formula"] == "(x^2 - 1)^2 + (y - 0.5)^2", "in its canonical words"
    found = sorted((p["x"], p["y"], p["value"], p["kind"]) for p in header["points"])
    assert [point[3] for point in found] == ["minimum", "saddle", "minimum"]
    np.testing.assert_allclose([p[:3] for p in found], [[-1, 0.5, 0], [0, 0.5, 1], [1, 0.5, 0]], atol=1e-9)
    np.testing.assert_allclose(lab.path(), truth(lab.scenario()), rtol=1e-6, atol=1e-6)
    field = lab.page.get_by_label("Formula in x and y")
    expect(field).to_have_value("(x² − 1)^2 + (y-0.5)**2")  # an answer does not touch what is being typed
    field.press("Tab")
    expect(field).to_have_value("(x^2 - 1)^2 + (y - 0.5)^2")
    drawn = lab.page.locator(".dl-formula-math [role=img]")
    expect(drawn).to_have_attribute("aria-label", "(x^2 - 1)^2 + (y - 0.5)^2")
    assert drawn.locator("use").count() > 10, "as mathematics"
    lab.page.get_by_role("button", name="About this surface").click()
    about = lab.page.get_by_role("dialog", name="About this surface")
    expect(about).to_contain_text(
        "certified by gradient and Hessian", timeout=60_000
    )  # the cards are made when asked for
    expect(about.locator("tbody tr")).to_have_count(3)
    lab.page.keyboard.press("Escape")
    lab.edited(lambda: lab.page.get_by_role("button", name="Undo").click())
    assert lab.scenario() == Scenario.suggested("formula"), "one undo takes the formula, its window and its race back"
    expect(field).to_have_value("(x^2 - 1)^2 + y^2 + a*x*y")


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [("x^2 + foo(y)", "foo", "foo is not known"), ("x^2 + 3*", None, "not finished"), ("𝑧 + x", "𝑧", "not known")],
)
def test_a_formula_that_cannot_be_read_is_marked_and_the_picture_stays(
    lab: Lab, text: str, marked: str | None, said: str
) -> None:
    lab.open({"v": "1", "f": "formula"})
    typed(lab, "x^2 + 2*y^2")
    before, path = lab.scenario(), lab.path()
    header = typed(lab, text)
    assert header["typed"]["text"] == text
    mark = lab.page.locator(".dl-formula-back mark")
    expect(mark).to_have_count(1)
    if marked:
        expect(mark).to_have_text(marked)
        boxes = lab.page.evaluate(
            """() => [".dl-formula-back", ".dl-formula-input"].map((name) => {
              const node = document.querySelector(name), { font, padding } = getComputedStyle(node);
              return [node.clientWidth, node.clientHeight, font, padding];
            })"""
        )
        assert boxes[0] == boxes[1], "the mark is behind its letters only if both texts are set alike"
    expect(lab.page.locator(".dl-formula-wrong")).to_contain_text(said)
    expect(lab.page.get_by_text("the last formula that could be read")).to_be_visible()
    assert lab.scenario() == before
    np.testing.assert_array_equal(lab.path(), path)
    field = lab.page.get_by_label("Formula in x and y")
    field.press("Escape")
    expect(field).to_have_value("x^2 + 2*y^2")
    expect(mark).to_have_count(0)


def test_a_shared_formula_opens_as_the_same_picture(lab: Lab) -> None:
    lab.open({"v": "1", "f": "formula"})
    typed(lab, "a*x^2 + |y - 1| + sqrt(x + 1)/10")
    lab.page.keyboard.press("Tab")
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab.page.get_by_role("button", name="Share").click()
    expect(lab.page.get_by_text("Link copied")).to_be_visible()
    link = lab.page.evaluate("navigator.clipboard.readText()")
    wanted, path = lab.scenario(), lab.path()
    lab.page.goto("about:blank")
    lab.page.goto(link)
    lab.page.wait_for_function("performance.getEntriesByName('dl:painted-2d').length > 0", timeout=60_000)
    assert lab.scenario() == wanted
    assert lab.header()["problems"] == []
    np.testing.assert_array_equal(lab.path(), path)
    expect(lab.page.get_by_label("Formula in x and y")).to_have_value("a*x^2 + abs(y - 1) + sqrt(x + 1)/10")


def test_where_a_surface_is_undefined_the_page_says_so(lab: Lab) -> None:
    lab.open({"v": "1", "f": "formula~formula~sqrt(x) + y^2~window~-2_2_-2_2", "x": "1", "y": "1"})
    lab.page.mouse.move(*lab.at(-1.0, -1.0))
    card = lab.page.locator(".dl-contour .dl-card")
    expect(card).to_contain_text("undefined here")
    lab.page.mouse.move(*lab.at(1.5, -1.5))
    expect(card).to_contain_text("≈ 3.4")


def test_a_letter_is_a_dial_only_while_the_formula_has_it(lab: Lab) -> None:
    lab.open({"v": "1", "f": "formula"})
    sliders = {name: lab.page.locator(f"[data-key='param:{name}']") for name in "abc"}
    typed(lab, "x^2 + y^2")
    for slider in sliders.values():
        expect(slider).to_be_hidden()
    typed(lab, "(x - b)^2 + y^2")
    expect(sliders["b"]).to_be_visible()
    expect(sliders["a"]).to_be_hidden()
    expect(sliders["c"]).to_be_hidden()
    sliders["b"].focus()
    header = lab.edited(lambda: lab.page.keyboard.press("ArrowRight"))
    moved = header["scenario"]["params"]["b"]
    assert moved > 1
    assert [point["x"] for point in header["points"]] == pytest.approx([moved])


def test_the_drawn_part_can_be_typed(lab: Lab) -> None:
    lab.open({"v": "1", "f": "formula"})
    lab.page.get_by_text("Drawn part").click()
    field = lab.page.get_by_label("x to")
    field.fill("3.5")
    header = lab.edited(lambda: field.press("Enter"))
    assert header["window"] == [-2, 3.5, -2, 2]


def test_a_hill_is_added_dragged_widened_and_removed(lab: Lab) -> None:
    lab.open({"v": "1", "f": "painted", "rot": "30", "stretch": "2"})
    page, mouse = lab.page, lab.page.mouse
    hills = lambda: [list(hill) for hill in lab.scenario().params["hills"]]  # noqa: E731
    place = lambda: lab.scenario().placement  # noqa: E731
    first, start = hills(), lab.scenario().start
    page.get_by_role("button", name="Add wells").click()
    lab.edited(lambda: mouse.click(*lab.at(-2.5, -2.0)))
    page.keyboard.press("Escape")
    assert hills()[:-1] == first
    assert place().place(hills()[-1][:2]) == pytest.approx((-2.5, -2.0), abs=0.05)
    assert hills()[-1][2:] == [-1.0, 0.6]
    handles = page.locator(".dl-hill")
    expect(handles).to_have_count(len(first) + 1)
    before = lab.header()["rev"]
    mouse.move(*lab.at(-2.5, -2.0))
    mouse.down()
    for i in range(1, 9):
        mouse.move(*lab.at(-2.5 + 0.2 * i, -2.0 - 0.1 * i))
        page.wait_for_timeout(40)
    mouse.up()
    lab.settled()
    assert place().place(hills()[-1][:2]) == pytest.approx((-0.9, -2.8), abs=0.05)
    assert lab.header()["rev"] > before + 2, "the surface follows on the way"
    np.testing.assert_allclose(lab.path(), truth(lab.scenario()), rtol=1e-6, atol=1e-6)
    lab.edited(lambda: page.keyboard.press("Control+z"))
    assert place().place(hills()[-1][:2]) == pytest.approx((-2.5, -2.0), abs=0.05), "one drag is one undo"
    lab.edited(lambda: page.keyboard.press("Control+Shift+z"))

    grip = page.locator(".dl-hill-grip")
    box = grip.bounding_box()
    assert box
    mouse.move(box["x"] + 16, box["y"] + 16)
    mouse.down()
    along = place().place((hills()[-1][0] + 1.5, hills()[-1][1]))  # the ring is 1 sigma in the surface's coordinates
    mouse.move(*lab.at(*along), steps=5)
    mouse.up()
    lab.settled()
    assert hills()[-1][3] == pytest.approx(1.5, abs=0.05)

    handles.last.focus()
    lab.edited(lambda: page.keyboard.press("+"))
    assert hills()[-1][2] == pytest.approx(-0.9)
    lab.edited(lambda: page.keyboard.press("Delete"))
    assert hills() == first
    expect(handles).to_have_count(len(first))
    assert lab.scenario().start == start, "nothing of this moved the start"


def test_only_the_brush_paints(lab: Lab) -> None:
    """A click on the contour places the start until a brush is chosen; one that lets go of a hill does only that."""
    lab.open({"v": "1", "f": "painted"})
    count = len(lab.scenario().params["hills"])
    header = lab.edited(lambda: lab.page.mouse.click(*lab.at(3.0, 3.0)))
    assert header["scenario"]["start"] == pytest.approx([3.0, 3.0], abs=0.05)
    lab.page.mouse.click(*lab.at(-1.8, 1.2))
    tools = lab.page.locator(".dl-hill-tools")
    expect(tools).to_be_visible()
    lab.page.mouse.click(*lab.at(3.0, -3.0))
    expect(tools).to_be_hidden()
    lab.settled()
    assert lab.header()["scenario"]["start"] == header["scenario"]["start"]
    assert len(lab.scenario().params["hills"]) == count
