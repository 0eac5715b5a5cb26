"""The page in real Chromium: what a visitor does, and whether the picture answers."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlparse

import numpy as np
import pytest
from lab import STATE, Lab, truth
from playwright.sync_api import Page, expect

from landscapes import CATALOGUE as LANDSCAPES
from visualizer import Run, Scenario
from visualizer.race import momentum, partings, race

pytestmark = pytest.mark.browser


@pytest.mark.space
def test_first_visit_shows_the_first_picture_and_plays_it(lab: Lab) -> None:
    lab.open()
    assert lab.scenario() == Scenario.suggested()
    np.testing.assert_allclose(lab.path(), truth(Scenario.suggested()), rtol=1e-6, atol=1e-7)
    lab.page.wait_for_function("window.descentLab.store.clock.t > 20")
    expect(lab.page.get_by_role("button", name="Rotate by 45°")).to_be_visible()


def test_paths_grow_on_the_canvas_as_it_plays(lab: Lab) -> None:
    lab.open({"v": "1", "f": "saddle_floor"})
    lab.stand(0)
    at_start = lab.colored(".dl-contour", 0)
    lab.stand(80)
    midway = lab.colored(".dl-contour", 0)
    lab.stand(0)
    assert midway > at_start + 100
    assert lab.colored(".dl-contour", 0) == pytest.approx(at_start, abs=20), "stepping back takes the trail away"


def test_play_pause_steps_and_keys(lab: Lab) -> None:
    lab.open({"v": "1", "f": "saddle_floor"})
    press = lab.page.keyboard.press
    press("Home")
    assert lab.clock()["t"] == 0
    for _ in range(3):
        press("ArrowRight")
    assert lab.clock()["t"] == 3
    press("ArrowLeft")
    assert lab.clock()["t"] == 2
    press("End")
    assert lab.clock()["t"] == 150
    press("Home")
    press("Space")
    lab.page.wait_for_function("window.descentLab.store.clock.t > 5")
    press("Space")
    paused = lab.clock()
    assert not paused["playing"]
    lab.page.wait_for_timeout(150)
    assert lab.clock()["t"] == paused["t"]


@pytest.mark.space
def test_scrubbing_moves_every_view(lab: Lab) -> None:
    lab.open({"v": "1", "f": "ravine"})
    scrub = lab.page.locator(".dl-scrub")
    scrub.fill("40")
    assert lab.clock()["t"] == 40
    lab.stand(40)
    views = {name: lab.pixels(name) for name in (".dl-contour", ".dl-surface", ".dl-curve")}
    lab.stand(120)
    for name, picture in views.items():
        assert (lab.pixels(name) != picture).sum() > 50, f"{name} did not follow"


def test_a_click_places_the_start(lab: Lab) -> None:
    lab.open({"v": "1", "f": "himmelblau"})
    header = lab.edited(lambda: lab.page.mouse.click(*lab.at(2.5, -3.0)))
    assert header["scenario"]["start"] == pytest.approx([2.5, -3.0], abs=0.05)
    np.testing.assert_allclose(lab.path(), truth(lab.scenario()), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(lab.path()[0], header["scenario"]["start"], rtol=1e-6)


def test_the_start_can_be_dragged_and_redraws_on_the_way(lab: Lab) -> None:
    lab.open({"v": "1", "f": "himmelblau"})
    before = lab.header()["rev"]
    mouse = lab.page.mouse
    mouse.move(*lab.at(-0.4, -0.6))
    mouse.down()
    for i in range(1, 11):
        mouse.move(*lab.at(-0.4 + 0.3 * i, -0.6 + 0.2 * i))
        lab.page.wait_for_timeout(30)
    mouse.up()
    lab.settled()
    header = lab.header()
    assert header["scenario"]["start"] == pytest.approx([2.6, 1.4], abs=0.06)
    assert header["rev"] > before + 2, "the picture follows during the drag, not only at its end"
    lab.edited(lambda: lab.page.keyboard.press("Control+z"))
    assert lab.scenario().start == (-0.4, -0.6), "one drag is one undo"


def test_a_press_on_the_contour_pans_when_it_moves_and_resets_when_doubled(lab: Lab) -> None:
    lab.open({"v": "1", "f": "himmelblau"})
    mouse, start = lab.page.mouse, lab.scenario().start
    look = """() => {
      const { xaxis, yaxis } = document.querySelector(".dl-contour .js-plotly-plot")._fullLayout;
      return [...xaxis.range, ...yaxis.range];
    }"""
    whole = lab.page.evaluate(look)
    mouse.move(*lab.at(0.5, 0.5))
    for _ in range(5):
        mouse.wheel(0, -400)
        lab.page.wait_for_timeout(300)
    x, y = lab.at(0.5, 0.5)
    closer = lab.page.evaluate(look)
    mouse.down()
    mouse.move(x - 30, y + 20, steps=5)
    mouse.up()
    lab.page.wait_for_timeout(400)
    panned = lab.page.evaluate(look)
    assert panned[1] - panned[0] == pytest.approx(closer[1] - closer[0]), "a drag moves, it does not zoom"
    assert panned[0] > closer[0] and panned[2] > closer[2], "the picture follows the hand"
    for _ in range(2):  # to the window's corner, and on
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + 400, y - 400, steps=5)
        mouse.up()
        lab.page.wait_for_timeout(400)
    corner = lab.page.evaluate(look)
    assert [corner[0], corner[2]] == pytest.approx([whole[0], whole[2]]), "a drag ends at the window's edge"
    assert np.diff(corner)[[0, 2]] == pytest.approx(np.diff(closer)[[0, 2]]), "where it does not squeeze the picture"
    mouse.dblclick(x, y)
    lab.page.wait_for_timeout(600)
    assert lab.page.evaluate(look) == pytest.approx(whole), "a double click shows the whole window again"
    assert lab.scenario().start == start, "neither a drag nor a double click is a click"


def test_a_slider_changes_its_run_and_no_other(lab: Lab) -> None:
    lab.open({"v": "1", "f": "rosenbrock"})
    first, before = lab.scenario(), lab.path()
    slider = lab.page.locator(".dl-lanes input[type=range]").nth(1)
    slider.focus()
    lab.edited(lambda: lab.page.keyboard.press("ArrowLeft"))
    changed = lab.scenario()
    assert changed.runs[1].hyper["lr"] < first.runs[1].hyper["lr"]
    assert [run for i, run in enumerate(changed.runs) if i != 1] == [run for i, run in enumerate(first.runs) if i != 1]
    rows = [slice(501 * i, 501 * (i + 1)) for i in range(4)]
    assert [bool((lab.path()[row] != before[row]).any()) for row in rows] == [False, True, False, False]


def test_a_link_gives_exactly_its_picture_and_the_address_follows(lab: Lab) -> None:
    query = {"v": "1", "f": "ravine~kappa~25", "x": "-3", "steps": "77", "r1": "adam~lr~0.2~~cosine", "r2": "sgd~~off"}
    lab.open(query)
    wanted, _ = Scenario.from_query(query)
    assert lab.scenario() == wanted
    np.testing.assert_allclose(lab.path(), truth(wanted), rtol=1e-6, atol=1e-6)
    slider = lab.page.locator(".dl-lanes input[type=range]").first
    slider.focus()
    lab.edited(lambda: lab.page.keyboard.press("ArrowRight"))
    lab.page.wait_for_function("!location.search.includes('lr~0.2~') && location.search.includes('adam')")
    reached, _ = Scenario.from_query(dict(parse_qsl(urlparse(lab.page.url).query)))
    assert reached == lab.scenario()


def test_a_bad_link_is_answered_by_sentences_and_the_rest_is_kept(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "steps": "1000000000", "x": "nan", "r1": "adam~lr~0.07", "r2": "adamm"})
    notices = lab.page.locator(".dl-notices")
    for said in ("1000000000", "nan", "adamm"):
        expect(notices).to_contain_text(said)
    scenario = lab.scenario()
    assert (scenario.landscape, scenario.steps) == ("beale", 10_000)
    assert [(run.optimizer, run.hyper["lr"]) for run in scenario.runs] == [("adam", 0.07)]


def test_divergence_is_said_with_its_step(lab: Lab) -> None:
    lab.open({"v": "1", "f": "rosenbrock", "r1": "sgd~lr~0.05"})
    stopped = lab.header()["runs"][0]["stopped"]
    assert stopped == race(lab.scenario())[0].stopped
    expect(lab.page.locator(".dl-lanes")).to_contain_text(f"diverged at step {stopped}")


@pytest.mark.space
def test_zoom_camera_and_play_position_survive_a_dial(lab: Lab) -> None:
    lab.open({"v": "1", "f": "himmelblau"})
    lab.page.wait_for_function("performance.getEntriesByName('dl:painted-3d').length > 0", timeout=60_000)
    lab.page.mouse.move(*lab.at(1.0, 1.0))
    lab.page.mouse.wheel(0, -400)
    surface = lab.page.locator(".dl-surface").bounding_box()
    assert surface
    x, y = surface["x"] + surface["width"] / 2, surface["y"] + surface["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + 80, y + 30, steps=4)
    lab.page.mouse.up()
    lab.page.wait_for_timeout(500)
    lab.stand(33)
    look = """() => {
      const layout = (view) => document.querySelector(view + " .js-plotly-plot")._fullLayout;
      const { x, y, z } = layout(".dl-surface").scene._scene.getCamera().eye;
      return [...layout(".dl-contour").xaxis.range, ...layout(".dl-contour").yaxis.range, x, y, z];
    }"""
    seen = lab.page.evaluate(look)
    assert seen[1] - seen[0] < 11.9, "the wheel zooms"
    lab.page.locator(".dl-lanes input[type=range]").first.focus()
    lab.edited(lambda: lab.page.keyboard.press("ArrowRight"))
    lab.page.wait_for_timeout(300)
    assert lab.page.evaluate(look) == pytest.approx(seen, abs=1e-6)
    assert lab.clock()["t"] == 33


@pytest.mark.space
def test_another_landscape_from_the_gallery(lab: Lab) -> None:
    lab.open()
    header = lab.edited(
        lambda: (
            lab.page.get_by_role("radio", name="Himmelblau")
            .or_(lab.page.get_by_role("button", name="Himmelblau"))
            .first.click()
        )
    )
    assert header["scenario"]["landscape"] == "himmelblau"
    assert lab.scenario() == Scenario.suggested("himmelblau")


def test_runs_are_added_duplicated_hidden_and_removed(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "r1": "adam~lr~0.1"})
    page = lab.page
    page.get_by_role("button", name="Add optimizer").click()
    page.get_by_placeholder("Find an optimizer").fill("nadam")
    header = lab.edited(lambda: page.keyboard.press("Enter"))
    assert [run["optimizer"] for run in header["scenario"]["runs"]] == ["adam", "nadam"]
    assert header["scenario"]["runs"][1]["hyper"]["lr"] == 0.1, "a new run starts at a rate that suits the surface"
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("Actions for Adam")).click()
    header = lab.edited(lambda: page.get_by_role("menuitem", name="Duplicate").click())
    assert [run["optimizer"] for run in header["scenario"]["runs"]] == ["adam", "adam", "nadam"]
    assert len({run["color"] for run in header["scenario"]["runs"]}) == 3
    header = lab.edited(lambda: page.get_by_label("Show Adam").first.click())
    assert not header["scenario"]["runs"][0]["visible"]
    for _ in range(3):
        page.get_by_role("button", name=re.compile("Actions for")).first.click()
        header = lab.edited(lambda: page.get_by_role("menuitem", name="Remove").click())
    assert header["scenario"]["runs"] == []
    expect(page.locator(".dl-lanes")).to_contain_text("No runs yet")
    lab.edited(lambda: page.get_by_role("button", name="Undo").click())
    assert len(lab.scenario().runs) == 1


def test_a_wrapper_goes_around_a_run_and_brings_its_dials(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "r1": "adam~lr~0.1"})
    page = lab.page
    page.get_by_role("button", name="Add optimizer").click()
    page.get_by_placeholder("Find an optimizer").fill("lookahead")
    lab.edited(lambda: page.keyboard.press("Enter"))
    expect(page.locator(".dl-lane-title").nth(1)).to_have_text("Lookahead(Adam)")
    page.locator(".dl-lane-name").first.click()
    around = page.get_by_role("group", name="Around it")
    lab.edited(lambda: around.get_by_role("button", name="SAM").click())
    lab.edited(lambda: around.get_by_role("button", name="Lookahead").click())
    expect(page.locator(".dl-lane-title").first).to_have_text("Lookahead(SAM(Adam))")
    field = page.locator("[data-key='0:wrapper:lookahead:k:field']")
    field.fill("7")
    lab.edited(lambda: field.press("Enter"))
    assert lab.scenario().runs[0].wrappers == {
        "lookahead": {"k": 7, "alpha": 0.5, "reset_state": False},
        "sam": {"rho": 0.05},
    }
    np.testing.assert_allclose(lab.path(), truth(lab.scenario()), rtol=1e-6, atol=1e-6)
    lab.edited(lambda: around.get_by_role("button", name="Lookahead").click())
    expect(page.locator(".dl-lane-title").first).to_have_text("SAM(Adam)")
    expect(field).to_have_count(0)


def test_a_twin_is_one_click_and_the_parting_is_marked(lab: Lab) -> None:
    """In words, on the time line, and on the contour at the original's point; gone with the original."""
    lab.open({"v": "1", "f": "beale", "r1": "adam_l2~lr~0.02~weight_decay~0.1"})
    page = lab.page
    page.get_by_role("button", name="Actions for Adam + L2").click()
    header = lab.edited(lambda: page.get_by_role("menuitem", name="Decoupled weight decay (AdamW)").click())
    assert header["runs"][1]["twin"]["of"] == 0
    step = header["runs"][1]["twin"]["parts"]
    assert step == partings(lab.scenario(), race(lab.scenario()))[1]
    assert step > 3
    expect(page.locator(".dl-lane").nth(1)).to_contain_text(f"parts from Adam + L2 at step {step}")
    page.get_by_role("button", name=f"AdamW parts from Adam + L2 at step {step}").click()
    assert lab.clock()["t"] == step
    page.mouse.move(*lab.at(*lab.path()[step]))
    expect(page.locator(".dl-contour .dl-card")).to_contain_text("AdamW parts here")
    page.mouse.move(0, 0)
    lab.stand(0)
    marked = lab.pixels(".dl-contour")
    page.get_by_role("button", name="Actions for Adam + L2").click()
    lab.edited(lambda: page.get_by_role("menuitem", name="Remove").click())
    assert (lab.pixels(".dl-contour") != marked).sum() > 50
    expect(page.locator(".dl-mark")).to_have_count(0)
    expect(page.locator(".dl-lane-twin:visible")).to_have_count(0)


