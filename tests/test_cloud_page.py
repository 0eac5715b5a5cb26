"""The noise cloud on the page: over the contour, at the play position, with the numbers of its seeds' own runs."""

from __future__ import annotations

import re

import numpy as np
import pytest
from lab import Lab
from playwright.sync_api import expect
from test_map_page import mapped

from visualizer import rollout

pytestmark = pytest.mark.browser
NOISE = ("gaussian", {"sigma": 1.0})
SADDLE = {
    "v": "1",
    "f": "saddle_floor",
    "r1": "sgd~lr~0.05",
    "x": "1.5",
    "y": "0",
    "steps": "80",
    "noise": "gaussian~sigma~1",
    "map": "cloud~0~~seeds~256",
    "lang": "en",
}
# The cloud's dots are the only ones of these colors: those of the first two minima, in light.
COLORS = ((0x44, 0x77, 0xAA), (0xCC, 0x33, 0x11))


def dots(lab: Lab) -> list[int]:
    """Pixels of the two colors on the contour's canvas of moving things, above and below its middle each."""
    return lab.page.evaluate(
        """(colors) => {
          const canvases = [...document.querySelectorAll(".dl-contour canvas.dl-layer")].map((canvas) => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const found = [0, 0, 0, 0];
            for (let i = 0; i < data.length; i += 4) {
              colors.forEach((color, k) => {
                const off = Math.max(...color.map((part, j) => Math.abs(part - data[i + j])));
                if (data[i + 3] > 100 && off < 12) found[2 * k + Number(i / 4 / canvas.width > canvas.height / 2)]++;
              });
            }
            return found;
          });
          return canvases.reduce((sum, found) => sum.map((count, i) => count + found[i]), [0, 0, 0, 0]);
        }""",
        [list(color) for color in COLORS],
    )


def test_the_cloud_is_on_the_contour_and_follows_the_play_position(lab: Lab) -> None:
    lab.open(SADDLE)
    mapped(lab)
    lab.stand(0)
    begun = dots(lab)
    lab.stand(80)
    upper, above, below, lower = dots(lab)
    assert min(upper, lower) > 60, "one color ends above, the other below"
    assert max(above, below) < 0.2 * min(upper, lower)
    assert sum(begun) < 60, "at the start they are all in one place"
    lab.stand(40)
    assert dots(lab) != [upper, above, below, lower]
    lab.edited(lambda: lab.page.get_by_role("tab", name="Learning rates").click())
    assert sum(dots(lab)) < 10, "another map has no cloud"


def test_what_is_said_is_what_the_rollouts_of_the_seeds_do(lab: Lab) -> None:
    lab.open(SADDLE)
    mapped(lab)
    radius = 0.1 * np.hypot(6, 6)
    paths = np.stack(
        [
            rollout("saddle_floor", "sgd", (1.5, 0.0), 80, {"lr": 0.05}, noise=NOISE, seed=seed).xy
            for seed in range(256)
        ],
        axis=-1,
    )
    out = np.maximum.accumulate(np.abs(paths[:, 1]) > radius, axis=0).sum(axis=1)
    for step in (20, 30, 80):
        lab.stand(step)
        said = lab.page.locator(".dl-cloud-read").inner_text()
        found = re.fullmatch(r"step (\d+): ([\d.]+)% have left \((\d+)\)", said)
        assert found, said
        assert int(found[1]) == step
        assert abs(int(found[3]) - out[step]) <= 1, "float32 beside float64"
        assert float(found[2]) == pytest.approx(int(found[3]) / 2.56, abs=0.06)
    panel = lab.page.locator(".dl-cloud")
    expect(panel).to_contain_text(f"of 256, {out[-1] / 2.56:.1f}".removesuffix(".0"))
    half = np.argmax(out >= 128)
    expect(panel).to_contain_text(f"Half have by step {half} (95%:")
    reach = np.hypot(paths[-1, 0], np.abs(paths[-1, 1]) - np.sqrt(5)) <= radius
    shares = [float(text.rstrip("%")) for text in panel.locator("td:nth-child(2)").all_inner_texts()[:2]]
    counted = [(reach & (side * paths[-1, 1] > 0)).mean() * 100 for side in (1, -1)]
    np.testing.assert_allclose(sorted(shares), sorted(counted), atol=0.5)


def test_a_click_on_the_curve_goes_to_that_step_and_colors_can_say_who_has_left(lab: Lab) -> None:
    lab.open(SADDLE)
    mapped(lab)
    frame = lab.page.locator(".dl-cloud-frame").first
    box = frame.bounding_box()
    assert box is not None
    frame.click(position={"x": 46 + (box["width"] - 64) / 2, "y": 30})
    lab.page.wait_for_timeout(100)
    assert abs(lab.clock()["t"] - 40) <= 1 and not lab.clock()["playing"]
    lab.stand(80)
    lab.page.locator(".dl-cloud").get_by_label("Color").select_option("left")
    lab.stand(80)
    upper, above, below, lower = dots(lab)
    assert max(upper, above) < 0.2 * min(below, lower) and min(below, lower) > 60, (
        "all have left: one color on both sides"
    )
    expect(lab.page.locator(".dl-cloud-key")).to_have_text("still therehas left")


def test_seeds_are_chosen_and_stay_with_the_link(lab: Lab) -> None:
    lab.open(SADDLE)
    mapped(lab)
    header = lab.edited(lambda: lab.page.get_by_label("How many seeds").select_option("4096"))
    assert header["chart"]["options"]["seeds"]["value"] == "4096" and "seeds~4096" in header["query"].replace(
        "%7E", "~"
    )
    mapped(lab)
    lab.page.wait_for_timeout(200)
    lab.stand(80)
    expect(lab.page.locator(".dl-cloud")).to_contain_text("of 4\u202f096")


def test_without_noise_it_says_so_and_adds_some(lab: Lab) -> None:
    lab.open({**SADDLE, "noise": "none"})
    mapped(lab)
    panel = lab.page.locator(".dl-cloud")
    expect(panel).to_contain_text("Nothing is random in this run")
    expect(panel.locator(".dl-cloud-body")).to_be_hidden()
    assert sum(dots(lab)) < 10
    header = lab.edited(lambda: panel.get_by_role("button", name="Add gradient noise").click())
    assert header["scenario"]["noise"]["slug"] == "gaussian"
    mapped(lab)
    expect(panel.locator(".dl-cloud-body")).to_be_visible()
    expect(panel.locator(".dl-cloud-empty")).to_be_hidden()
    lab.page.get_by_role("button", name="中文").click()
    expect(panel).to_contain_text("终点在何处")
    assert not lab.errors
