"""The microscope: what is sent of a run, where its marks are, what its panel says, and how it is opened and closed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from lab import STATE, Lab
from playwright.sync_api import expect
from test_edits import opened, play
from test_page import opened as page_of
from test_page import sent

from visualizer import rollout
from visualizer.edits import Session
from visualizer.panels import step
from visualizer.panels.race import KEY
from visualizer.race import race
from visualizer.scenario import Run, Scenario

# ---- the edit --------------------------------------------------------------------------------------------------------


def looked_at(session: Session) -> int | None:
    return step.place(session)


def test_any_run_can_be_looked_at_and_nothing_else() -> None:
    session = play(opened(), {"op": "scope", "value": 2})
    assert looked_at(session) == 2
    assert session.scenario == opened().scenario
    assert session.undo == ()
    for value in (None, -1, 4, 99, True, 1.0, "1", [1], {}, float("nan")):
        assert looked_at(play(session, {"op": "scope", "value": value})) is None, value


def test_the_microscope_stays_with_its_run() -> None:
    """By its place it would be on another one when a run above it leaves, and on a newcomer when it leaves itself."""
    session = play(opened(), {"op": "scope", "value": 2})
    above = play(session, {"op": "run_remove", "run": 0})
    assert looked_at(above) == 1
    assert above.scenario.runs[1].optimizer == "nesterov"
    itself = play(session, {"op": "run_remove", "run": 2})
    assert looked_at(itself) is None
    newcomer = play(itself, {"op": "run_add", "value": "lion"})
    assert newcomer.scenario.runs[-1].color == session.scenario.runs[2].color, "or the next line says nothing"
    assert looked_at(newcomer) is None
    assert looked_at(play(session, {"op": "steps", "value": 50})) == 2


# ---- what is sent ----------------------------------------------------------------------------------------------------


def test_a_runs_numbers_are_sent_only_while_it_is_looked_at() -> None:
    app = page_of({"v": "1", "f": "ravine"})
    sent(app.run())  # the grid is there already
    header, arrays = sent(app.run())
    assert "scope" not in header
    assert sorted(arrays) == ["loss", "path"]
    size = sum(array.nbytes for array in arrays.values())
    app.session_state[KEY] = replace(app.session_state[KEY], scope=3)
    header, arrays = sent(app.run())
    assert header["scope"] == {"run": 3, "updates": 200, "points": [], "quadratic": True, "timed": False}
    assert "scope_table" not in arrays, "the rule's lines are made only where they are looked at"
    own = rollout("ravine", "adam", steps=200, hyper={"lr": 0.1})
    for name, values in own.info._asdict().items():
        np.testing.assert_array_equal(arrays[f"scope_{name}"], values)
        assert arrays[f"scope_{name}"].dtype == np.float64
    np.testing.assert_array_equal(arrays["scope_theta"], own.theta)
    np.testing.assert_array_equal(arrays["scope_loss"], own.loss)
    app.session_state[KEY] = replace(app.session_state[KEY], scope=None)
    _, arrays = sent(app.run())
    assert sum(array.nbytes for array in arrays.values()) == size


def test_the_rules_lines_are_sent_while_they_are_looked_at() -> None:
    """The layout once; all that a step needs with every answer. Of a fork, the legs of both runs."""
    app = page_of({"v": "1", "f": "ravine"})
    sent(app.run())
    app.session_state[KEY] = play(
        play(app.session_state[KEY], {"op": "scope", "value": 3}), {"op": "rule", "value": True}
    )
    header, arrays = sent(app.run())
    (leg,) = header["scope"]["lines"]
    assert [line["name"] for line in leg["lines"]] == ["g", "m", "v", "m_hat", "v_hat", "theta"]
    assert (leg["first"], leg["steps"], leg["title"]) == (1, 200, ["Adam", "Adam"])
    assert arrays["scope_table"].shape == (200 * leg["slots"],)
    size = {"id": leg["id"], "steps": 200, "slots": leg["slots"]}
    assert sent(app.run())[0]["scope"]["lines"] == [{"first": 1, "title": ["Adam", "Adam"], **size}]
    app.session_state[KEY] = play(app.session_state[KEY], {"op": "need_grid"})
    assert "lines" in sent(app.run())[0]["scope"]["lines"][0], "a page that has lost it is sent it again"

    session = play(app.session_state[KEY], {"op": "fork", "run": 3, "at": 50})
    app.session_state[KEY] = play(session, {"op": "scope", "value": len(session.scenario.runs) - 1})
    header, arrays = sent(app.run())
    legs = header["scope"]["lines"]
    assert [(leg["first"], leg["steps"]) for leg in legs] == [(1, 50), (51, 150)]
    assert arrays["scope_table"].size == sum(leg["steps"] * leg["slots"] for leg in legs)
    app.session_state[KEY] = play(app.session_state[KEY], {"op": "rule", "value": False})
    header, arrays = sent(app.run())
    assert "lines" not in header["scope"]
    assert "scope_table" not in arrays


def sent_of(scenario: Scenario, at: int = 0) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    trajectory = race(scenario)[at]
    found = step.arrays(scenario, at, trajectory)
    return step.header(scenario, at, trajectory), {name.removeprefix("scope_"): found[name] for name in found}


def test_nesterovs_point_is_that_of_the_textbook() -> None:
    """Sutskever et al. (2013), equations 3 and 4, on a bowl whose gradient is (x, 25 y): their points, not ours."""
    mu, lr, phi, v = 0.8, 0.02, np.array([2.0, 1.0]), np.zeros(2)
    scenario = Scenario("ravine", {"kappa": 25.0, "theta_deg": 0.0}, start=(2.0, 1.0), steps=30)
    header, found = sent_of(replace(scenario, runs=(Run("nesterov", {"lr": lr, "momentum": mu}),)))
    assert header["points"] == ["base"]
    size = np.linalg.eigvalsh([[found["hessian"][0, 0], 0.0], [0.0, found["hessian"][0, 2]]])
    assert sorted(size) == pytest.approx([1.0, 25.0])
    curvature = found["hessian"][0, [0, 2]]
    for k in range(30):
        ahead = phi + mu * v
        np.testing.assert_allclose(found["theta"][k], ahead, atol=1e-12)
        v = mu * v - lr * curvature * ahead
        phi = phi + v
        np.testing.assert_allclose(found["base"][k], phi, atol=1e-12)


def test_the_decay_belongs_to_nesterovs_point() -> None:
    """Coupled it is in the gradient, decoupled beside the step; from the point on, the way leads along the velocity."""
    runs = (
        Run("nesterov", {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.3}),
        Run("sgdw", {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.3, "nesterov": True}),
        Run("sgdw", {"lr": 0.01, "nesterov": False}),
    )
    scenario = Scenario("ravine", steps=20, runs=runs)
    for at, coupled in ((0, 0.3), (1, 0.0)):
        _, found = sent_of(scenario, at)
        b = np.zeros(2)
        for k in range(20):
            g = found["g"][k] + coupled * found["theta"][k]
            b = 0.9 * b + g
            np.testing.assert_allclose(found["theta"][k + 1] - found["base"][k], -0.01 * 0.9 * b, atol=1e-12)
    assert sent_of(scenario, 2)[0]["points"] == []


def test_sams_gradient_is_that_of_its_point() -> None:
    """On a quadratic without a minimum's offset the gradient is the Hessian times the point."""
    around = {"sam": {"rho": 0.2}}
    runs = (Run("sgd", {"lr": 0.01}, wrappers=around), Run("schedulefree_sgd", {"lr": 0.01}, wrappers=around))
    scenario = Scenario("ravine", runs=runs, steps=40)
    for at, points in ((0, ["ascent"]), (1, ["y", "z", "z_next", "ascent"])):
        header, found = sent_of(scenario, at)
        assert header["points"] == points
        xx, xy, yy = found["hessian"][0]
        np.testing.assert_allclose(found["ascent"] @ [[xx, xy], [xy, yy]], found["g"], atol=1e-10)
        base = found.get("y", found["theta"][:-1])
        np.testing.assert_allclose(np.hypot(*(found["ascent"] - base).T), 0.2)
    noisy = replace(scenario, noise=("gaussian", {"sigma": 0.5}))
    assert sent_of(noisy)[0]["points"] == [], "the draw that it saw is not known"


