"""The menu beside the link: what it saves is the race on the page."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from lab import Lab
from PIL import Image
from playwright.sync_api import expect
from test_server import Answer

from visualizer.export import data
from visualizer.figures.palette import PATHS
from visualizer.panels import offline, takeaway

RACE = {"v": "1", "f": "rosenbrock", "r1": "adam~lr~0.1", "r2": "momentum~lr~0.001", "steps": "120"}
KINDS = ["HTML", "CSV", "NPZ", "Python", "PyTorch", "Optax", "PNG"]


def taken(lab: Lab, kind: str) -> tuple[str, bytes]:
    """The file's name, and what is in it."""
    lab.page.locator("[data-key=save]").click()
    item = lab.page.get_by_role("menuitem").nth(KINDS.index(kind))
    assert kind in (item.text_content() or "")
    with lab.page.expect_download() as found:
        item.click()
    return found.value.suggested_filename, Path(found.value.path()).read_bytes()


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_file_is_of_the_race_on_the_page(lab: Lab, lang: str) -> None:
    """A link that was not brought up to date, or another language, is another file."""
    lab.open({**RACE, "lang": lang})
    lab.edited(lambda: lab.page.evaluate("window.descentLab.store.edit('steps', {value: 40})"))
    scenario, _ = takeaway.read(lab.header()["query"])
    assert scenario.steps == 40
    named, numbers = taken(lab, "CSV")
    assert named == "descent-lab-rosenbrock.csv"
    assert len(numbers.splitlines()) == 1 + 2 * 41
    named, page = taken(lab, "HTML")
    assert named == "descent-lab-rosenbrock.html" and f'<html lang="{lang}">'.encode() in page
    named, arrays = taken(lab, "NPZ")
    assert named == "descent-lab-rosenbrock.npz"
    with np.load(BytesIO(arrays)) as found:
        assert found["theta_2"].shape == (41, 2)
    for kind, suffix in (("Python", "py"), ("PyTorch", "torch.py"), ("Optax", "optax.py")):
        named, code = taken(lab, kind)
        assert (named, code) == (f"descent-lab-rosenbrock.{suffix}", takeaway.content(suffix, scenario, lang))
    assert numbers == data.csv(scenario).encode()
    assert page == offline.page(scenario, lang)


@pytest.mark.browser
def test_the_picture_holds_the_surface_and_the_paths(lab: Lab) -> None:
    """Without Plotly's part it has no more than a dozen colors, without the canvases none of a path."""
    lab.open(RACE)
    lab.stand(120)
    named, content = taken(lab, "PNG")
    assert named == "descent-lab-rosenbrock.png"
    pixels = np.asarray(Image.open(BytesIO(content)).convert("RGB"), np.int32)
    assert pixels.shape[1] == 1920
    plot = pixels[120 : pixels.shape[0] // 2]
    assert len(np.unique(plot.reshape(-1, 3), axis=0)) > 100
    for slot in (0, 1):
        wanted = [int(PATHS["light"][slot][i : i + 2], 16) for i in (1, 3, 5)]
        assert (np.abs(plot - wanted).max(axis=2) < 12).sum() > 100, slot


@pytest.mark.browser
def test_nothing_of_a_quiz_is_saved(lab: Lab) -> None:
    """A file would say whose path it is that is to be guessed."""
    lab.open({"quiz": "7"})
    expect(lab.page.locator("[data-key=share]")).to_be_visible()
    expect(lab.page.locator("[data-key=save]")).to_be_hidden()


def test_files_are_kept_and_not_shown(server: str) -> None:
    for kind in ("html", "csv", "npz", "py", "torch.py", "optax.py"):
        answer = Answer(server, f"/lab/save/{kind}?{urlencode(RACE)}")
        assert answer.status == 200
        assert answer.headers["content-disposition"] == f'attachment; filename="descent-lab-rosenbrock.{kind}"'
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/lab/save/csv",
        "/lab/save/csv?f=nowhere",
        "/lab/save/csv?net=moons",
        "/lab/save/csv?quiz=7",
        "/lab/save/exe?f=ravine",
        "/lab/save/?f=ravine",
        "/lab/save/csv?f=ravine&" + "x" * 20_000,
        "/lab/save/csv?" + "&".join(f"a{i}=1" for i in range(300)),
        "/lab/save/csv?f=ravine%00%ff",
        "/lab/save/csv/csv?f=ravine",
    ],
)
def test_nonsense_is_refused(server: str, path: str) -> None:
    answer = Answer(server, path)
    assert answer.status == 404
    assert "content-disposition" not in answer.headers
    assert Answer(server, "/lab/save/csv?f=ravine", "POST").status in {404, 405}
