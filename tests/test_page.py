"""The page's script over the catalogue, without a browser: what it sends for each optimizer and each surface."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from streamlit.testing.v1 import AppTest

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import RULES
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.edits import CURVES
from visualizer.race import race
from visualizer.scenario import Scenario


def opened(query: dict[str, str]) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def sent(app: AppTest) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays of the payload that the page mounted."""
    payloads = [element.proto.bytes for element in app.main if getattr(element.proto, "bytes", b"")]
    assert len(payloads) == 1
    content = payloads[0]
    (length,) = struct.unpack_from("<I", content)
    header = json.loads(content[4 : 4 + length])
    arrays = {}
    for name, kind, shape, offset in header["arrays"]:
        size = int(np.prod(shape))
        arrays[name] = np.frombuffer(content, f"<{kind}", size, 4 + length + offset).reshape(shape)
    return header, arrays


@pytest.mark.parametrize("slug", LANDSCAPES)
def test_surface_is_drawn_with_its_own_race(slug: str) -> None:
    header, arrays = sent(opened({"v": "1", "f": slug}))
    assert header["scenario"]["landscape"] == slug
    assert header["problems"] == []
    wanted = np.concatenate([one.xy[: one.n_valid] for one in race(Scenario.suggested(slug))])
    np.testing.assert_allclose(arrays["path"], wanted, rtol=1e-6, atol=1e-6)
    assert arrays["grid"].shape == (header["grid"]["ny"], header["grid"]["nx"])


@pytest.mark.parametrize("chunk", [list(RULES)[i : i + 12] for i in range(0, len(RULES), 12)], ids=lambda c: c[0])
def test_every_optimizer_can_race(chunk: list[str]) -> None:
    header, arrays = sent(opened({"v": "1", "f": "himmelblau", **{f"r{i + 1}": slug for i, slug in enumerate(chunk)}}))
    assert [run["optimizer"] for run in header["scenario"]["runs"]] == chunk
    assert sum(run["valid"] for run in header["runs"]) == len(arrays["path"]) == len(arrays["loss"])


def test_every_schedule_and_noise_can_be_chosen() -> None:
    slugs = list(SCHEDULES)
    for some in (slugs[:12], slugs[12:]):
        query = {f"r{i + 1}": f"momentum~lr~0.01~~{slug}" for i, slug in enumerate(some)}
        header, _ = sent(opened({"v": "1", "f": "beale", **query}))
        assert [run["schedule"]["slug"] for run in header["scenario"]["runs"]] == some
    for slug in NOISES:
        header, _ = sent(opened({"v": "1", "f": "beale", "noise": slug}))
        assert header["scenario"]["noise"]["slug"] == slug


@pytest.mark.parametrize("curve", [name for name in CURVES if name != "loss"])
def test_further_curves_come_only_when_asked_for(curve: str) -> None:
    from dataclasses import replace

    from visualizer.panels.race import KEY

    app = opened({"v": "1", "f": "ravine"})
    assert "curve" not in sent(app)[1]
    app.session_state[KEY] = replace(app.session_state[KEY], curve=curve)
    header, arrays = sent(app.run())
    assert header["curve"] == curve
    assert len(arrays["curve"]) == len(arrays["path"])
    assert "grid" not in arrays, "the browser has the surface already"


def test_a_bad_link_is_said_and_drawn() -> None:
    header, _ = sent(opened({"v": "1", "f": "nowhere", "steps": "many"}))
    assert len(header["problems"]) == 2
    assert all(english and chinese for english, chinese in header["problems"])