@pytest.mark.parametrize(
    ("slug", "wanted"),
    [("ravine", True), ("booth", True), ("least_squares", True), ("rosenbrock", False), ("abs_sum", False)],
)
def test_a_quadratic_is_known_by_its_gradients(slug: str, wanted: bool) -> None:
    scenario = Scenario(slug, runs=(Run("sgd", {"lr": 1e-3}),), steps=60)
    assert sent_of(scenario)[0]["quadratic"] is wanted


def test_one_hessian_everywhere_is_not_enough_for_a_quadratic() -> None:
    """A surface of two bowls with a kink between them."""
    at = np.array([[1.0, 1.0], [-1.0, 1.0]])
    hessian = np.array([[2.0, 0.0, 2.0]] * 2)
    assert step.is_quadratic(at, 2 * at, hessian)
    assert not step.is_quadratic(at, 2 * (at - [[1.0, 0.0], [-1.0, 0.0]]), hessian)
    assert not step.is_quadratic(at, at * [0.0, 2.0], np.array([[0.0, 0.0, 2.0]] * 2)), "flat along x"


def test_a_run_that_ends_early_is_sent_as_far_as_it_goes() -> None:
    """One that leaves the finite world, with the update that does it; one whose budget is spent, without a further."""
    away, spent = Run("sgd", {"lr": 1.0}), Run("sgd", {"lr": 1e-4}, wrappers={"sam": {}})
    scenario = Scenario("rosenbrock", runs=(away, spent), steps=61, budget="evaluations")
    trajectories = race(scenario)
    header, found = sent_of(scenario, 0)
    assert trajectories[0].ended == "diverged"
    assert header["updates"] == trajectories[0].n_valid == len(found["theta"]) == len(found["g"])
    header, found = sent_of(scenario, 1)
    assert trajectories[1].ended == "budget"
    assert header["updates"] == 30 == len(found["g"])
    assert found["row"].tolist() == [tick // 2 for tick in range(62)]


# ---- where the marks are ---------------------------------------------------------------------------------------------

VIEW = {"x": 300.0, "y": 200.0, "unitX": 50.0, "unitY": -40.0, "longest": 1e9}
LINKS = {
    "adam": {"r1": "adam~lr~0.1~~cosine~T_max~50"},
    "nesterov": {"r1": "nesterov~lr~0.001"},
    "adamw": {"r1": "adamw~lr~0.1~weight_decay~0.5"},
    "schedulefree_adamw": {"r1": "schedulefree_adamw~lr~0.3"},
}


def truth(slug: str) -> Any:
    schedule = ("cosine", {"T_max": 50, "eta_min": 0.0}) if slug == "adam" else None
    hyper: dict[str, Any] = {
        "adam": {"lr": 0.1},
        "nesterov": {"lr": 0.001},
        "adamw": {"lr": 0.1, "weight_decay": 0.5},
        "schedulefree_adamw": {"lr": 0.3},
    }[slug]
    return rollout("beale", slug, steps=60, hyper=hyper, schedule=schedule)


@pytest.mark.browser
@pytest.mark.parametrize("slug", LINKS)
def test_the_marks_end_where_the_numbers_say(lab: Lab, slug: str) -> None:
    lab.open({"v": "1", "f": "beale", "steps": "60", **LINKS[slug]})
    lab.edited(lambda: lab.page.evaluate("window.descentLab.store.edit('scope', { value: 0 })"))
    run = truth(slug)
    info, unit = run.info, np.array([50.0, -40.0])
    origin = np.array([300.0, 200.0])
    for k in (0, 1, 7, 30, 59):
        now = lab.call("scope.mjs", f"m.numbersOf({STATE}.scope, a[0])", k)
        marks = lab.call("scopemarks.mjs", "m.marksOf(a[0], a[1])", now, VIEW)
        arrows = {arrow["name"]: arrow for arrow in marks["arrows"]}

        def tip(name: str, arrows: dict[str, Any] = arrows) -> np.ndarray:
            arrow = arrows[name]
            return np.array([arrow["x"] + arrow["dx"], arrow["y"] + arrow["dy"]])

        end = origin + info.step[k] * unit
        np.testing.assert_allclose(tip("step"), end, rtol=1e-12)
        factor = np.hypot(*info.step[k]) / np.hypot(*info.m[k])
        assert marks["factor"] == pytest.approx(factor, rel=1e-9)
        np.testing.assert_allclose(tip("g"), origin - factor * info.g[k] * unit, rtol=1e-9)
        np.testing.assert_allclose(tip("m"), origin - factor * info.m[k] * unit, rtol=1e-9)
        if k:
            np.testing.assert_allclose(tip("before"), origin - factor * info.m[k - 1] * unit, rtol=1e-9)
        assert ("before" in arrows) == (k > 0)
        assert "rest" not in arrows
        assert ("decay" in arrows) == (slug == "adamw")
        if slug == "adamw":  # from the step's end to the next point
            assert [arrows["decay"]["x"], arrows["decay"]["y"]] == pytest.approx(end.tolist())
            np.testing.assert_allclose(tip("decay"), origin + (run.theta[k + 1] - run.theta[k]) * unit, rtol=1e-9)
        # The step ends on the ellipse of the rates.
        ellipse = marks["ellipse"]
        radii = np.array([ellipse["rx"], ellipse["ry"]])
        np.testing.assert_allclose(np.hypot(*((end - origin) / radii)), 1.0, rtol=1e-9)
        np.testing.assert_allclose(radii, np.abs(info.rate[k] * np.hypot(*info.m[k]) * unit), rtol=1e-12)
        spots = {spot["name"]: [spot["x"], spot["y"]] for spot in marks["points"]}
        assert list(spots) == {"schedulefree_adamw": ["y", "z"], "nesterov": ["base"]}.get(slug, [])
        assert ("z_next" in arrows) == ("z" in spots and k < 59), "where the last step takes z nobody knows"
        if "z_next" in arrows:  # from z to where the next step finds it
            assert [arrows["z_next"]["x"], arrows["z_next"]["y"]] == pytest.approx(spots["z"])
            np.testing.assert_allclose(tip("z_next"), origin + (run.aux["z"][k + 1] - run.theta[k]) * unit, rtol=1e-9)
        for name in set(spots) - {"base"}:
            np.testing.assert_allclose(spots[name], origin + (run.aux[name][k] - run.theta[k]) * unit, rtol=1e-12)


@pytest.mark.browser
def test_a_long_gradient_is_cut_and_keeps_its_direction_and_the_step_is_not(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "steps": "5", **LINKS["adamw"]})
    lab.edited(lambda: lab.page.evaluate("window.descentLab.store.edit('scope', { value: 0 })"))
    now = lab.call("scope.mjs", f"m.numbersOf({STATE}.scope, a[0])", 3)
    whole, cut = (
        {arrow["name"]: arrow for arrow in found["arrows"]}
        for found in (
            lab.call("scopemarks.mjs", "m.marksOf(a[0], a[1])", now, VIEW | {"longest": most}) for most in (1e9, 1)
        )
    )
    assert cut["step"] == whole["step"]
    assert (whole["g"]["cut"], cut["g"]["cut"]) == (False, True)
    assert np.hypot(cut["g"]["dx"], cut["g"]["dy"]) == pytest.approx(1)
    assert cut["g"]["dx"] * whole["g"]["dy"] == pytest.approx(cut["g"]["dy"] * whole["g"]["dx"])
    assert lab.call("scope.mjs", "m.angle([1, 0], [1, 1e-12])") == pytest.approx(1e-12 * 180 / np.pi)
    assert lab.call("scopemarks.mjs", "[0.3, 1, 26].map((px) => m.magnification(px, 60))") == [200, 50, 2]