def test_a_twin_of_the_same_name_says_what_differs(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "r1": "rmsprop~lr~0.01"})
    lab.page.get_by_role("button", name="Actions for RMSProp").click()
    lab.edited(lambda: lab.page.get_by_role("menuitem", name="Centered").click())
    expect(lab.page.locator(".dl-lane-title")).to_have_text(["RMSProp 1", "RMSProp 2"])
    expect(lab.page.locator(".dl-lane-twin").nth(1)).to_contain_text(
        re.compile(r"centered on · .*parts from RMSProp 1")
    )


def test_a_twin_that_would_be_the_same_says_why_not(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "r1": "sgd~lr~0.01"})
    lab.page.get_by_role("button", name="Actions for SGD").click()
    item = lab.page.get_by_role("menuitem", name="Decoupled weight decay")
    expect(item).to_be_disabled()
    expect(item).to_contain_text("The same at weight decay 0")


def test_unequal_costs_are_said_and_made_equal(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "steps": "100", "r1": "sgd~lr~0.01", "r2": "sgd~lr~0.01~~sam"})
    page = lab.page
    expect(page.locator(".dl-unequal")).to_contain_text("SAM(SGD) uses 2 gradients a step: 200 against 100.")
    lab.edited(lambda: page.get_by_role("button", name="Compare by evaluations").click())
    assert lab.scenario().budget == "evaluations"
    expect(page.locator(".dl-unequal")).to_be_hidden()
    assert len(lab.path()) == 202
    expect(page.locator(".dl-transport")).to_contain_text("/ 100 evaluations")
    expect(page.locator(".dl-summary")).to_contain_text("100 gradient evaluations")
    page.mouse.move(*lab.at(*lab.path()[-1]))
    expect(page.locator(".dl-contour .dl-card")).to_contain_text("evaluation 100")
    lab.edited(lambda: page.get_by_role("button", name="steps", exact=True).click())
    assert lab.scenario().budget == "steps"


