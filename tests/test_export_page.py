"""Maps taken along: the numbers are those of the map, the pictures hold what they say, one is the other."""

from __future__ import annotations

import csv
import re
import threading
import xml.etree.ElementTree as ET
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from lab import Lab
from PIL import Image
from playwright.sync_api import Browser, expect
from test_cloud_page import SADDLE
from test_map_page import mapped

from visualizer import Scenario, maps, rollout
from visualizer.figures.palette import PATHS

pytestmark = pytest.mark.browser
RACE = {"v": "1", "f": "himmelblau", "r1": "adam~lr~0.1", "r2": "momentum~lr~0.002", "steps": "120", "lang": "en"}
KINDS = ["PNG", "SVG", "CSV"]
SVG = "{http://www.w3.org/2000/svg}"


def taken(lab: Lab, kind: str) -> tuple[str, bytes]:
    """The file's name, and what is in it."""
    lab.page.get_by_role("button", name="Save this map").click()
    with lab.page.expect_download() as found:
        lab.page.get_by_role("menuitem").nth(KINDS.index(kind)).click()
    return found.value.suggested_filename, Path(found.value.path()).read_bytes()


def parts(lab: Lab) -> list[tuple[dict[str, Any], Any]]:
    """The map of the page's link, computed here."""
    query = dict(parse_qsl(lab.header()["query"]))
    query.pop("lang")
    asked = maps.request(Scenario.from_query(query)[0])
    assert asked
    return list(asked.parts(threading.Event()))


def rows(lab: Lab) -> tuple[str, list[dict[str, str]]]:
    """A CSV's first line, and its rows."""
    name, content = taken(lab, "CSV")
    assert name.endswith(".csv")
    first, _, rest = content.decode().partition("\n")
    assert first.startswith("# ") and lab.header()["query"] in first
    return first, list(csv.DictReader(rest.splitlines()))


def numbers(found: list[dict[str, str]], *names: str) -> np.ndarray:
    return np.array([[float(row[name]) for name in names] for row in found])


def opened(lab: Lab, **more: str) -> Lab:
    lab.open({**RACE, **more})
    mapped(lab)
    return lab


def test_the_numbers_of_budget_curves(lab: Lab) -> None:
    opened(lab, map="budget~0~1", noise="gaussian~sigma~0.1")
    first, found = rows(lab)
    assert "120 gradient evaluations" in first and "16 seeds" in first
    (_, given), *both, _, _ = parts(lab)
    wanted = [np.vstack([given["evaluations"], arrays["loss"]]).T for _, arrays in both]
    seen = numbers(found, "evaluations", "loss_q25", "loss_median", "loss_q75")
    np.testing.assert_allclose(seen, np.concatenate(wanted), rtol=1e-7)
    assert [row["run"] for row in found] == ["Adam"] * len(wanted[0]) + ["Momentum"] * len(wanted[0])


def test_the_numbers_of_learning_rates_with_those_that_diverge(lab: Lab) -> None:
    opened(lab, map="rates~0~1")
    _, found = rows(lab)
    (about, given), *both, _ = parts(lab)
    names = [f"loss_q{100 * share:g}" for share in about["quantiles"]]
    wanted = [np.vstack([given["lr"], arrays["loss"], arrays["lost"]]).T for _, arrays in both]
    np.testing.assert_allclose(numbers(found, "lr", *names, "diverged"), np.concatenate(wanted), rtol=1e-7)
    assert np.isinf(wanted[1][-1][1:6]).all(), "momentum at the largest rate"