@pytest.mark.browser
@pytest.mark.parametrize("clip", ["norm", "value"])
def test_a_clipped_gradient_is_shown_beside_the_whole_one(lab: Lab, clip: str) -> None:
    """By the definition: shortened to a length of 8, or each entry to 8. Cut like -g, where that is too long."""
    ready(lab, {"v": "1", "f": "beale", "steps": "40", "r1": f"built~lr~0.02~phi~ema~clip~{clip}~clip_at~8"})
    lab.edited(lambda: lab.page.evaluate("window.descentLab.store.edit('scope', { value: 0 })"))
    g = rollout("beale", "sgd", steps=40).info.g[0]
    wanted = g * min(1.0, 8 / np.hypot(*g)) if clip == "norm" else np.clip(g, -8, 8)
    lab.stand(0)
    rows = told(lab, 0)
    assert rows["g"][:2] == pytest.approx(g.tolist(), rel=1e-6), "what the surface gave"
    assert rows["g clipped"] == pytest.approx([*wanted, np.hypot(*wanted)], rel=1e-6)
    expect(lab.page.locator(".dl-scope-table")).to_contain_text("gradient before clipping")
    seen = f"{{...(await import(a[1])).numbersOf({STATE}.scope, a[0]), clipped: m.clippedOf({STATE}.scope, a[0])}}"
    for most, part in ((1e9, 1.0), (10.0, None)):
        marks = lab.call(
            "scopemarks.mjs", f"m.marksOf({seen}, a[2])", 0, lab.module("scope.mjs"), VIEW | {"longest": most}
        )
        whole, left = (next(one for one in marks["arrows"] if one["name"] == name) for name in ("g", "clipped"))
        length = np.hypot(*(marks["factor"] * g * [50.0, -40.0]))
        part = part or 10.0 / length
        assert (whole["cut"], left["cut"]) == (part < 1, part < 1)
        tip = -marks["factor"] * part * wanted * [50.0, -40.0]
        np.testing.assert_allclose([left["dx"], left["dy"]], tip, rtol=1e-9)
    last = lab.call("scopemarks.mjs", f"m.clippedOf({STATE}.scope, 39)")
    assert last is None, "small by then, and nothing is taken from it"


