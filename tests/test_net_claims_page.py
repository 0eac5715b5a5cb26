"""The view of claims in real Chromium: what it says is what the seeds say."""

from __future__ import annotations

import pytest
from netlab import NetLab

from visualizer.networks.questions import QUESTIONS, answered, judged

WORDS = {"holds": "holds here", "against": "does not hold here", "open": "cannot be told with 4 seeds"}


@pytest.mark.browser
def test_a_claim_is_judged_as_its_intervals_say(netlab: NetLab) -> None:
    netlab.open({"net": "moons~train~60", "shape": "hidden~8", "view": "claims~question~sam_updates~seeds~4"})
    one = netlab.study()
    assert one.data["train"] == 60
    data = {name: one.data[name] for name in ("train", "noise", "mislabeled")}
    comparison = answered(QUESTIONS["sam_updates"], one.network, one.dataset, range(4), data=data).comparison
    [verdicts] = judged(QUESTIONS["sam_updates"], comparison)
    lines = netlab.page.locator(".dl-claims-said li").all_inner_texts()
    for verdict, line in zip(verdicts, lines, strict=True):
        assert WORDS[verdict.found] in line
        assert f"{abs(verdict.interval.mean):.3g}"[:4] in line.replace("−", "")

    forest = netlab.page.locator(".dl-claims-forest")
    forest.focus()
    forest.press("ArrowRight")  # the mean of the first arm's training loss
    mean = comparison.of("none", "train_loss").mean
    assert f"{mean:.7g}"[:8] in netlab.page.locator(".dl-claims-read").inner_text()
    netlab.page.evaluate("window.descentLab.store.edit('lang', { value: 'zh' })")
    netlab.page.wait_for_function("document.querySelector('.dl-claims-how').textContent.includes('种子')")
    assert not netlab.errors
