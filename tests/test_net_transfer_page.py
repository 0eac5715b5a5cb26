"""Transfer on the page: what it says is what was measured."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from netlab import NetLab
from playwright.sync_api import expect

from visualizer.networks.advice import advice
from visualizer.networks.intervals import Interval
from visualizer.networks.transfer import PAIRS, Plan, Transferred, transferred

pytestmark = pytest.mark.browser
PAIR, STEPS, SEEDS = "moons_turned", 60, 4
VIEW = f"transfer~pair~{PAIR}~steps~{STEPS}~seeds~{SEEDS}"


def measured() -> Transferred:
    pair = PAIRS[PAIR]
    return transferred(pair, pair.network((6, 5)), Plan(seeds=SEEDS, steps=STEPS))


def said(gain: Interval, k: int) -> str:
    """The cell for a gain, in the page's words."""
    sign = gain.sign[k]
    mean, low, high = (100 * end[k] for end in (gain.mean, gain.low, gain.high))
    if sign < 0:
        mean, low, high = -mean, -high, -low
    ends = f"[{low:.1f}, {high:.1f}]"
    text = {
        1: f"helps by {mean:.1f} {ends}",
        0: f"cannot be told: {mean:.1f} {ends}",
        -1: f"hurts by {mean:.1f} {ends}",
    }
    return text[sign].replace("-", "\u2212").replace("\u22120.0", "0.0")


def cells(netlab: NetLab) -> list[list[str]]:
    return netlab.page.evaluate(
        "() => [...document.querySelectorAll('.dl-transfer-table tbody tr')].map((row) =>"
        " [...row.children].map((cell) => cell.textContent))"
    )


def taken(netlab: NetLab) -> tuple[str, list[dict[str, Any]]]:
    """The first line and the rows of what is saved as CSV."""
    netlab.page.locator('.dl-net-view [data-key="map:export"]').click()
    with netlab.page.expect_download() as found:
        netlab.page.get_by_role("menuitem").nth(2).click()
    first, _, rest = Path(found.value.path()).read_text().partition("\n")
    return first, list(csv.DictReader(rest.splitlines()))


def test_what_transfer_says_is_what_was_measured(netlab: NetLab) -> None:
    """The table against the engine; a click and the keys choose a size; the numbers can be taken along."""
    netlab.open({"net": "xor", "shape": "hidden~6_5", "view": VIEW, "r": "none", "lang": "en"})
    page, found = netlab.page, measured()
    table = cells(netlab)
    assert [row[0] for row in table] == ["10", "30", "100", "300"]
    for k, row in enumerate(table):
        assert row[1] == f"{100 * found.mistakes[0, k, :, -1, 1].mean():.1f}%"
        assert row[2:] == [said(found.gain(way), k) for way in ("tuned", "frozen")]
    words = {1: "holds", 0: "cannot be told", -1: "does not hold"}
    told = page.locator(".dl-transfer-advice b").all_text_contents()
    assert told == [words[one.verdict] for one in advice(True, found)]

    sizes = page.locator(".dl-transfer-sizes")
    sizes.press("ArrowRight")
    expect(sizes).to_have_attribute("aria-valuetext", "Steps, with 30 target examples")
    page.locator(".dl-transfer-table tbody tr").nth(3).click()
    expect(sizes).to_have_attribute("aria-valuetext", "Steps, with 300 target examples")
    page.locator(".dl-transfer select").select_option("loss")
    assert cells(netlab)[0][1] == f"{found.loss[0, 0, :, -1, 1].mean():#.3g}"

    first, rows = taken(netlab)
    assert "CS231n" in first
    ends = [row for row in rows if row["seed"] != "mean" and row["way"] == "tuned" and row["target_examples"] == "100"]
    np.testing.assert_allclose([float(row["test_loss"]) for row in ends], found.loss[1, 2, :, -1, 1], rtol=1e-6)

    page.get_by_role("button", name="中文").click()
    expect(page.locator(".dl-transfer-table thead")).to_contain_text("从头训练")
    expect(sizes).to_have_attribute("aria-valuetext", "步数（300 个目标样本）")
