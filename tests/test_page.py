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
from visualizer.catalogue import as_json
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
    if LANDSCAPES[slug].timed:  # the step stands in the second coordinate
        wanted[:, 1] = np.concatenate([np.arange(run["valid"]) for run in header["runs"]])
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
    for slug, model in NOISES.items():
        header, _ = sent(opened({"v": "1", "f": "least_squares" if model.needs_data else "beale", "noise": slug}))
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


def test_a_budget_of_evaluations_is_sent_on_its_own_clock() -> None:
    """A row for each evaluation, so that no payload is larger than one of as many steps; SAM waits on every other."""
    link = {"v": "1", "f": "beale", "steps": "60", "r1": "sgd~lr~0.01", "r2": "sgd~lr~0.01~~sam~~twin~0"}
    by_steps, plain = sent(opened(link))
    assert [run["score"]["evaluations"] for run in by_steps["runs"]] == [60, 120]
    header, arrays = sent(opened({**link, "budget": "evaluations"}))
    assert [run["valid"] for run in header["runs"]] == [61, 61]
    assert [run["steps"] for run in header["runs"]] == [60, 30]
    assert [run["score"]["evaluations"] for run in header["runs"]] == [60, 60]
    assert arrays["path"].nbytes == plain["path"].nbytes
    sam = arrays["path"][61:]
    np.testing.assert_array_equal(sam[0:60:2], sam[1:61:2])
    np.testing.assert_array_equal(sam[::2], plain["path"][61:92])
    assert header["runs"][1]["twin"]["of"] == 0
    assert "twin" not in header["runs"][0]


def test_what_a_run_may_be_compared_with_is_sent() -> None:
    header, _ = sent(opened({"v": "1", "f": "beale", "r1": "sgd", "r2": "adam~~cosine~~lookahead"}))
    assert header["runs"][0]["offers"] == [0, [1, 0]], "the second of its own is the same at weight decay 0"
    own = as_json()["twins"]["own"]
    assert [name for name, _ in own["sgd"]] == ["momentum", "sgdw~momentum~0.0"]
    names = [own["adam"][offer][0] if isinstance(offer, int) else offer for offer in header["runs"][1]["offers"]]
    assert {"adam_nobias", "no_lookahead", "constant"} <= set(names)
    assert header["scenario"]["runs"][1]["title"][0] == "Lookahead(Adam)"


def test_the_rate_curve_is_each_runs_own_schedule() -> None:
    """Reduce-on-plateau's too, which only the run itself knows; the last point has no update."""
    from dataclasses import replace

    from visualizer import schedule
    from visualizer.panels.race import KEY

    link = {"v": "1", "f": "beale", "r1": "sgd~lr~0.01~~cosine~T_max~50", "r2": "momentum~lr~0.001~~one_cycle"}
    app = opened({**link, "r3": "adam~lr~0.3~~reduce_on_plateau~patience~2", "r4": "adam~lr~0.1"})
    app.session_state[KEY] = replace(app.session_state[KEY], curve="rate")
    header, arrays = sent(app.run())
    steps = header["scenario"]["steps"]
    rates = arrays["curve"].reshape(4, steps + 1)
    assert np.isnan(rates[:, -1]).all()
    np.testing.assert_allclose(rates[0, :-1], schedule("cosine", {"lr": 0.01, "T_max": 50}, steps).lr, rtol=1e-6)
    np.testing.assert_allclose(rates[1, :-1], schedule("one_cycle", {"lr": 0.001}, steps).lr, rtol=1e-6)
    (_, _, plateau, _) = race(app.session_state[KEY].scenario)
    np.testing.assert_allclose(rates[2, :-1], plateau.info.lr, rtol=1e-6)
    assert rates[2, -2] < rates[2, 0] == np.float32(0.3), "it has been reduced"
    assert (rates[3, :-1] == np.float32(0.1)).all()


def test_a_budget_cuts_a_cycle_short_and_does_not_squeeze_it() -> None:
    """SAM gets through half of the steps that its schedule was laid out for."""
    from dataclasses import replace

    from visualizer import schedule
    from visualizer.panels.race import KEY

    app = opened({"v": "1", "f": "beale", "steps": "60", "budget": "evaluations", "r1": "adam~~one_cycle~~sam"})
    for curve, column in (("momentum", "momentum"), ("rate", "lr")):
        app.session_state[KEY] = replace(app.session_state[KEY], curve=curve)
        values = sent(app.run())[1]["curve"].ravel()
        wanted = getattr(schedule("one_cycle", {"lr": 0.001}, 60), column)[:30]
        np.testing.assert_allclose(values[:60:2], wanted, rtol=1e-6)
        np.testing.assert_allclose(values[1:60:2], wanted, rtol=1e-6)


def test_a_bad_link_is_said_and_drawn() -> None:
    header, _ = sent(opened({"v": "1", "f": "nowhere", "steps": "many"}))
    assert len(header["problems"]) == 2
    assert all(english and chinese for english, chinese in header["problems"])


def test_the_distance_above_the_minimum_is_taken_before_rounding() -> None:
    """Branin's minimum is 0.397887357729738: ten digits of a loss cannot say that it is 1e-13 above it."""
    from visualizer.race import race
    from visualizer.scene import least_loss

    link = {"v": "1", "f": "branin", "r1": "adam~lr~0.3", "steps": "400"}
    header, _ = sent(opened(link))
    scenario, _ = Scenario.from_query(link)
    (run,) = race(scenario)
    wanted = float(run.loss[run.n_valid - 1]) - header["least"]
    assert header["least"] == least_loss(scenario)
    assert header["runs"][0]["score"]["gap"] == pytest.approx(wanted, rel=1e-9, abs=1e-300)
    assert abs(wanted) < 1e-9, "or the test says nothing"
    header, _ = sent(opened({"v": "1", "f": "saddle", "r1": "sgd"}))
    assert header["least"] is None
    assert "gap" not in header["runs"][0]["score"]
