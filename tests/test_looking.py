"""In real Chromium: placing a surface, its gradient field, its curvature at a point, and paths that lie on it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from lab import STATE, Lab
from playwright.sync_api import expect

from landscapes.noise import CATALOGUE as NOISES
from visualizer import Scenario

pytestmark = pytest.mark.browser


def dial(lab: Lab, label: str) -> Any:
    return lab.page.get_by_role("textbox", name=label, exact=True)


def type_in(lab: Lab, label: str, value: str) -> dict[str, Any]:
    field = dial(lab, label)
    field.fill(value)
    return lab.edited(lambda: field.press("Enter"))


# ---- placing a surface -----------------------------------------------------------------------------------------------


def test_every_surface_can_be_stretched_shifted_and_smoothed(lab: Lab) -> None:
    lab.open({"v": "1", "f": "himmelblau"})
    expect(dial(lab, "Rotation")).to_be_visible()
    expect(dial(lab, "Smoothing")).to_be_visible()
    expect(dial(lab, "Stretch")).to_be_hidden()
    lab.page.locator("summary", has_text="Stretch, shift").click()
    type_in(lab, "Stretch", "4")
    type_in(lab, "Shift x", "1.5")
    type_in(lab, "Shift y", "-1")
    type_in(lab, "Smoothing", "0.25")
    scenario = lab.scenario()  # by way of its link
    assert (scenario.stretch, scenario.shift, scenario.smooth) == (4.0, (1.5, -1.0), 0.25)
    assert lab.header()["scenario"]["shift"] == [1.5, -1.0]
    for label, default in (("Stretch", "1"), ("Shift x", "0"), ("Shift y", "0"), ("Smoothing", "0")):
        lab.edited(
            lambda label=label: lab.page.get_by_role("group", name=label, exact=True).locator(".dl-back").click()
        )
        expect(dial(lab, label)).to_have_value(default)
    assert lab.scenario() == Scenario.suggested("himmelblau")


def test_the_fold_opens_by_itself_for_what_is_in_use_and_says_it_when_closed(lab: Lab) -> None:
    lab.open(Scenario("beale", shift=(0.5, 0.0)).to_query())
    fold = lab.page.locator("details:has(summary:has-text('Stretch, shift'))")
    expect(fold).to_have_attribute("open", "")
    fold.locator("summary").click()
    expect(fold.locator("summary")).to_contain_text("(0.5, 0)")
    type_in(lab, "Rotation", "20")
    expect(fold).not_to_have_attribute("open", "")
    lab.edited(lambda: lab.page.locator("[data-key='lang:zh']").click())
    expect(lab.page.locator("details:has(summary:has-text('拉伸、平移'))")).not_to_have_attribute("open", "")


def test_the_start_moves_along_unless_told_to_stay(lab: Lab) -> None:
    lab.open({"v": "1", "f": "himmelblau"})
    lab.page.locator("summary", has_text="Stretch, shift").click()
    x, y = lab.header()["scenario"]["start"]
    assert type_in(lab, "Shift x", "1")["scenario"]["start"] == pytest.approx([x + 1, y])
    assert lab.edited(lambda: lab.page.get_by_role("switch", name="Start moves along").click())["carried"] is False
    assert type_in(lab, "Shift x", "2")["scenario"]["start"] == pytest.approx([x + 1, y])


def test_the_origin_is_drawn_only_on_a_surface_that_was_moved(lab: Lab) -> None:
    lab.open({"v": "1", "f": "himmelblau"})
    lines = lab.page.locator(".dl-contour .shapelayer path")
    lab.page.wait_for_selector(".dl-contour .js-plotly-plot .nsewdrag")
    expect(lines).to_have_count(0)
    lab.page.locator("summary", has_text="Stretch, shift").click()
    type_in(lab, "Shift y", "1")
    expect(lines).to_have_count(2)
    box = lab.page.evaluate("document.querySelector('.dl-contour').getBoundingClientRect().toJSON()")
    x, y = lab.at(0, 0)
    drawn = [[float(v) for v in re.findall(r"-?[\d.]+", line.get_attribute("d") or "")] for line in lines.all()]
    assert drawn[0][0] == drawn[0][2] == pytest.approx(x - box["x"], abs=0.6)
    assert drawn[1][1] == drawn[1][3] == pytest.approx(y - box["y"], abs=0.6)


def test_a_minimum_on_a_kink_is_called_so(lab: Lab) -> None:
    lab.open({"v": "1", "f": "ackley", "r1": "sgd~lr~0.001", "x": "20", "lang": "en"})
    lab.page.wait_for_selector(".dl-contour .js-plotly-plot .nsewdrag")
    lab.page.mouse.move(*lab.at(0, 0))
    expect(lab.page.locator(".dl-contour .dl-card b")).to_have_text("Best minimum on a kink")


def test_noise_from_data_is_offered_only_on_a_surface_made_of_data(lab: Lab) -> None:
    lab.open({"v": "1", "f": "himmelblau"})
    lab.page.locator("summary", has_text="More").click()
    offered = lab.page.locator("select[data-key='noise'] option").evaluate_all("(all) => all.map((one) => one.value)")
    assert offered == [slug for slug, model in NOISES.items() if not model.needs_data]


# ---- the gradient field ----------------------------------------------------------------------------------------------


def test_the_field_points_downhill_and_comes_and_goes_with_its_key(lab: Lab) -> None:
    lab.open({"v": "1", "f": "himmelblau"})
    lab.page.wait_for_selector(".dl-contour .js-plotly-plot .nsewdrag")
    lab.settled()
    lab.stand(0)
    bare = lab.pixels(".dl-contour")
    header = lab.edited(lambda: lab.page.keyboard.press("g"))
    size, (x0, x1, y0, y1) = header["arrows"], header["window"]
    assert (np.abs(lab.pixels(".dl-contour") - bare).max(axis=2) > 20).sum() > 2000
    arrows = lab.call(
        "arrows.mjs",
        f"m.arrowsOf({STATE}.arrows, a[0], a[1], {{x: (v) => 7 * v, y: (v) => -3 * v}})",
        size,
        header["window"],
    )
    assert len(arrows) == size * size
    for k in (0, 17, size * 12 + 3, size * size - 1):
        x = x0 + (x1 - x0) * (k % size + 0.5) / size
        y = y0 + (y1 - y0) * (k // size + 0.5) / size
        a, b = x * x + y - 11, x + y * y - 7  # Himmelblau's gradient by hand, in pixels of axes of 7 and -3
        downhill = np.array([-7 * (4 * x * a + 2 * b), 3 * (2 * a + 4 * y * b)])
        arrow = np.array([arrows[k]["dx"], arrows[k]["dy"]])
        assert [arrows[k]["x"], arrows[k]["y"]] == pytest.approx([7 * x, -3 * y])
        assert arrow @ downhill == pytest.approx(np.hypot(*arrow) * np.hypot(*downhill), rel=1e-5)
    cell = 3 * (y1 - y0) / size  # the shorter side
    lengths = [np.hypot(arrow["dx"], arrow["dy"]) for arrow in arrows]
    assert max(lengths) == pytest.approx(0.85 * cell)
    assert min(lengths) > 0.2 * cell
    assert lab.edited(lambda: lab.page.keyboard.press("g")).get("arrows") is None
    np.testing.assert_array_equal(lab.pixels(".dl-contour"), bare)


def test_no_arrow_where_there_is_no_gradient_and_a_dot_where_it_is_zero(lab: Lab) -> None:
    lab.open({"v": "1", "f": "ravine"})
    field = "new Float32Array([0, 0, NaN, 1, Infinity, 0, 0, -2])"
    found = lab.call("arrows.mjs", f"m.arrowsOf({field}, 2, [0, 20, 0, 20], {{x: (v) => v, y: (v) => -v}})")
    assert found == [{"x": 5, "y": -5, "dx": 0, "dy": 0}, {"x": 15, "y": -15, "dx": 0, "dy": pytest.approx(-8.5)}]


def test_letters_that_are_typed_are_no_keys(lab: Lab) -> None:
    lab.open({"v": "1", "f": "ravine", "lang": "en"})
    before = lab.header()["rev"]
    lab.page.get_by_placeholder("Find a landscape").press_sequentially("gi")
    lab.page.wait_for_timeout(300)
    assert lab.header()["rev"] == before


# ---- the curvature at a point ----------------------------------------------------------------------------------------


def told(lab: Lab) -> dict[str, str]:
    rows = lab.page.locator(".dl-inspect dl > div").all()
    return {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in rows}


def test_the_inspector_knows_the_ravine_and_escape_closes_it(lab: Lab) -> None:
    """Its curvatures are lambda_min kappa and lambda_min everywhere."""
    lab.open(Scenario("ravine", {"kappa": 50.0, "lambda_min": 2.0}).to_query())
    assert lab.scenario().params["kappa"] == 50
    lab.page.wait_for_selector(".dl-contour .js-plotly-plot .nsewdrag")
    header = lab.edited(lambda: lab.page.keyboard.press("i"))
    assert [header["inspected"]["x"], header["inspected"]["y"]] == header["scenario"]["start"]
    panel = lab.page.locator(".dl-inspect")
    expect(panel).to_contain_text("Bowl-like")
    rows = told(lab)
    assert (rows["λ₁"], rows["λ₂"], rows["κ"], rows["η < 2/L"]) == ("100.0", "2.000", "50.00", "0.02000")
    lab.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    lab.page.wait_for_function(f"{STATE}.header.inspected == null")


def test_the_inspected_point_is_dragged_clicked_and_nudged_and_the_start_stays(lab: Lab) -> None:
    lab.open({"v": "1", "f": "himmelblau"})
    lab.page.wait_for_selector(".dl-contour .js-plotly-plot .nsewdrag")
    start = lab.header()["scenario"]["start"]
    lab.edited(lambda: lab.page.keyboard.press("i"))
    mouse = lab.page.mouse
    mouse.move(*lab.at(*start))
    mouse.down()
    mouse.move(*lab.at(1, 1), steps=4)
    mouse.up()
    lab.settled()  # whether the last of the drag's edits was answered before the button was let go, or is after it
    seen = lab.header()["inspected"]
    assert [seen["x"], seen["y"]] == pytest.approx([1, 1], abs=0.05)
    seen = lab.edited(lambda: mouse.click(*lab.at(3, 2)))["inspected"]
    assert [seen["x"], seen["y"]] == pytest.approx([3, 2], abs=0.05)
    lab.page.locator(".dl-eye").focus()
    right = lab.edited(lambda: lab.page.keyboard.press("ArrowRight"))["inspected"]
    assert right["x"] - seen["x"] == pytest.approx(0.12, abs=1e-3)
    up = lab.edited(lambda: lab.page.keyboard.press("Shift+ArrowUp"))["inspected"]
    assert up["y"] - seen["y"] == pytest.approx(1.2, abs=1e-3)
    assert lab.header()["scenario"]["start"] == start
    lab.edited(lambda: lab.page.keyboard.press("i"))
    again = lab.edited(lambda: lab.page.keyboard.press("i"))["inspected"]
    assert [again["x"], again["y"]] == [up["x"], up["y"]], "where it was left"


def test_the_axes_are_those_of_the_hessian_on_the_screen(lab: Lab) -> None:
    """A saddle of curvatures 4 and -1 along the diagonals, on axes of 10 and -20 pixels."""
    lab.open({"v": "1", "f": "ravine"})
    half = 0.5**0.5
    seen = {"curvatures": [4, -1], "axes": [[half, half], [-half, half]], "condition": 4, "limit": 0.5}
    one, other = lab.call("frame.mjs", "m.axesOf(a[0], {x: (v) => 10 * v, y: (v) => -20 * v})", seen)
    assert (one["down"], other["down"]) == (False, True)
    assert np.hypot(one["x"], one["y"]) == pytest.approx(20), "1 / sqrt(4) of the other"
    assert np.hypot(other["x"], other["y"]) == pytest.approx(40)
    assert one["y"] / one["x"] == pytest.approx(-2)
    assert other["y"] / other["x"] == pytest.approx(2)
    shapes = {"bowl": [2, 1], "saddle": [1, -3], "hill": [-1, -2], "trough": [1, 0], "ridge": [0, -1], "plain": [0, 0]}
    for shape, curvatures in shapes.items():
        assert lab.call("frame.mjs", "m.shapeOf(a[0])", {"curvatures": curvatures}) == shape
    assert lab.call("frame.mjs", "m.shapeOf(a[0])", {"curvatures": [None, None]}) == "unknown"


# ---- paths on the surface --------------------------------------------------------------------------------------------

GRID = "{nx: 2, ny: 2, lo: 0, hi: 1, x: [0, 1], y: [0, 1], z: new Float32Array([0, 1, 1, 0])}"


def test_heights_are_those_of_the_mesh_that_is_drawn(lab: Lab) -> None:
    """Plotly cuts a cell from its lower right to its upper left: in between a bilinear surface is half as high."""
    lab.open({"v": "1", "f": "ravine"})
    points = [[0.5, 0.5], [0.25, 0.25], [0.75, 0.75], [0.5, 0.25], [1, 0.5], [1.01, 0.5]]
    heights = lab.call("heights.mjs", f"a[0].map(([x, y]) => m.meshAt({GRID}, x, y))", points)
    assert heights[:5] == [1, 0.5, 0.5, 0.75, 0.5]
    assert np.isnan(heights[5])
    plotly = lab.page.evaluate("async (address) => (await fetch(address)).text()", lab.module("plotly.min.js"))
    assert plotly.count("[[0,0],[0,1],[1,0],[1,1],[1,0],[0,1]]") == 1, "the triangles of gl-surface3d"


def test_a_long_step_goes_over_the_hill(lab: Lab) -> None:
    """Along the diagonal the mesh rises to 1 half way; a step that stays in one triangle needs nothing."""
    lab.open({"v": "1", "f": "ravine"})
    state = f"{{grid: {GRID}, header: {{points: [], runs: [{{valid: 3}}]}}, offset: [0], path: new Float32Array(a[0])}}"
    drape = f"((d) => [[...d.xyz], [...d.fine], [...d.parts]])(m.drape({state}))"
    xyz, fine, parts = lab.call("drape.mjs", drape, [0, 0, 1, 1, 1, 0.5])
    assert fine == [3, 4, 4, 4]
    assert xyz[9:] == [0.5, 0.5, 1]
    assert parts[3] == 0.5


@pytest.mark.space
def test_the_scene_is_drawn_once_a_frame(lab: Lab) -> None:
    """Plotly draws it a second time for its own hovering, which the overlay does not need."""
    lab.open({"v": "1", "f": "himmelblau"})
    lab.page.wait_for_function("performance.getEntriesByName('dl:painted-3d').length > 0", timeout=60_000)
    lab.page.evaluate(
        """() => {
          const { glplot } = document.querySelector(".dl-surface .js-plotly-plot")._fullLayout.scene._scene;
          window.times = { draw: 0, drawPick: 0 };
          for (const surface of glplot.objects)
            for (const name of Object.keys(window.times)) {
              const usual = surface[name];
              surface[name] = function (...how) { window.times[name]++; return usual.apply(this, how); };
            }
        }"""
    )
    type_in(lab, "Rotation", "20")
    lab.page.wait_for_function("window.times.draw > 0")
    lab.page.wait_for_timeout(500)
    assert lab.page.evaluate("window.times.drawPick") == 0