def test_the_rate_curve_is_exact_under_the_pointer(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "steps": "100", "r1": "momentum~lr~0.001~~one_cycle"})
    page = lab.page
    expect(page.get_by_role("tab", name="Momentum")).to_be_visible()
    lab.edited(lambda: page.get_by_role("tab", name="Learning rate").click())
    box = page.locator(".dl-curve-plot").bounding_box()
    assert box
    found = None
    for y in range(10, int(box["height"]) - 20, 6):  # the line is somewhere above the 30th step
        page.mouse.move(box["x"] + 56 + 0.3 * (box["width"] - 70), box["y"] + y)
        page.wait_for_timeout(150)
        card = page.locator(".dl-curve .dl-card")
        if card.is_visible():
            found = card.inner_text()
            break
    assert found
    (step,) = map(int, re.findall(r"step (\d+)", found))
    rate = race(lab.scenario())[0].info.lr[step]
    (said,) = re.findall(r"Learning rate\s+([\d.e−-]+)", found)
    assert float(said.replace("−", "-")) == pytest.approx(rate, rel=1e-6)
    lab.edited(lambda: page.get_by_role("tab", name="Momentum").click())
    shown = np.array(page.evaluate(f"Array.from({STATE}.curve, (v) => Number.isNaN(v) ? -1 : v)"))
    np.testing.assert_allclose(shown[:-1], momentum(lab.scenario().runs[0], 100), rtol=1e-6)


