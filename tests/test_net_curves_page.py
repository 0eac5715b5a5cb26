"""The curves of networks on the page, against the networks' losses in Python."""

from __future__ import annotations

import numpy as np
import pytest
from netlab import NetLab
from playwright.sync_api import expect

from visualizer.networks.evaluate import evaluate
from visualizer.networks.recent import trained

pytestmark = pytest.mark.browser
PLOT = ".dl-net-curves .dl-curve-plot"
MOONS = {"steps": "1500", "r1": "momentum~lr~0.03~~cosine", "r2": "adam~lr~0.01"}
LEFT, RIGHT, TOP, BOTTOM = 56, 14, 8, 22  # px around the curves


def hovered(lab: NetLab, step: float, share: float, steps: int) -> dict[str, str]:
    """What the card says at a step, so far below the top of the picture."""
    box = lab.page.locator(PLOT).bounding_box()
    assert box is not None
    x = box["x"] + LEFT + (box["width"] - LEFT - RIGHT) * step / steps
    lab.page.mouse.move(x, box["y"] + TOP + (box["height"] - TOP - BOTTOM) * share)
    lab.page.wait_for_timeout(80)  # the card follows at the next frame
    card = lab.page.locator(f"{PLOT} .dl-card")
    if card.is_hidden():
        return {}
    rows = zip(card.locator("dt").all_inner_texts(), card.locator("dd").all_inner_texts(), strict=True)
    return {**dict(rows), "name": card.locator("b").inner_text(), "step": card.locator(".dl-card-step").inner_text()}


def sought(lab: NetLab, step: float, steps: int, name: str) -> dict[str, str]:
    """The card of a network's line at a step, wherever the line is."""
    for share in np.linspace(0, 1, 30):
        said = hovered(lab, step, share, steps)
        if said.get("name") == name:
            return said
    raise AssertionError(f"no line of {name}")


def test_curves_are_those_of_the_networks(netlab: NetLab) -> None:
    lab = netlab.open(MOONS)
    study = lab.study()
    runs = trained(study)
    scores = [evaluate(study.network, study.points, run.theta) for run in runs]
    at = runs[1].at
    k = int(np.flatnonzero(at == 750)[0])
    said = sought(lab, 750, 1500, "Adam")
    assert said["step"] == "step 750"
    assert float(said["training"]) == pytest.approx(scores[1].loss[k, 0], rel=1e-6)
    assert float(said["test"]) == pytest.approx(scores[1].loss[k, 1], rel=1e-6)
    assert lab.page.evaluate("window.descentLab.store.hovered") == 1, "the lane is told"

    tabs = lab.page.locator(".dl-net-curves [role=tab]:visible")
    assert tabs.all_inner_texts() == ["Loss", "Mistakes", "Batch loss", "Learning rate", "Gap"]
    tabs.first.focus()
    lab.page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    said = sought(lab, 300, 1500, "Momentum")
    k = int(np.flatnonzero(at == int(said["step"].split()[1]))[0])
    assert float(said["test"].removesuffix("%")) == pytest.approx(100 * scores[0].mistakes[k, 1], rel=1e-6)

    tabs.nth(4).click()
    said = sought(lab, 1500, 1500, "Adam")
    gap = scores[1].loss[-1, 1] - scores[1].loss[-1, 0]
    assert float(said["test − training"].replace("−", "-")) == pytest.approx(gap, rel=1e-5)

    tabs.nth(3).click()  # 1500 steps in 1000 stretches of one or two
    said = sought(lab, 750, 1500, "Momentum")
    first, *last = [int(word) for word in said["step"].split() if word.isdigit()]
    rates = 0.015 * (1 + np.cos(np.pi * np.arange(first - 1, (last or [first])[0]) / 1500))
    assert [float(said["lowest"]), float(said["highest"])] == pytest.approx([rates.min(), rates.max()], rel=1e-4)


def test_stretches_are_the_servers(netlab: NetLab) -> None:
    """Into which steps the lowest and highest of a long curve are divided, and what they are there."""
    lab = netlab.open(MOONS)
    for steps in (1001, 1500, 2500, 5000):
        edges = np.linspace(0, steps, 1001).round().astype(int)
        call = "Array.from({ length: 1000 }, (_, k) => m.stretch(k, 1000, a[0]))"
        found = np.array(lab.call("netcurvelines.mjs", call, steps))
        np.testing.assert_array_equal(found[:, 0], edges[:-1] + 1)
        np.testing.assert_array_equal(found[:, 1], edges[1:])
    assert lab.numbers("n.learners.map((one) => one.stretches)") == [1000, 1000]
    loss = trained(lab.study())[1].loss
    lab.page.locator(".dl-net-curves [data-kind=batch]").click()
    call = """(() => {
      const { learners, about } = window.descentLab.store.numbers;
      const [batch] = m.linesOf("batch", [learners[1]], about, 1500);
      return [batch.low[600], batch.high[600]];
    })()"""
    low, high = lab.call("netcurvelines.mjs", call)
    part = loss[int(np.rint(600 * 1.5)) : int(np.rint(601 * 1.5))]
    assert [low, high] == pytest.approx([part.min(), part.max()])


def test_a_drag_goes_to_a_step_and_hidden_networks_are_left_out(netlab: NetLab) -> None:
    lab = netlab.open({"steps": "200", "r1": "momentum~lr~0.03", "r2": "adam~lr~0.01"})
    box = lab.page.locator(PLOT).bounding_box()
    assert box is not None
    middle = box["x"] + LEFT + (box["width"] - LEFT - RIGHT) / 2
    lab.page.mouse.move(middle + 200, box["y"] + 30)
    lab.page.mouse.down()
    lab.page.mouse.move(middle, box["y"] + 30)
    lab.page.mouse.up()
    lab.page.mouse.move(5, 5)
    lab.page.wait_for_timeout(100)
    assert lab.clock()["t"] == 100 and not lab.clock()["playing"]
    assert lab.colored(PLOT, 1) > 100
    lab.page.evaluate("window.descentLab.store.edit('run_visible', { run: 1, value: false })")
    lab.page.wait_for_function("!window.descentLab.store.state.header.scenario.runs[1].visible")
    lab.page.wait_for_timeout(100)
    assert lab.colored(PLOT, 1) == 0
    assert lab.page.locator(".dl-net-curves [data-kind=lr]").is_hidden(), "no schedule, no curve of it"


def test_axes(netlab: NetLab) -> None:
    """Logarithmic where it helps, at most eight decades; what diverges does not press the others flat."""
    lab = netlab.open({"steps": "200"})
    call = (
        "(({ kind, low, high }) => [kind, low, high])(m.axisFor(a[0], a[1].map((values) => ({ values })), 'classes'))"
    )

    def axis(kind: str, *lines: list[float]) -> tuple[str, float, float]:
        kind, low, high = lab.call("netcurvelines.mjs", call, kind, lines)
        return kind, low, high

    assert axis("loss", [0.7, 0.3, 0.2])[0] == "linear"
    kind, low, high = axis("loss", [0.7, 1e-3], [0.7, 1e-20])
    assert kind == "log" and 1e-10 < low < 0.7e-8 and 0.7 < high < 3
    assert axis("loss", [0.7, 1e30], [0.7, 0.1])[2] < 1000
    assert axis("mistakes", [50.0, 2.0, 0.0])[:2] == ("linear", 0)
    assert axis("gap", [-0.1, 0.2, 0.3])[1] < -0.1
    assert lab.call("netcurvelines.mjs", "m.axisFor('loss', [{ values: [NaN, NaN] }], 'classes')") is None