@pytest.mark.browser
def test_where_nothing_is_ever_clipped_there_is_no_row_for_it(lab: Lab) -> None:
    ready(lab, {"v": "1", "f": "beale", "steps": "9", "r1": "built~lr~0.02~phi~ema~clip~norm~clip_at~1000"})
    lab.edited(lambda: lab.page.keyboard.press("m"))
    assert "g clipped" not in told(lab, 8)
    expect(lab.page.locator(".dl-scope-table")).to_contain_text("gradient that this step used")


@pytest.mark.browser
def test_names_share_a_tip_and_lie_on_no_arrow(lab: Lab) -> None:
    long = {"name": "step", "x": 100, "y": 100, "dx": 60, "dy": 0}
    past = {
        "name": "g",
        "x": 100,
        "y": 100,
        "dx": 160,
        "dy": 2,
    }  # over the place that is first choice for the other's name
    same = {"name": "m", "x": 100, "y": 100, "dx": 61, "dy": 1}
    marks = {"x": 100, "y": 100, "arrows": [past, same, long], "points": [{"name": "y", "x": 20, "y": 20}]}
    words = {name: name for name in ("step", "g", "m", "y")}
    told = "({ texts: a[1], comma: '; ', wideOf: (text) => 4 * text.length, blocked: a[2] })"
    box = [0, 0, 300, 200]
    names = lab.open().call("scopenames.mjs", f"m.placeNames(a[0], {told}, a[3])", marks, words, None, box)
    assert {one["text"] for one in names} == {"step; m", "g", "y"}
    for one in names:
        wide = 4 * len(one["text"])
        assert wide < one["x"] < 300 - wide
        assert not (one["x"] - wide < 260 and one["x"] + wide > 100 and abs(one["y"] - 101) < 7), one
    away = {**marks, "arrows": [{"name": "g", "x": 100, "y": 100, "dx": 900, "dy": 0}], "points": []}
    assert [
        one["text"] for one in lab.call("scopenames.mjs", f"m.placeNames(a[0], {told}, a[3])", away, words, None, box)
    ] == ["g"]
    hidden = lab.call("scopenames.mjs", f"m.placeNames(a[0], {told}, a[3])", marks, words, [0, 0, 50], box)
    assert "y" not in [one["text"] for one in hidden], "it is under the square"


