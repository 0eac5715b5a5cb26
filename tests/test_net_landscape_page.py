"""The landscape on the page of networks: maps, words, 3-D, lines, what cannot be drawn."""

from __future__ import annotations

import csv
import re
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from netlab import NetLab
from playwright.sync_api import expect

from visualizer.networks.viewing import request

pytestmark = pytest.mark.browser
SMALL = {"net": "moons~train~60", "shape": "hidden~8", "steps": "120", "lang": "en"}
TWO = {**SMALL, "r1": "adam~lr~0.02", "r2": "sgd~lr~0.1"}
THREE = {**TWO, "r3": "momentum~~learn~seed~3"}


def parts_of(lab: NetLab, kind: str) -> list[tuple[dict[str, Any], Any]]:
    """Those of the view on the page, from the engine."""
    return [
        part for part in request(lab.study()).parts(threading.Event()) if kind in (part[0]["kind"], part[0].get("of"))
    ]


def press(lab: NetLab, name: str) -> None:
    lab.page.locator(f'[data-key="landscape:{name}"]').click()


def slice_by(lab: NetLab, value: str) -> None:
    lab.edited(lambda: lab.page.locator('.dl-net-options select[data-key="view:landscape:by"]').select_option(value))


def number(text: str) -> float:
    return float(text.replace("\u2212", "-").replace("%", ""))


def card(lab: NetLab) -> dict[str, str]:
    """The rows of the card beside the pointer."""
    shown = lab.page.locator(".dl-ls > .dl-card")
    expect(shown).to_be_visible()
    return dict(zip(shown.locator("dt").all_inner_texts(), shown.locator("dd").all_inner_texts(), strict=True))


