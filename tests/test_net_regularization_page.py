"""Regularization on the page: what it says is what was measured."""

from __future__ import annotations

import csv
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from netlab import NetLab
from playwright.sync_api import expect

from visualizer.networks import viewing

pytestmark = pytest.mark.browser
QUERY = {"net": "moons~train~30~noise~0.35", "shape": "hidden~12_12", "steps": "90", "r1": "adam~lr~0.02"}
MINUS = "\u2212"


def measured(netlab: NetLab) -> list[Any]:
    """The parts of the page's view, computed here."""
    return list(viewing.request(netlab.study()).parts(threading.Event()))


def taken(netlab: NetLab) -> list[dict[str, str]]:
    """The rows of what is saved as CSV."""
    netlab.page.locator('.dl-net-view [data-key="map:export"]').click()
    with netlab.page.expect_download() as found:
        netlab.page.get_by_role("menuitem").nth(2).click()
    return list(csv.DictReader(Path(found.value.path()).read_text().splitlines()[1:]))


def test_what_is_said_of_a_change_is_what_was_measured(netlab: NetLab) -> None:
    """The verdict, the table, what is read out, and the numbers to be taken along; then all changes, in Chinese."""
    netlab.open({**QUERY, "view": "regularization~seeds~4"})
    page = netlab.page
    seeds = [(header, arrays) for header, arrays in measured(netlab) if header.get("of") == "seed"]
    row = next(row for row in seeds[-1][0]["table"] if row["name"] == "test")
    mean, low, high, _ = row["difference"]
    cell = page.locator(".dl-reg-table tbody tr").nth(1).locator("td").nth(2)
    shown, _, half = cell.inner_text().replace(MINUS, "-").partition(" ± ")
    assert float(shown) == pytest.approx(mean, abs=0.06 * (high - low))
    assert float(half) == pytest.approx((high - low) / 2, rel=0.05)
    start = {"helps": "L2 0.01 helps", "hurts": "L2 0.01 does harm", "unknown": "Whether L2 0.01 helps"}
    expect(page.locator(".dl-reg-verdict")).to_contain_text(start[row["verdict"]])

    chart = page.locator(".dl-reg > .dl-net-chart")
    chart.focus()
    page.keyboard.press("Home")
    loss = np.stack([arrays["loss"] for _, arrays in seeds])
    read = page.locator(".dl-net-read")
    expect(read).to_contain_text(f"test {loss[:, 0, 0, 2].mean():#.7g}"[:10])
    page.keyboard.press("Enter")  # to the step that is read
    assert netlab.clock()["t"] == 0

    rows = taken(netlab)
    at = seeds[0][0]["at"]
    assert len(rows) == 2 * 4 * len(at)
    last = [float(one["test_loss"]) for one in rows if one["side"] == "with" and one["step"] == str(at[-1])]
    assert last == pytest.approx(loss[:, 1, -1, 2], rel=1e-6)

    netlab.edited(lambda: page.locator('[data-key="view:regularization:mode"]').select_option("all"))
    netlab.settled()
    netlab.edited(lambda: page.get_by_role("button", name="中文").click())
    found = [header for header, _ in measured(netlab) if header.get("of") == "changes"][-1]["rows"]
    verdict = page.locator(".dl-reg-verdict").inner_text()
    helps, _, _ = verdict.partition("。")
    titles = {"l2": "L2 正则", "stopping": "提前停止", "decay": "解耦权重衰减", "narrow": "更少的单元"}
    for one in found:
        if one["change"] in titles:
            assert (titles[one["change"]] in helps) == (one["verdict"]["loss"] == "helps")