@pytest.mark.browser
def test_lookaheads_return_is_an_arrow_of_its_own(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "steps": "20", "r1": "sgd~lr~0.01~~lookahead~k~5"})
    lab.edited(lambda: lab.page.evaluate("window.descentLab.store.edit('scope', { value: 0 })"))
    for k, returns in ((3, False), (4, True), (5, False)):
        now = lab.call("scope.mjs", f"m.numbersOf({STATE}.scope, a[0])", k)
        marks = lab.call("scopemarks.mjs", "m.marksOf(a[0], a[1])", now, VIEW)
        assert ("rest" in [arrow["name"] for arrow in marks["arrows"]]) == returns
        (slow,) = marks["points"]
        assert slow["name"] == "slow"


# ---- the page --------------------------------------------------------------------------------------------------------


def head(lab: Lab, run: int, tick: int) -> tuple[float, float]:
    """Where the head of a run is on the screen."""
    header = lab.header()
    row = sum(one["valid"] for one in header["runs"][:run]) + tick
    return lab.at(*lab.path()[row])


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def told(lab: Lab, step: int) -> dict[str, list[float]]:
    """The table's numbers, when they are those of the step: while keys are pressed they follow a little later."""
    expect(lab.page.locator(".dl-scope-body")).to_have_attribute("data-step", str(step))
    found = {}
    for row in lab.page.locator(".dl-scope-table tbody tr").all():
        cells = [cell.inner_text() for cell in row.locator("td").all()[1:]]
        found[row.locator("th b").inner_text()] = [number(cell) for cell in cells if cell not in ("", "–")]
    return found


def ready(lab: Lab, query: dict[str, str]) -> None:
    lab.open({"lang": "en", **query})
    lab.page.wait_for_selector(".dl-contour .js-plotly-plot .nsewdrag")


@pytest.mark.browser
def test_a_click_on_a_head_opens_it_another_switches_and_escape_closes(lab: Lab) -> None:
    ready(lab, {"v": "1", "f": "ravine"})
    start = lab.header()["scenario"]["start"]
    lab.stand(12)
    panel = lab.page.locator(".dl-scope")
    expect(panel).to_be_hidden()
    header = lab.edited(lambda: lab.page.mouse.click(*head(lab, 3, 12)))
    assert header["scope"]["run"] == 3
    expect(panel).to_be_visible()
    expect(panel.locator("select")).to_have_value("3")
    expect(panel.locator(".dl-scope-step")).to_have_text("step 12 → 13")
    expect(lab.page.locator(".dl-lane").nth(3)).to_have_class("dl-lane dl-scoped")
    assert lab.edited(lambda: lab.page.mouse.click(*head(lab, 1, 12)))["scope"]["run"] == 1
    assert lab.edited(lambda: lab.page.locator(".dl-lane .dl-swatch").nth(2).click())["scope"]["run"] == 2
    assert lab.edited(lambda: panel.locator("select").select_option("0"))["scope"]["run"] == 0
    lab.page.locator(".dl-heading").first.click()
    header = lab.edited(lambda: lab.page.keyboard.press("Escape"))
    assert "scope" not in header
    assert lab.page.evaluate(f"{STATE}.scope") is None
    expect(panel).to_be_hidden()
    assert header["scenario"]["start"] == start, "none of these clicks has moved it"
    assert lab.edited(lambda: lab.page.mouse.click(*lab.at(-3, 3)))["scenario"]["start"] != start


@pytest.mark.browser
def test_another_run_under_it_draws_the_paths_once_for_its_emphasis(lab: Lab) -> None:
    """Of the pictures of all runs nothing else has changed; another curve concerns one of them, another start all."""
    ready(lab, {"v": "1", "f": "ravine"})
    lab.stand(12)
    lab.edited(lambda: lab.page.keyboard.press("m"))
    lab.page.evaluate(
        """() => {
          const { drawImage } = CanvasRenderingContext2D.prototype;
          window.copies = 0;
          CanvasRenderingContext2D.prototype.drawImage = function (...all) {
            window.copies++;
            return drawImage.apply(this, all);
          };
        }"""
    )
    edit = "([op, more]) => { window.copies = 0; window.descentLab.store.edit(op, more); }"
    for op, more, copies in (
        ("scope", {"value": 2}, 1),
        ("curve", {"value": "rate"}, 2),
        ("scope", {"value": 1}, 1),
        ("start", {"value": [-2.0, 1.5]}, 2),
    ):
        lab.edited(lambda op=op, more=more: lab.page.evaluate(edit, [op, more]))
        made = lab.page.evaluate("window.copies")
        assert made == 1 if copies == 1 else made >= copies, op