def test_exact_numbers_can_be_typed_and_bad_ones_are_not_sent(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "r1": "adam~lr~0.1"})
    field = lab.page.locator(".dl-lanes input[inputmode=decimal], .dl-lanes input[type=text]").first
    field.fill("0.0123456789")
    lab.edited(lambda: field.press("Enter"))
    assert lab.scenario().runs[0].hyper["lr"] == 0.0123456789
    before = lab.header()["rev"]
    field.fill("many")
    field.press("Enter")
    lab.page.wait_for_timeout(300)
    assert lab.header()["rev"] == before


def test_rotating_by_45_degrees_turns_start_and_surface(lab: Lab) -> None:
    lab.open()
    header = lab.edited(lambda: lab.page.get_by_role("button", name="Rotate by 45°").click())
    half = np.sqrt(0.5)
    assert header["scenario"]["start"] == pytest.approx([half * (1.5 - 0.001), half * (1.5 + 0.001)])
    np.testing.assert_allclose(lab.path(), truth(lab.scenario()), rtol=1e-6, atol=1e-6)


def test_other_curves_come_on_demand(lab: Lab) -> None:
    lab.open({"v": "1", "f": "ravine"})
    assert lab.page.evaluate(f"{STATE}.curve") is None
    lab.edited(lambda: lab.page.get_by_text("Gradient norm", exact=True).first.click())
    norms = np.array(lab.page.evaluate(f"Array.from({STATE}.curve, (v) => Number.isNaN(v) ? -1 : v)"))
    wanted = [np.append(np.hypot(*one.info.g.T), -1.0) for one in race(lab.scenario())]
    np.testing.assert_allclose(norms, np.concatenate(wanted), rtol=1e-6)


