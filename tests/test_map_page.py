"""Maps on the page: opened, read, compared, clicked into the race."""

from __future__ import annotations

import numpy as np
import pytest
from lab import Lab
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
BOTH = {"v": "1", "f": "himmelblau", "r1": "adam~lr~0.1", "r2": "momentum~lr~0.005", "steps": "200", "lang": "en"}


def mapped(lab: Lab) -> None:
    """The map of the newest scenario is whole; its programs may have to be compiled, beside those of other tests."""
    lab.page.wait_for_function(
        """() => {
          const { chart } = window.descentLab.store.state.header;
          return performance.getEntriesByName("dl:map").some((mark) => mark.detail.key === chart?.key);
        }""",
        timeout=240_000,
    )


def test_the_basins_of_a_run_and_of_another_beside_it(lab: Lab) -> None:
    lab.open(BOTH)
    header = lab.edited(lambda: lab.page.keyboard.press("b"))
    assert (header["chart"]["kind"], header["chart"]["runs"]) == ("basins", [0])
    mapped(lab)
    panel = lab.page.locator(".dl-map")
    expect(panel).to_be_visible()
    shares = [float(text.rstrip("%")) for text in panel.locator(".dl-map-legend b").all_inner_texts()]
    assert len(shares) == 4 and sum(shares) == pytest.approx(100, abs=0.3), "Himmelblau's four minima"
    drawn = lab.pixels(".dl-map-frame")
    assert len(np.unique(drawn.reshape(-1, 3) // 64, axis=0)) > 4, "a picture of several colors"

    lab.edited(lambda: panel.get_by_label("Compare with").select_option("1"))
    mapped(lab)
    expect(panel.locator(".dl-map-plot")).to_have_count(2)
    assert "map=basins%7E0%7E1" in lab.header()["query"] or "map=basins~0~1" in lab.header()["query"]
    assert "chart" not in lab.edited(lambda: lab.page.keyboard.press("b"))
    expect(panel).to_be_hidden()


def test_a_click_on_a_map_of_basins_starts_there(lab: Lab) -> None:
    lab.open({**BOTH, "map": "basins~0"})
    mapped(lab)
    frame = lab.page.locator(".dl-map-frame")
    box = frame.bounding_box()
    assert box is not None
    frame.hover(position={"x": box["width"] * 0.75, "y": box["height"] * 0.3})
    expect(lab.page.locator(".dl-map-read")).to_contain_text("→ A in about")
    header = lab.edited(lambda: frame.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.3}))
    np.testing.assert_allclose(header["scenario"]["start"], [3.0, 2.4], atol=0.1)
    lab.page.wait_for_timeout(300)
    mapped(lab)


def test_the_rates_of_all_runs_and_a_click_that_takes_one(lab: Lab) -> None:
    lab.open({**BOTH, "map": "rates~0~1"})
    mapped(lab)
    frame = lab.page.locator(".dl-map-rates")
    assert min(lab.colored(".dl-map-rates", slot) for slot in (0, 1)) > 150, "a line for each"
    box = frame.bounding_box()
    assert box is not None
    for y in range(20, int(box["height"]) - 45, 12):  # up to the line
        frame.hover(position={"x": box["width"] * 0.3, "y": y})
        if "lr =" in lab.page.locator(".dl-map .dl-map-read").inner_text():
            break
    before = [run["hyper"]["lr"] for run in lab.header()["scenario"]["runs"]]
    header = lab.edited(lambda: frame.click(position={"x": box["width"] * 0.3, "y": y}))
    after = [run["hyper"]["lr"] for run in header["scenario"]["runs"]]
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_two_dials_and_a_pixel_of_them_in_the_race(lab: Lab) -> None:
    lab.open({"v": "1", "f": "ravine", "r1": "momentum~lr~0.01", "steps": "200", "map": "grid~0", "lang": "en"})
    mapped(lab)
    panel = lab.page.locator(".dl-map")
    assert [axis["dial"] for axis in lab.header()["chart"]["axes"]] == ["lr", "momentum"]
    expect(panel).to_contain_text("where stability ends by the theory")
    inner = panel.locator(".dl-map-inner")
    box = inner.bounding_box()
    assert box is not None
    header = lab.edited(lambda: inner.click(position={"x": box["width"] / 2, "y": box["height"] / 2}))
    made = header["scenario"]["runs"][1]["hyper"]
    axes = header["chart"]["axes"]
    middle = np.sqrt(axes[0]["low"] * axes[0]["high"])
    assert made["lr"] == pytest.approx(middle, rel=0.05)
    assert made["lr"] == float(f"{made['lr']:.4g}"), "a value that can be said"

    header = lab.edited(lambda: panel.get_by_label("Up").select_option("dampening"))
    assert [axis["dial"] for axis in header["chart"]["axes"]] == ["lr", "dampening"]
    mapped(lab)
    header = lab.edited(lambda: panel.get_by_label("Up").select_option("lr"))
    assert [axis["dial"] for axis in header["chart"]["axes"]] == ["dampening", "lr"], "the two change places"
    lab.edited(lambda: lab.page.get_by_role("tab", name="Basins of attraction").click())
    assert lab.header()["chart"]["kind"] == "basins"
    mapped(lab)


def test_the_global_minimum_of_very_many_is_named_first(lab: Lab) -> None:
    """Rastrigin has 11 x 11 minima in its window, and descent by small steps ends at the nearest: a 121st each."""
    lab.open({"v": "1", "f": "rastrigin", "r1": "sgd~lr~0.001", "steps": "300", "map": "basins~0", "lang": "en"})
    mapped(lab)
    expect(lab.page.locator(".dl-map-legend li").first).to_be_visible()
    rows = lab.page.locator(".dl-map-legend li").all_inner_texts()
    assert "★" in rows[0] and "(0, 0)" in rows[0]
    share, rest = (float(row.split()[-1].rstrip("%")) for row in (rows[0], rows[-1]))
    assert share == pytest.approx(100 / 10.24**2, abs=0.1), "a square of side 1 of one of side 10.24"
    assert "115 more" in rows[-1] and rest == pytest.approx(100 - 6 * share, abs=2.0)