@pytest.mark.browser
def test_a_click_on_a_head_belongs_to_the_inspector_while_that_is_open(lab: Lab) -> None:
    ready(lab, {"v": "1", "f": "ravine"})
    lab.stand(12)
    lab.edited(lambda: lab.page.keyboard.press("i"))
    header = lab.edited(lambda: lab.page.mouse.click(*head(lab, 3, 12)))
    assert "scope" not in header
    assert [header["inspected"]["x"], header["inspected"]["y"]] != header["scenario"]["start"]
    lab.edited(lambda: lab.page.keyboard.press("m"))
    header = lab.edited(lambda: lab.page.keyboard.press("Escape"))
    assert (header.get("inspected"), "scope" in header) == (None, True), (
        "one at a time, what was opened over the picture first"
    )
    assert "scope" not in lab.edited(lambda: lab.page.keyboard.press("Escape"))


@pytest.mark.browser
def test_it_pauses_and_stepping_shows_each_steps_numbers_without_the_server(lab: Lab) -> None:
    ready(lab, {"v": "1", "f": "ravine"})
    lab.page.evaluate("(window.descentLab.store.seek(20.4), window.descentLab.store.play())")
    lab.edited(lambda: lab.page.keyboard.press("m"))
    clock = lab.clock()
    assert not clock["playing"]
    assert clock["t"] == int(clock["t"])
    lab.stand(9)
    assert lab.edited(lambda: lab.page.locator(".dl-scope select").select_option("3"))["scope"]["run"] == 3
    lab.page.evaluate("document.activeElement.blur()")
    rev = lab.header()["rev"]
    run = rollout("ravine", "adam", steps=200, hyper={"lr": 0.1})
    for key, k in (
        ("ArrowRight", 10),
        ("ArrowRight", 11),
        ("ArrowLeft", 10),
        ("Shift+ArrowRight", 20),
        ("End", 199),
        ("Home", 0),
    ):
        lab.page.keyboard.press(key)
        expect(lab.page.locator(".dl-scope-step")).to_have_text(f"step {k} → {k + 1}")
        rows = told(lab, k)
        wanted = {"g": run.info.g, "m": run.info.m, "√V": run.info.root_v, "rate": run.info.rate, "step": run.info.step}
        wanted |= {"θ": run.theta, "θ next": run.theta[1:]}
        for name, values in wanted.items():
            assert rows[name][:2] == pytest.approx(values[k].tolist(), rel=1e-6), (name, k)
        for name in ("g", "m", "step"):
            assert rows[name][2] == pytest.approx(np.hypot(*wanted[name][k]), rel=1e-6)
        assert rows["m before"][:2] == pytest.approx(run.info.m[k - 1].tolist() if k else [], rel=1e-6)
        assert "decay" not in rows
        cosine = -(run.info.step[k] @ run.info.g[k]) / np.hypot(*run.info.step[k]) / np.hypot(*run.info.g[k])
        facts = lab.page.locator(".dl-scope-facts dd").all_inner_texts()
        assert [number(part) for part in facts[0].split("→")] == pytest.approx(run.loss[k : k + 2].tolist(), rel=1e-6)
        assert number(facts[1].rstrip("°")) == pytest.approx(np.degrees(np.arccos(cosine)), rel=1e-5)
        assert facts[4:][0] == "0.02000000", "2 over the larger curvature of 100"
    assert lab.header()["rev"] == rev, "all of that was in the browser"
    # The middle of a curve is the middle of the run.
    field = lab.page.locator(".dl-scope-field").first
    box = field.bounding_box()
    assert box is not None
    field.click(position={"x": 40 + (box["width"] - 48) / 2, "y": 20})  # beside its labels
    assert lab.clock()["t"] == pytest.approx(100, abs=2)


@pytest.mark.browser
def test_the_step_is_on_the_contour_and_a_small_one_in_a_square_of_its_own(lab: Lab) -> None:
    ready(lab, {"v": "1", "f": "ravine", "r1": "sgd~lr~0.019", "steps": "400"})
    lab.edited(lambda: lab.page.keyboard.press("m"))
    lab.stand(1)
    path = lab.path()
    canvas = lab.page.locator(".dl-scope-layer")
    expect(canvas).to_be_visible()

    def painted(share: float, aside: float) -> int:
        """How many of the microscope's pixels are opaque on the way from point 1 to the next, or so far beside it."""
        dx, dy = path[2] - path[1]
        x, y = lab.at(*(path[1] + share * np.array([dx, dy]) + aside * np.array([-dy, dx])))
        return lab.page.evaluate(
            """([x, y]) => {
              const canvas = document.querySelector(".dl-scope-layer"), box = canvas.getBoundingClientRect();
              const scale = canvas.width / box.width;
              const at = [(x - box.left) * scale - 2, (y - box.top) * scale - 2].map(Math.round);
              const { data } = canvas.getContext("2d").getImageData(...at, 4, 4);
              return data.filter((value, i) => i % 4 === 3 && value > 200).length;
            }""",
            [x, y],
        )

    assert painted(0.5, 0.0) == 16
    assert painted(0.5, 0.6) == 0
    # In the far corner there is nothing yet; later the step is of a pixel, and larger there.
    corner = """() => {
      const canvas = document.querySelector(".dl-scope-layer");
      const { data } = canvas.getContext("2d").getImageData(20, canvas.height - 60, 8, 8);
      return data.filter((value, i) => i % 4 === 3 && value > 200).length;
    }"""
    assert lab.page.evaluate(corner) == 0
    lab.stand(200)
    assert lab.page.evaluate(corner) == 64


