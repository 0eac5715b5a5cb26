"""Ensembles on the page: what they say is what was measured."""

from __future__ import annotations

import numpy as np
import pytest
from netlab import NetLab
from playwright.sync_api import expect
from test_net_regularization_page import QUERY, measured, taken

pytestmark = pytest.mark.browser


def test_what_networks_are_worth_together_is_what_was_measured(netlab: NetLab) -> None:
    """The sentence, what is read out of a member, the numbers; then snapshots, in step with the clock."""
    netlab.open({**QUERY, "view": "ensemble~members~3"})
    page = netlab.page
    parts = [header for header, _ in measured(netlab)]
    members = [header["loss"][1] for header in parts if header.get("of") == "member"]
    together = [header["loss"][1] for header in parts if header.get("of") == "mean"][-1]
    verdict = page.locator(".dl-reg-verdict")
    better = sum(together < loss for loss in members)
    expect(verdict).to_contain_text(f"alone {np.mean(members):#.3g} on average; better than {better} of 3")

    gallery = page.locator(".dl-ens-both > .dl-net-chart").first
    gallery.focus()
    read = page.locator(".dl-net-read")
    for _ in range(2):  # beyond the end of the large picture: into the first tile, and on
        page.keyboard.press("End")
        page.keyboard.press("ArrowRight")
    expect(read).to_contain_text("network 2")
    expect(read).to_contain_text(f"test loss {members[1]:#.7g}"[:16])

    rows = taken(netlab)
    assert [float(row["test_loss"]) for row in rows if row["what"] == "member"] == pytest.approx(members, rel=1e-6)

    netlab.edited(lambda: page.locator('[data-key="view:ensemble:kind"]').select_option("snapshots"))
    netlab.settled()
    chart = page.locator(".dl-ens-both > .dl-net-chart").last
    chart.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    assert netlab.clock()["t"] == 0
    expect(verdict).to_contain_text("3 snapshots of one run together")
