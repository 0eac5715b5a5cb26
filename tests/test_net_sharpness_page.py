"""The view of sharpness in real Chromium: its numbers are the engine's, and the edge of stability is one click away."""

from __future__ import annotations

import pytest
from netlab import NetLab

from visualizer.networks import train
from visualizer.networks.curvature import top

SMALL = {"shape": "hidden~8", "steps": "200", "r1": "sgd~lr~0.1", "view": "sharpness~k~2"}


def said(netlab: NetLab, selector: str) -> str:
    return netlab.page.locator(selector).inner_text()


@pytest.mark.browser
def test_sharpness_is_read_off_and_its_edge_shown_by_a_click(netlab: NetLab) -> None:
    netlab.open(SMALL)
    one = netlab.study()
    [run] = train(one.network, one.points, [one.learners[0].recipe], 200)
    expected = top(one.network, one.points, run.theta[run.at.tolist().index(100)], 2).values
    netlab.page.evaluate("window.descentLab.store.seek(100)")
    netlab.page.wait_for_function("document.querySelector('.dl-sharp-read').textContent.includes('100')")
    numbers = said(netlab, ".dl-sharp-read").split("λ")[1:]
    for value, text in zip(expected, numbers, strict=True):
        assert float(text.split("·")[0].split()[-1]) == pytest.approx(value, rel=2e-3)
    row = netlab.page.locator(".dl-sharp-table tbody tr").inner_text()
    assert "20.00" in row and "±" in row  # 2 / lr, and the trace
    assert "not a place to hover" in said(netlab, ".dl-sharp-remarks")

    netlab.page.locator(".dl-sharp-show").click()
    netlab.page.wait_for_function("window.descentLab.store.state.header.scenario.dataset === 'spirals'")
    netlab.settled()
    netlab.page.evaluate("window.descentLab.store.seek(window.descentLab.store.clock.last)")
    halves = [
        float(text.split()[0])
        for text in netlab.page.locator(".dl-sharp-table tbody td:nth-child(5)").all_inner_texts()
    ]
    assert 0.9 < halves[0] < 1.1 and halves[1] < 0.7
    assert not netlab.page.locator(".dl-sharp-show").is_visible()
    netlab.page.evaluate("window.descentLab.store.edit('undo', {})")
    netlab.page.wait_for_function("window.descentLab.store.state.header.scenario.dataset === 'moons'")
    assert netlab.study() == one
    assert not netlab.errors