@pytest.mark.browser
def test_a_point_too_far_for_the_square_is_on_the_contour(lab: Lab) -> None:
    """Schedule-free's z runs ahead of theta, whose steps are small."""
    ready(lab, {"v": "1", "f": "himmelblau", "steps": "60", "r1": "schedulefree_sgd~lr~0.003"})
    lab.edited(lambda: lab.page.keyboard.press("m"))
    z = rollout("himmelblau", "schedulefree_sgd", steps=60, hyper={"lr": 0.003}).aux["z"]
    lab.stand(20)
    x, y = lab.at(*z[20])
    opaque = lab.page.evaluate(
        """([x, y]) => {
          const canvas = document.querySelector(".dl-scope-layer"), box = canvas.getBoundingClientRect();
          const scale = canvas.width / box.width;
          const at = [(x - box.left) * scale - 1, (y - box.top) * scale - 1];
          const { data } = canvas.getContext("2d").getImageData(...at, 2, 2);
          return data.filter((value, i) => i % 4 === 3 && value > 200).length;
        }""",
        [x, y],
    )
    assert opaque == 4


@pytest.mark.browser
@pytest.mark.parametrize(
    "query", [{"f": "himmelblau", "r1": "adam~lr~0.1"}, {"f": "ravine", "r1": "sgd"}, {"f": "beale", "r1": "sgd"}]
)
def test_each_curve_is_as_wide_as_its_place(lab: Lab, query: dict[str, str]) -> None:
    """Which curves there are depends on the run, and their widths on how many."""
    ready(lab, {"v": "1", "steps": "30", **query})
    lab.edited(lambda: lab.page.keyboard.press("m"))
    lab.stand(3)
    wide = "(all) => all.map((one) => [one.clientWidth, one.querySelector('canvas').getBoundingClientRect().width])"
    pairs = lab.page.locator(".dl-scope-curve:not([hidden]) .dl-scope-field").evaluate_all(wide)
    assert len(pairs) >= 4
    assert all(place == pytest.approx(drawn, abs=1) for place, drawn in pairs), pairs


@pytest.mark.browser
def test_a_run_that_leaves_the_world_is_drawn_from_where_it_began(lab: Lab) -> None:
    lab.open()
    away = lab.call(
        "scopecurves.mjs", "(({ lo, hi, of }) => [lo, hi, of(a[0][0][0])])(m.axisOf(a[0], true))", [[2.0, 1e40, 1e90]]
    )
    assert away[2] == pytest.approx(np.log10(2)), "not the floor, but where it is"
    assert away[0] < away[2] < away[1]
    home = lab.call("scopecurves.mjs", "m.axisOf(a[0], true).lo", [[2.0, 1e-3, 1e-90]])
    assert home > -15, "but one that arrives does not press its way there flat"


@pytest.mark.browser
def test_what_rounding_leaves_of_an_axis_is_not_drawn(lab: Lab) -> None:
    """A bowl of curvatures 100 and 1 along x and y: a gradient g is worth g^2 / (2 curvature) on each axis."""
    rows = {"slope": [3e40, 2.0, 3.0, 2.0], "hessian": [100.0, 0.0, 1.0], "updates": 2}
    found = lab.open().call(
        "scopecurves.mjs", "m.split({ ...a[0], hessian: Float64Array.from(a[0].hessian) }).map((one) => [...one])", rows
    )
    assert found[0] == pytest.approx([9e80 / 200, 9 / 200])
    assert found[1] == [pytest.approx(float("nan"), nan_ok=True), 2.0]


@pytest.mark.browser
def test_where_the_second_axis_is_time_there_is_one_coordinate(lab: Lab) -> None:
    ready(lab, {"v": "1", "f": "rare_gradient", "r1": "adam"})
    lab.edited(lambda: lab.page.keyboard.press("m"))
    lab.stand(7)
    row = lab.page.locator(".dl-scope-table tbody tr", has=lab.page.get_by_text("rate", exact=True))
    expect(row.locator("svg")).to_have_count(0)  # the ellipse would turn x into time, and is not drawn
    expect(row).not_to_contain_text("ellipse")
    expect(lab.page.locator(".dl-scope-table thead th:visible")).to_have_text(["", "", "x"])
    lab.edited(lambda: lab.page.evaluate("window.descentLab.store.edit('landscape', { value: 'beale' })"))
    expect(lab.page.locator(".dl-scope-table thead th:visible")).to_have_count(5)