@pytest.mark.space
def test_chinese_is_complete_and_stays(lab: Lab) -> None:
    lab.open()
    lab.edited(lambda: lab.page.get_by_text("中文", exact=True).first.click())
    words = lab.page.evaluate(
        """() => [".dl-header", ".dl-transport", ".dl-lanes", ".dl-dials"]
          .map((name) => document.querySelector(name)?.innerText ?? "").join(" ")"""
    )
    assert re.search("[\u4e00-\u9fff]", words)
    names = "".join(entry.title.zh for entry in LANDSCAPES.values())  # people's: Himmelblau, Ackley
    left = set(re.findall(r"[A-Za-z]{4,}", words)) - {"Adam", "RMSProp", "SGDM", *re.findall(r"[A-Za-z]{4,}", names)}
    assert not left, f"still English: {left}"
    lab.page.wait_for_function("location.search.includes('lang=zh')")


@pytest.mark.parametrize(
    "query",
    [
        {"f": "beale", "r1": "momentum~lr~0.01", "r2": "sgd~lr~1"},  # five decades
        {"f": "ravine", "r1": "sgd~lr~0.01"},  # less than two
        {"f": "rosenbrock", "r1": "newton", "r2": "adam"},  # as many as there can be
    ],
)
def test_labels_of_the_loss_axis_stand_apart(lab: Lab, query: dict[str, str]) -> None:
    lab.page.add_init_script(
        """window.said = [];
        const { fillText } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
          if (this.canvas.closest(".dl-curve") && this.textAlign === "right") said.push([this.font, y]);
          return fillText.call(this, text, x, y);
        };"""
    )
    lab.open({"v": "1", **query})
    lab.page.evaluate("said.length = 0")
    lab.page.set_viewport_size({"width": 1440, "height": 900})
    lab.page.set_viewport_size({"width": 1400, "height": 900})
    lab.page.wait_for_function("said.length > 0")
    height = float(re.search(r"([\d.]+)px", lab.page.evaluate("said[0][0]"))[1])  # type: ignore[index]
    places = sorted({y for _, y in lab.page.evaluate("said")})
    assert len(places) >= 2
    assert min(np.diff(places)) > height


