"""The workbench on the page: its slots are shown by names that a reader understands, and turned like any dial."""

from __future__ import annotations

import numpy as np
import pytest
from lab import Lab, truth

from optimizers._slots import PSI
from visualizer.scenario import Scenario

ADAM = "built~lr~0.1~phi~ema~psi~ema~correct_m~1~correct_v~moment"
RACE = {"v": "1", "f": "ravine", "r1": ADAM, "r2": "adam~lr~0.1"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_slot_is_picked_by_its_title(lab: Lab, lang: str) -> None:
    lab.open({**RACE, "lang": lang})
    lab.page.locator(".dl-lane button[aria-expanded]").first.click()
    slot = lab.page.locator("select[aria-label*='psi']")
    titles = [title.pair()[lang == "zh"] for title in PSI.values()]
    assert slot.locator("option").all_text_contents() == titles
    lab.edited(lambda: slot.select_option(label=titles[list(PSI).index("max")]))
    meant, problems = Scenario.from_query({**RACE, "r1": ADAM.replace("psi~ema", "psi~max")})
    assert not problems
    np.testing.assert_array_equal(lab.path(), truth(meant).astype(np.float32))
    built, adam = np.split(lab.path(), 2)
    assert np.abs(built - adam).max() > 1e-3
    assert lab.errors == []