def test_maps_say_what_the_engine_found(netlab: NetLab, tmp_path: Path) -> None:
    lab = netlab.open(THREE)
    page = lab.page
    expect(page.locator(".dl-ls-map")).to_have_count(2)
    ((about, _),) = parts_of(lab, "landscape")
    a, b = about["share"]
    words = page.locator(".dl-ls-words")
    shares = [number(text) for text in re.findall(r"[\d.]+%", words.locator("p").first.inner_text())]
    assert shares == pytest.approx([100 * (a + b), 100 * a, 100 * b], abs=0.06)

    # True heights and distances, in step with the clock.
    heights, ways = parts_of(lab, "heights"), parts_of(lab, "way")
    for step, k in ((0, 0), (60, 30), (120, 60)):
        lab.stand(step)
        expect(words.locator("thead th").first).to_have_text(f"step {step}")
        for group, (_, height), (_, way) in zip(words.locator("tbody").all(), heights, ways, strict=True):
            cells = [number(text) for text in group.locator("td:not([colspan])").all_inner_texts()]
            own, above = height["own"][k], height["own"][k] - height["projected"][k]
            assert cells == pytest.approx([own[0], above[0], own[1], above[1]], rel=0.006, abs=1e-9)
            said = group.locator("td[colspan]").inner_text()
            assert number(said.split()[0]) == pytest.approx(way["distance"][k], rel=0.006)

    # A node of the test map, by the pointer, and the lowest of the training map, by keys.
    loss = np.full((101, 101, 2), np.nan)
    for _, nodes in parts_of(lab, "nodes"):
        loss[nodes["rows"], nodes["columns"]] = nodes["loss"]
    x0, x1, y0, y1 = about["window"]

    def check() -> tuple[int, int]:
        rows = card(lab)
        column = round((number(rows["u"]) - x0) / (x1 - x0) * 100)
        row = round((number(rows["v"]) - y0) / (y1 - y0) * 100)
        found = [number(rows["Training loss"]), number(rows["Test loss"])]
        np.testing.assert_allclose(found, loss[row, column], rtol=6e-7)  # 7 digits are written
        return row, column

    box = page.locator(".dl-ls-map").nth(1).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 12)
    check()
    page.locator(".dl-ls-map").first.focus()
    before = lab.clock()["t"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    lowest = np.unravel_index(np.nanargmin(loss[..., 0]), (101, 101))
    if 0 < lowest[1] < 100:
        assert check() == tuple(lowest)
    assert lab.clock()["t"] == before, "the arrows are the map's while it has the focus"

    # Taken away: every node and every snapshot, for either kind of points.
    page.locator('[data-key="map:export"]').click()
    with page.expect_download() as download:
        page.locator(".dl-menu [role=menuitem]").nth(2).click()
    download.value.save_as(tmp_path / "slice.csv")
    with (tmp_path / "slice.csv").open() as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    nodes = [row for row in rows if row["what"] == "node" and row["points"] == "test"]
    np.testing.assert_allclose([float(row["loss"]) for row in nodes], loss[..., 1].ravel(), rtol=1e-6)
    assert len([row for row in rows if row["what"] == "path"]) == 2 * 3 * len(ways[0][1]["distance"])
    assert not lab.errors


@pytest.mark.space
def test_one_map_or_the_slice_in_three_dimensions(netlab: NetLab) -> None:
    lab = netlab.open(TWO)
    page = lab.page
    press(lab, "test")
    expect(page.locator(".dl-ls-map:visible")).to_have_count(1)
    expect(page.locator(".dl-ls-map:visible")).to_have_attribute("aria-label", "Test loss")
    press(lab, "solid")
    page.wait_for_function("performance.getEntriesByName('dl:landscape-3d').length > 0", timeout=60_000)
    expect(page.locator(".dl-ls-map:visible")).to_have_count(0)
    expect(page.locator('[data-key="landscape:both"]')).to_be_disabled()
    lab.stand(0)
    # Both begin at one point, at a loss that is above the plane's: a path is seen that a draped one would not be.
    heights = parts_of(lab, "heights")
    own, beneath = (heights[0][1][name][0, 1] for name in ("own", "projected"))
    z = page.evaluate(
        "document.querySelector('.dl-ls-scene .js-plotly-plot')._fullLayout.scene.zaxis.range.map((at) => 10 ** at)"
    )
    assert z[0] < min(own, beneath) and max(own, beneath) < z[1]
    before = lab.pixels(".dl-ls-scene")
    lab.stand(120)
    assert (lab.pixels(".dl-ls-scene") != before).any(axis=2).sum() > 50, "the heads move"
    press(lab, "flat")
    press(lab, "both")
    expect(page.locator(".dl-ls-map:visible")).to_have_count(2)
    assert not lab.errors


def test_other_slices_and_what_cannot_be_drawn(netlab: NetLab) -> None:
    lab = netlab.open(TWO)
    page = lab.page
    slice_by(lab, "three")
    expect(page.locator(".dl-net-said")).to_contain_text("duplicate one")
    slice_by(lab, "line")
    expect(page.locator(".dl-ls-words")).to_contain_text("From the end of Adam")
    ((header, _),) = parts_of(lab, "line")
    item = page.locator(".dl-ls-words li").inner_text()
    assert number(re.findall(r"[\d.]+", item)[0]) == pytest.approx(header["length"], rel=0.006)
    expect(page.locator(".dl-ls-lines .dl-ls-strip:visible")).to_have_count(4)
    slice_by(lab, "random")
    ((about, _),) = parts_of(lab, "landscape")
    sentence = page.locator(".dl-ls-words p").first.inner_text()
    assert number(re.findall(r"[\u2212\d.]+\d", sentence)[-1]) == pytest.approx(about["cosine"], rel=0.06)
    expect(page.locator('[data-key="view:landscape:seed"]')).to_be_visible()
    page.locator('[data-key="landscape:about"]').click()
    expect(page.locator(".dl-ls-about")).to_contain_text("right angles")
    page.keyboard.press("Escape")

    # Another learner is looked at: the slice is around its end.
    lab.edited(lambda: page.evaluate("window.descentLab.store.edit('look', { value: 1 })"))
    expect(page.locator(".dl-ls-words p").first).to_contain_text("Around the end of SGD")
    assert not lab.errors


def test_the_clock_may_tick_before_the_first_slice_is_drawn(netlab: NetLab) -> None:
    """Red if the words beside a slice asked it for its steps before it was there."""
    netlab.open()
    frame = "m.createWords(window.descentLab.store).frameAt(3) ?? null"
    assert netlab.call("netlandscapewords.mjs", frame) is None


def test_missing_nodes_are_read_off_the_coarse_ones(netlab: NetLab) -> None:
    """Of a loss that is linear in u and v nothing changes when the others come. Red with rows for columns."""
    lab = netlab.open(TWO)
    differs = lab.page.evaluate(
        """async () => {
          const names = performance.getEntriesByType("resource").map((one) => one.name);
          const name = names.find((one) => one.endsWith("/netlandscapenodes.mjs"));
          const { createNodes } = await import(name);
          const nodes = createNodes([0, 32, 0, 48], [33, 49]);
          const lossAt = (row, column) => 1 + 2 * column + 5 * row;
          const send = (stride, old) => {
            const [rows, columns] = [[], []];
            for (let row = 0; row < 49; row += stride) for (let column = 0; column < 33; column += stride) {
              if (old && row % old === 0 && column % old === 0) continue;
              rows.push(row); columns.push(column);
            }
            const loss = rows.flatMap((row, i) => [lossAt(row, columns[i]), 100 - lossAt(row, columns[i])]);
            nodes.add({ rows, columns, loss, mistakes: loss });
          };
          const right = (k) => lossAt(Math.floor(k / 33), k % 33);
          const off = () => Math.max(...nodes.filled(0).map((value, k) => Math.abs(value - right(k))));
          if (nodes.filled(0) !== null) return "something before anything came";
          const found = [];
          for (const [stride, old] of [[16, 0], [8, 16], [4, 8], [2, 4], [1, 2]]) {
            send(stride, old);
            found.push(off());
          }
          return [Math.max(...found), nodes.complete, nodes.lowest[0], nodes.lowest[1], nodes.high];
        }"""
    )
    assert differs == [pytest.approx(0, abs=1e-4), True, 0, 33 * 49 - 1, 1 + 64 + 240]