def test_the_numbers_of_two_dials(lab: Lab) -> None:
    opened(lab, map="grid~1~~lr~0.001~0.1~~momentum~0.0~0.9")
    first, found = rows(lab)
    assert "within 0.0" in first
    (_, given), *some, _ = parts(lab)
    pixel = np.concatenate([arrays["pixel"] for _, arrays in some]).astype(int)
    order = np.argsort(pixel)
    loss, arrived, outcome = (
        np.concatenate([arrays[name] for _, arrays in some])[order] for name in ("loss", "arrived", "outcome")
    )
    seen = numbers(found, "lr", "momentum", "loss", "arrived")
    np.testing.assert_allclose(seen[:, 0], np.tile(given["x"], 256), rtol=1e-7)
    np.testing.assert_allclose(seen[:, 1], np.repeat(given["y"], 256), rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(seen[:, 2], loss, rtol=1e-7)
    np.testing.assert_array_equal(seen[:, 3], np.where(arrived == 65535, np.nan, arrived))
    names = np.array(["converges", "oscillates", "diverges"])
    assert [row["outcome"] for row in found] == names[outcome].tolist()


def test_the_numbers_of_basins_side_by_side(lab: Lab) -> None:
    opened(lab, map="basins~0~1")
    first, found = rows(lab)
    (about, _), *some, _ = parts(lab)
    assert len(found) == 2 * 512 * 512
    x0, x1, y0, y1 = about["window"]
    for place, name in enumerate(["Adam", "Momentum"]):
        own = found[place * 512 * 512 : (place + 1) * 512 * 512 : 997]  # some of them
        assert {row["run"] for row in own} == {name}
        at = np.arange(0, 512 * 512, 997)
        seen = numbers(own, "x", "y", "steps")
        np.testing.assert_allclose(seen[:, 0], np.linspace(x0, x1, 512)[at % 512], rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(seen[:, 1], np.linspace(y0, y1, 512)[at // 512], rtol=1e-6, atol=1e-8)
        mine = [arrays for header, arrays in some if header["map"] == place]
        order = np.argsort(np.concatenate([arrays["pixel"] for arrays in mine]))
        point, steps = (np.concatenate([arrays[key] for arrays in mine])[order][at] for key in ("point", "steps"))
        called = [chr(65 + one) if one >= 0 else {-1: "none", -2: "diverged"}[int(one)] for one in point]
        assert [row["point"] for row in own] == called
        np.testing.assert_array_equal(seen[:, 2], np.where(point < 0, np.nan, np.where(steps == 65535, np.nan, steps)))
    assert "A = (3 2)" in first


def test_the_numbers_of_a_fair_race_are_its_trials(lab: Lab) -> None:
    opened(lab, r3="bfgs", steps="60", map="fair~0~1~2~~trials~16~~dials~2")
    first, found = rows(lab)
    assert "wins" in first or "No clear winner" in first
    (about, _), *three = parts(lab)[:4]
    assert list(found[0]) == ["run", "lr", "beta1", "momentum", "arrived_steps", "loss_above_least", "diverged", "best"]
    assert [row["run"] for row in found] == ["Adam"] * 16 + ["Momentum"] * 16 + ["BFGS"]
    score = np.concatenate([arrays["score"] for _, arrays in three])
    for place, (name, other) in enumerate([("beta1", "momentum"), ("momentum", "beta1")]):
        own, (_, given) = found[16 * place : 16 * (place + 1)], three[place]
        np.testing.assert_allclose(numbers(own, "lr", name), np.vstack([given["x"], given["y"]]).T, rtol=1e-7)
        assert {row[other] for row in own} == {""}, "not a dial of this run"
        best = three[place][0]["row"]["values"]
        (taken,) = (row for row in own if row["best"] == "1")
        assert [float(taken[dial]) for dial in best] == list(best.values())
    assert [found[-1][name] for name in ("lr", "beta1", "momentum")] == ["", "", ""]
    arrived, gap, diverged = numbers(found, "arrived_steps", "loss_above_least", "diverged").T
    assert about["limit"] == 60
    np.testing.assert_array_equal(arrived, np.where(score < 0, np.rint(61 * (score + 1)), np.nan))
    np.testing.assert_allclose(gap, np.where((score >= 0) & np.isfinite(score), score, np.nan), rtol=1e-7)
    np.testing.assert_array_equal(diverged, np.isinf(score))
    assert {(score < 0).any(), (gap > 0).any(), diverged.any()} == {True}, "all that may come of a trial"


CASES = {
    "budget~0~1": (
        "budget",
        ["Budget curves · Himmelblau", "Gradient evaluations", "Best loss so far above the minimum"],
    ),
    "rates~0~1": ("rates", ["Learning rates · Himmelblau", "lr", "Final loss above the minimum"]),
    "grid~1": ("grid-himmelblau-momentum-lr-momentum-loss", ["Two dials · Himmelblau", "lr", "momentum"]),
    "fair~0~1": (
        "fair",
        ["Fair race · Himmelblau", "Best setting", "learning rate", "1e-5", "1", "2", "Adam", "Momentum", "Diverged"],
    ),
    "basins~0~1": ("basins-himmelblau-adam-momentum", ["Basins of attraction · Himmelblau", "x", "y", "Momentum"]),
}


@pytest.mark.parametrize("chart", CASES)
def test_a_picture_holds_what_it_says_and_is_the_same_as_vectors(lab: Lab, browser: Browser, chart: str) -> None:
    opened(lab, map=chart)
    kind, words = CASES[chart]
    name, content = taken(lab, "SVG")
    stem = f"descent-lab-{kind}" if "himmelblau" in kind else f"descent-lab-{kind}-himmelblau"
    assert name == f"{stem}.svg"
    root = ET.fromstring(content)
    said = ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]
    assert set(words) <= set(said)
    link = f"{lab.server}/?{lab.header()['query']}".replace("//?", "/?")
    assert "".join(said).replace(" ", "").endswith(link.removeprefix(lab.server)[-60:])
    images = [node.get("href", "") for node in root.iter(f"{SVG}image")]
    assert len(images) == {"grid": 1, "basins": 2}.get(chart.partition("~")[0], 0)
    assert all(image.startswith("data:image/png;base64,") for image in images), "nothing outside of the file"
    assert not re.search(rb"NaN|undefined|Infinity", content)

    name, picture = taken(lab, "PNG")
    assert name == f"{stem}.png"
    drawn = np.asarray(Image.open(BytesIO(picture)).convert("RGB"), np.int32)
    assert drawn.shape == (2 * int(root.get("height", "0")), 2 * 960, 3)
    assert (drawn[2, 2] == 255).all(), "the page is light"
    other = rendered(lab, browser, content)
    apart = np.abs(blocks(drawn) - blocks(other)).max(axis=2) > 50
    assert apart.mean() < 0.01, "but for the letters' font"
    if not images:
        # Dots this small are mostly edge, where two renderers differ; half of those of momentum are gray crosses.
        least, near = (1500, 0.1) if kind == "fair" else (3000, 0.05)
        for slot in (0, 1):
            assert colored(drawn, slot) > least
            assert colored(other, slot) == pytest.approx(colored(drawn, slot), rel=near)


def blocks(drawn: np.ndarray, size: int = 16) -> np.ndarray:
    """The mean colors of squares: where two renderers put the edge of a pixel is nothing to them."""
    high, wide = (side // size for side in drawn.shape[:2])
    return drawn[: high * size, : wide * size].reshape(high, size, wide, size, 3).mean(axis=(1, 3))


FACES = """() => [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]
  .filter((rule) => rule instanceof CSSFontFaceRule)
  .map(({ cssText }) => cssText.replace(/url\\("([^"]+)"\\)/g,
    (_, to) => `url("${new URL(to, sheet.href ?? location.href)}")`)))"""


def rendered(lab: Lab, browser: Browser, content: bytes) -> np.ndarray:
    """An SVG as Chromium draws it by itself, as sharp as the PNG, with the page's fonts: which others there are depends
    on the machine.
    """
    high = int(ET.fromstring(content).get("height", "0"))
    page = browser.new_page(device_scale_factor=2, viewport={"width": 960, "height": high})
    page.goto(f"{lab.server}/_stcore/health")  # of the page's origin, or its fonts would be refused
    style = "body { margin: 0 } svg { display: block }" + "".join(lab.page.evaluate(FACES))
    page.set_content(f"<style>{style}</style>{content.decode()}")
    page.evaluate("document.fonts.ready.then(() => null)")
    found = np.asarray(Image.open(BytesIO(page.screenshot())).convert("RGB"), np.int32)
    page.close()
    return found


def colored(drawn: np.ndarray, slot: int) -> int:
    wanted = [int(PATHS["light"][slot][i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(drawn - wanted).max(axis=2) < 12).sum())


def test_a_map_that_is_not_whole_cannot_be_taken(lab: Lab) -> None:
    lab.open({**RACE, "map": "budget~0~1"})
    button = lab.page.get_by_role("button", name="Save this map")
    mapped(lab)
    expect(button).to_be_enabled()
    lab.page.route("**/lab/map?**", lambda route: None)  # never answered
    lab.edited(lambda: lab.page.get_by_role("tab", name="Learning rates").click())
    expect(button).to_be_disabled()


CLOUD = {**SADDLE, "seed": "7"}
DOTS = {"A": "#4477aa", "B": "#cc3311"}  # in light, of the seeds that end at each minimum


def clouded(lab: Lab, step: int, **more: str) -> Lab:
    lab.open({**CLOUD, **more})
    mapped(lab)
    lab.stand(step)
    return lab


def squares(root: ET.Element, color: str, side: float) -> np.ndarray:
    """The middles (n, 2) of a vector picture's squares of this color and side."""
    corners = [
        np.array(re.findall(r"-?[\d.]+", node.get("d", "")), float).reshape(-1, 2)
        for node in root.iter(f"{SVG}path")
        if node.get("fill") == color
    ]
    return np.array([one.mean(axis=0) for one in corners if len(one) == 4 and abs(np.ptp(one[:, 0]) - side) < 0.03])


def placed(middles: np.ndarray, places: np.ndarray) -> tuple[float, np.ndarray]:
    """Pixels a unit and where 0 is, of a picture that has its y upwards; the dots are in the order of their places."""
    scale = float(np.polyfit(places[:, 0], middles[:, 0], 1)[0])
    origin = middles - places * [scale, -scale]
    assert np.ptp(origin, axis=0).max() < 0.1, "one scale, the same for x and y"
    return scale, origin.mean(axis=0)


def test_the_numbers_of_a_cloud_are_those_of_its_seeds_rollouts(lab: Lab) -> None:
    clouded(lab, 26)
    first, found = rows(lab)
    assert "at step 26" in first and "A = (0 2.236" in first and "B = (0 -2.236" in first
    assert [int(row["seed"]) for row in found] == [*range(7, 263)]
    noise = ("gaussian", {"sigma": 1.0})
    paths = np.stack(
        [rollout("saddle_floor", "sgd", (1.5, 0.0), 80, {"lr": 0.05}, noise=noise, seed=k).xy for k in range(7, 263)]
    )
    np.testing.assert_allclose(numbers(found, "x", "y"), paths[:, 26], atol=3e-4)
    reach = 0.1 * np.hypot(6, 6)
    out = np.abs(paths[:, :, 1]) > reach
    wanted = np.where(out.any(axis=1), out.argmax(axis=1), -1)
    seen = np.array([int(row["left"] or -1) for row in found])
    assert (seen != wanted).sum() <= 1, "float32 beside float64"
    assert (seen == -1).sum() == (wanted == -1).sum() > 0, "some have not left"
    near = np.hypot(paths[:, -1, 0], np.abs(paths[:, -1, 1]) - np.sqrt(5)) <= reach
    ends = np.where(near, np.where(paths[:, -1, 1] > 0, "A", "B"), "elsewhere")
    assert (np.array([row["end"] for row in found]) != ends).sum() <= 1


def test_a_clouds_picture_has_every_seed_and_what_the_page_says(lab: Lab, browser: Browser) -> None:
    clouded(lab, 26)
    _, numbered = rows(lab)
    name, content = taken(lab, "SVG")
    assert name == "descent-lab-cloud-saddle_floor-sgd.svg"
    root = ET.fromstring(content)
    words = ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]
    panel = lab.page.locator(".dl-cloud")
    shown = [text for kind in ("th", "td", "h4") for text in panel.locator(kind).all_inner_texts() if text.strip()]
    missing = [text for text in shown if not any(said == text or said.startswith(f"{text} (") for said in words)]
    assert not missing
    assert f"SGD · {panel.locator('.dl-cloud-read').inner_text()}" in words
    flat = "".join(words).replace(" ", "")
    for text in panel.locator(".dl-cloud-body p").all_inner_texts():
        assert text.replace(" ", "") in flat
    assert not re.search(rb"NaN|undefined|Infinity", content)
    for letter, color in DOTS.items():
        own = [row for row in numbered if row["end"] == letter]
        dots = squares(root, color, 3.2)
        assert len(dots) == len(own) > 60
        scale, origin = placed(dots, numbers(own, "x", "y"))
        dashed = [node for node in root.iter(f"{SVG}path") if node.get("stroke-dasharray") == "6 4.8"]
        across = sorted(float(re.findall(r"-?[\d.]+", node.get("d", ""))[1]) for node in dashed)
        reach = 0.1 * np.hypot(6, 6) * scale
        np.testing.assert_allclose(across, [origin[1] - reach, origin[1] + reach], atol=0.1)

    _, picture = taken(lab, "PNG")
    drawn = np.asarray(Image.open(BytesIO(picture)).convert("RGB"), np.int32)
    assert (np.abs(blocks(drawn) - blocks(rendered(lab, browser, content))).max(axis=2) > 50).mean() < 0.01


def test_a_clouds_picture_follows_the_step_and_the_choice_of_colors(lab: Lab) -> None:
    clouded(lab, 40)
    lab.page.locator(".dl-cloud").get_by_label("Color").select_option("left")
    _, numbered = rows(lab)
    root = ET.fromstring(taken(lab, "SVG")[1])
    gone = [bool(row["left"]) and int(row["left"]) <= 40 for row in numbered]
    for color, chosen in zip(DOTS.values(), (False, True), strict=True):
        own = [row for row, left in zip(numbered, gone, strict=True) if left is chosen]
        dots = squares(root, color, 3.2)
        assert len(dots) == len(own) > 20
        placed(dots, numbers(own, "x", "y"))
    assert {"still there", "has left"} <= {"".join(node.itertext()) for node in root.iter(f"{SVG}text")}


def test_where_nothing_is_random_there_is_no_cloud_to_take(lab: Lab) -> None:
    clouded(lab, 0, noise="none")
    expect(lab.page.get_by_role("button", name="Save this map")).to_be_disabled()