@pytest.mark.browser
def test_it_goes_with_its_run_and_survives_another_surface(lab: Lab) -> None:
    ready(lab, {"v": "1", "f": "ravine"})
    lab.edited(lambda: lab.page.evaluate("window.descentLab.store.edit('scope', { value: 2 })"))
    edit = "window.descentLab.store.edit"
    assert lab.edited(lambda: lab.page.evaluate(f"{edit}('run_remove', {{ run: 0 }})"))["scope"]["run"] == 1
    expect(lab.page.locator(".dl-scope select")).to_have_value("1")
    lab.edited(lambda: lab.page.evaluate(f"{edit}('run_remove', {{ run: 1 }})"))
    expect(lab.page.locator(".dl-scope")).to_be_hidden()
    lab.edited(lambda: lab.page.evaluate(f"{edit}('scope', {{ value: 0 }})"))
    header = lab.edited(lambda: lab.page.evaluate(f"{edit}('landscape', {{ value: 'rare_gradient' }})"))
    assert header["scope"]["run"] == 0
    expect(lab.page.locator(".dl-scope")).to_be_visible()
    header = lab.edited(lambda: lab.page.evaluate(f"{edit}('steps', {{ value: 1 }})"))
    assert header["scope"]["updates"] == 1
    lab.stand(0)
    lab.edited(lambda: lab.page.evaluate(f"{edit}('scope', {{ value: 'x' }})"))
    expect(lab.page.locator(".dl-scope")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.space
def test_on_a_phone_nothing_lies_over_anything_else(lab: Lab, lang: str) -> None:
    lab.page.set_viewport_size({"width": 390, "height": 844})
    ready(lab, {"v": "1", "f": "ravine", "lang": lang})
    lab.stand(7)
    lab.edited(lambda: lab.page.locator("[data-key='scope']").click())
    boxes = lab.page.evaluate(
        """(names) => names.map((name) => {
          const { top, bottom, left, right } = document.querySelector(name).getBoundingClientRect();
          return [top, bottom, left, right];
        })""",
        [".dl-contour", ".dl-transport", ".dl-scope", ".dl-scope-curves", ".dl-lanes", ".dl-surface"],
    )
    for (_, bottom, *_), (top, *_) in pairwise(boxes):
        assert top >= bottom - 1
    assert all(left >= 0 and right <= 390 for _, _, left, right in boxes)
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 390
    for name, least in (
        (".dl-transport .dl-line", 330),
        (".dl-scope .dl-select", 200),
    ):  # a finger's length; a name that can be read
        assert lab.page.locator(name).evaluate("(one) => one.getBoundingClientRect().width") >= least
    wide = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText)"
    assert (
        lab.page.locator(".dl-scope, .dl-scope-body, .dl-scope tbody tr, .dl-scope-facts > div").evaluate_all(wide)
        == []
    )


FORKED = {"r1": "adam~lr~0.1", "r2": "adam~lr~0.1~beta1~0.5~~fork~0~at~120~carried", "steps": "200"}


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lang", "first", "own"),
    [("en", "Steps 1 to 120", "Steps 121 to 200"), ("zh", "第 1 至 120 步", "第 121 至 200 步")],
)
def test_the_rules_lines_come_when_their_tab_is_turned_to_and_go_with_the_step(
    lab: Lab, lang: str, first: str, own: str
) -> None:
    """Up to the fork the original's lines with its numbers, from there its own; none on the other tab."""
    ready(lab, {"v": "1", "f": "himmelblau", **FORKED, "lang": lang})
    lab.stand(119)
    header = lab.edited(lambda: lab.page.evaluate("window.descentLab.store.edit('scope', { value: 1 })"))
    assert "lines" not in header["scope"]
    header = lab.edited(lambda: lab.page.locator("[data-key='scope:rule']").click())
    assert [leg["steps"] for leg in header["scope"]["lines"]] == [120, 80]
    lines = lab.page.locator(".dl-scope-lines")
    scenario, problems = Scenario.from_query({"v": "1", "f": "himmelblau", **FORKED})
    assert not problems
    run = race(scenario)[1]
    for k, whose, product in ((119, first, False), (120, own, True), (199, own, True), (3, first, False)):
        lab.stand(k)
        expect(lines.locator(".dl-note").first).to_contain_text(whose)
        rules = lines.locator(".dl-rule:visible")
        expect(rules).to_have_count(7 if product else 6)
        if product:
            expect(rules.first).to_contain_text("0.5")
        lab.page.wait_for_timeout(300)  # numbers that change faster cannot be read
        last = rules.last.locator("math").text_content() or ""
        shown = [number(part.strip()) for part in last.rsplit("(", 1)[1].rstrip(") ").split(",")]
        assert shown == pytest.approx(run.theta[k + 1].tolist(), rel=1e-6)
    # Whoever has lost the flag, as after a reconnect, is asked again.
    lab.page.evaluate("window.descentLab.store.edit('rule', { value: false })")
    lab.page.wait_for_function(f"!window.descentLab.store.busy && {STATE}.scope.lines")
    header = lab.edited(lambda: lab.page.locator("[data-key='scope:marks']").click())
    assert "lines" not in header["scope"]
    assert not lab.errors