def test_a_rule_without_a_rate_offers_none(lab: Lab) -> None:
    lab.open({"v": "1", "f": "rosenbrock", "r1": "bfgs", "r2": "gd_armijo", "r3": "bfgs~~cosine", "r4": "newton"})
    dials = lab.page.locator(".dl-lane-row .dl-lane-dial")
    expect(dials.nth(1)).to_have_text("no learning rate")
    expect(dials.nth(2).locator("[data-key='1:main']").or_(dials.nth(2).get_by_role("slider"))).to_be_visible()
    schedule = lab.page.locator(".dl-details").get_by_label("Learning-rate schedule")
    for run, offered in enumerate([False, False, True, True]):  # what a link has set can be taken off
        lab.page.locator(".dl-lane-name").nth(run).click()
        expect(schedule).to_be_visible(visible=offered)


@pytest.mark.parametrize("width", [390, 768, 1440, 1920])
@pytest.mark.space
def test_nothing_is_wider_than_the_window(lab: Lab, width: int) -> None:
    lab.page.set_viewport_size({"width": width, "height": 844})
    lab.open({"v": "1", "f": "rosenbrock"})
    lab.page.wait_for_timeout(1000)  # the sidebar comes after the race and takes its width from it
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= width
    overflow = lab.page.evaluate(
        """() => [...document.querySelectorAll(".dl *")].filter((element) => {
          const box = element.getBoundingClientRect();
          return box.width && box.right > innerWidth + 1 && getComputedStyle(element).position !== "fixed";
        }).map((element) => element.outerHTML.slice(0, 80)).slice(0, 5)"""
    )
    assert overflow == []


@pytest.mark.space
def test_the_real_policy_lets_the_player_in_under_uvicorn(page: Page, uvicorn_server: str) -> None:
    lab = Lab(page, uvicorn_server).open()
    assert lab.scenario() == Scenario.suggested()
    assert lab.errors == []


def test_a_loss_below_zero_is_shown_as_such(lab: Lab) -> None:
    """On a saddle without a floor everybody ends below zero: the board, and the loss at the clock's step."""
    scenario = Scenario("saddle", runs=(Run("sgd", {"lr": 0.1}),), start=(0.5, 0.5), steps=10)
    lab.open(scenario.to_query())
    lab.stand(10)
    # x shrinks by 0.8 a step and y grows by 1.2: x^2 - y^2 = 0.25 (0.64^10 - 1.44^10)
    lanes = lab.page.locator(".dl-lanes")
    expect(lanes).to_contain_text("−9.58")
    lab.stand(5)
    expect(lanes).to_contain_text("−1.52")
