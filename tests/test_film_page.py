"""The race as vectors and as a film, made by the browser: what other readers find in the files."""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from lab import Lab, truth
from PIL import Image, ImageSequence
from playwright.sync_api import Locator, expect

from visualizer.figures.palette import PATHS

RACE = {"v": "1", "f": "rosenbrock", "r1": "adam~lr~0.1", "r2": "momentum~lr~0.001", "steps": "120"}
PATIENCE = 300_000  # ms
SVG = "{http://www.w3.org/2000/svg}"
WIDE = 960  # of a figure

pytestmark = pytest.mark.browser


def choose(lab: Lab, kind: str) -> None:
    lab.page.locator("[data-key=save]").click()
    item(lab, kind).click()


def item(lab: Lab, kind: str) -> Locator:
    """The menu's entry, whatever the language: its kind is in brackets."""
    return lab.page.get_by_role("menuitem").filter(has_text=re.compile(rf"[(\uff08]{kind}[)\uff09]"))


def taken(lab: Lab, kind: str) -> bytes:
    with lab.page.expect_download(timeout=PATIENCE) as found:
        choose(lab, kind)
    assert found.value.suggested_filename == f"descent-lab-rosenbrock.{kind.lower()}"
    return Path(found.value.path()).read_bytes()


def colors() -> list[np.ndarray]:
    return [np.array([int(PATHS["light"][slot][i : i + 2], 16) for i in (1, 3, 5)]) for slot in (0, 1)]


def matrix(node: ElementTree.Element) -> tuple[float, float, float]:
    """Scale and shift of a group."""
    a, _, _, _, e, f = map(float, re.findall(r"-?[\d.]+", node.get("transform", "")))
    return a, e, f


class Places:
    """Where points of the plane are in a figure, by where it has Plotly's picture."""

    def __init__(self, lab: Lab, vectors: ElementTree.Element) -> None:
        (holder,) = [group for group in vectors.iter(f"{SVG}g") if group.find(f"{SVG}svg") is not None]
        self.lab, (self.scale, self.left, self.top) = lab, matrix(holder)
        box = lab.page.locator(".dl-contour").bounding_box()
        assert box is not None
        self.corner = (box["x"], box["y"])
        self.plot = [self.of(*corner) for corner in self._corners()]

    def _corners(self) -> list[tuple[float, float]]:
        x0, x1, y0, y1 = self.lab.header()["window"]
        return [(x0, y1), (x1, y0)]

    def of(self, x: float, y: float) -> np.ndarray:
        u, v = self.lab.at(x, y)
        place = (self.left + self.scale * (u - self.corner[0]), self.top + self.scale * (v - self.corner[1]))
        return np.array(place)


def ends(lab: Lab) -> list[np.ndarray]:
    """The last point of each run in the plane."""
    rows = truth(lab.scenario()).reshape(2, -1, 2)
    return [rows[run, -1] for run in (0, 1)]


def near(picture: np.ndarray, place: np.ndarray, color: np.ndarray, tolerance: int = 12) -> int:
    """How many pixels around a place are of a color."""
    x, y = np.round(place).astype(int)
    part = picture[y - 5 : y + 6, x - 5 : x + 6].astype(int)
    return int((np.abs(part - color).max(axis=2) <= tolerance).sum())


def test_vectors_end_where_the_runs_do(lab: Lab) -> None:
    """Paths as an image, a path that stops a step early or lacks the figure's scale, a style from outside."""
    lab.open(RACE).stand(120)
    content = taken(lab, "SVG").decode()
    root = ElementTree.fromstring(content)
    assert not list(root.iter(f"{SVG}image"))
    places = Places(lab, root)
    for color, end in zip((PATHS["light"][0], PATHS["light"][1]), ends(lab), strict=True):
        lines = [node.get("d", "") for node in root.iter(f"{SVG}path") if node.get("stroke") == color.lower()]
        points = [np.array(re.findall(r"-?[\d.]+", d), float).reshape(-1, 2) for d in lines]
        whole = max(points, key=len)
        assert 20 < len(whole) <= 121
        assert np.abs(whole[-1] - places.of(*end)).max() < 1
        assert np.abs(whole[0] - places.of(*lab.scenario().start)).max() < 1
    link = lab.page.evaluate("location.origin + location.pathname") + "?" + lab.header()["query"]
    said = content.replace(link.replace("&", "&amp;"), "")
    assert said != content  # the link is in it
    assert set(re.findall(r"https?://[^\s\"'<)]+", said)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
        "http://www.w3.org/2000/xmlns/",
    }
    assert all(
        address.startswith("#") for address in re.findall(r"(?:href=\"|url\(['\"]?(?:&quot;)?)([^\"')&]+)", said)
    )


def test_a_path_at_rest_has_few_points(lab: Lab) -> None:
    """Points that are not seen: thousands of steps in one pixel."""
    lab.open({"v": "1", "f": "ravine", "r1": "adam~lr~0.1", "steps": "2000"}).stand(2000)
    with lab.page.expect_download() as found:
        choose(lab, "SVG")
    root = ElementTree.fromstring(Path(found.value.path()).read_bytes())
    lines = [node.get("d", "") for node in root.iter(f"{SVG}path") if node.get("stroke") == PATHS["light"][0].lower()]
    assert 5 < max(d.count("L") for d in lines) < 600


def test_the_animation_is_the_race(lab: Lab) -> None:
    """Frames in another order, a path known beforehand, lost colors, wrong delays, whole pictures as frames."""
    lab.open(RACE).stand(40)
    places, ending = Places(lab, ElementTree.fromstring(taken(lab, "SVG"))), ends(lab)
    content = taken(lab, "GIF")
    film = Image.open(BytesIO(content))
    assert film.n_frames == 160 and film.size[0] == WIDE  # type: ignore[attr-defined]
    assert len(content) < 2_000_000
    frames = [(frame.info["duration"], np.asarray(frame.convert("RGB"))) for frame in ImageSequence.Iterator(film)]
    assert [duration for duration, _ in frames] == [50] * 159 + [1200]
    start = places.of(*lab.scenario().start)
    (left, top), (right, bottom) = np.round(places.plot).astype(int)
    first = frames[0][1][top:bottom, left:right].astype(int)
    for color, end in zip(colors(), ending, strict=True):
        assert near(frames[-1][1], places.of(*end), color) > 20
        assert near(frames[0][1], places.of(*end), color) == 0
        y, x = np.nonzero(np.abs(first - color).max(axis=2) <= 12)
        assert (np.hypot(x + left - start[0], y + top - start[1]) < 12).all()
    assert max(near(frames[0][1], start, color) for color in colors()) > 20


def test_the_animation_has_the_colors_of_the_picture(lab: Lab) -> None:
    """A palette of another surface, channels exchanged, areas in a color beside theirs."""
    lab.open(RACE).stand(120)
    picture = Image.open(BytesIO(taken(lab, "PNG"))).convert("RGB")
    film = Image.open(BytesIO(taken(lab, "GIF")))
    film.seek(film.n_frames - 1)  # type: ignore[attr-defined]
    small = np.asarray(picture.resize(film.size, Image.Resampling.BOX), int)
    off = np.abs(np.asarray(film.convert("RGB"), int) - small).max(axis=2)
    assert np.mean(off <= 2) > 0.9 and off.mean() < 3


def boxes(content: bytes) -> Iterator[tuple[str, int, bytes]]:
    """The boxes of a file, or of a box: type, where its contents begin, contents."""
    at = 0
    while at < len(content):
        size, kind = struct.unpack(">I4s", content[at : at + 8])
        assert size >= 8 and at + size <= len(content)
        yield kind.decode(), at + 8, content[at + 8 : at + size]
        at += size


def inside(content: bytes, *path: str) -> bytes:
    for name in path:
        content = next(body for kind, _, body in boxes(content) if kind == name)
    return content


def numbers(content: bytes) -> np.ndarray:
    return np.frombuffer(content[: len(content) // 4 * 4], ">u4").astype(int)


PLAY = """async ([data, times]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const video = Object.assign(document.createElement("video"), { muted: true });
  const came = (name) => new Promise((done, fail) => {
    video.addEventListener(name, done, { once: true });
    video.addEventListener("error", () => fail(new Error(video.error.message)), { once: true });
  });
  const [known] = [came("loadeddata"), (video.src = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" })))];
  await known;
  const { videoWidth: width, videoHeight: height } = video;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const g = canvas.getContext("2d", { willReadFrequently: true });
  const pictures = [];
  const shown = () => g.getImageData(0, 0, width, height).data.some((value, i) => i % 4 < 3 && value > 0);
  const drawn = async () => { // a decoder may hand its picture over a little after the seek
    for (let tries = 0; tries < 300; tries++) {
      g.drawImage(video, 0, 0);
      if (shown()) return;
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  for (const time of times) {
    const there = came("seeked");
    video.currentTime = time;
    await there;
    g.clearRect(0, 0, width, height);
    await drawn();
    pictures.push(canvas.toDataURL());
  }
  return { duration: video.duration, pictures };
}"""

ONLY_VP9 = """
  const asked = VideoEncoder.isConfigSupported.bind(VideoEncoder);
  VideoEncoder.isConfigSupported = (config) =>
     asked(config).then(({ supported }) => ({ supported: supported && config.codec.startsWith("vp09") }));
"""


@pytest.mark.parametrize("codec", ["any", "vp09"])
def test_the_film_is_the_race(lab: Lab, codec: str) -> None:
    """A box of a wrong size, an index that points beside the pictures, a clock that is off, another color matrix."""
    if codec == "vp09":
        lab.page.add_init_script(ONLY_VP9)
    lab.open(RACE).stand(40)
    places, ending = Places(lab, ElementTree.fromstring(taken(lab, "SVG"))), ends(lab)
    content = taken(lab, "MP4")
    found = list(boxes(content))
    assert [kind for kind, _, _ in found] == ["ftyp", "moov", "mdat"]  # what is needed first comes first
    table = ("trak", "mdia", "minf", "stbl")
    moov, (_, start, pictures) = found[1][2], found[2]
    sizes = numbers(inside(moov, *table, "stsz"))[3:]
    assert len(sizes) == 330 and sizes.sum() == len(pictures)
    assert numbers(inside(moov, *table, "stco")).tolist() == [0, 1, start]
    clock = numbers(inside(moov, "trak", "mdia", "mdhd"))
    assert clock[4] / clock[3] == 11
    width, height = numbers(inside(moov, "trak", "tkhd"))[-2:] >> 16
    assert (width, height % 2) == (1280, 0)
    (entry,) = [kind for kind, _, _ in boxes(inside(moov, *table, "stsd")[8:])]
    assert entry == "vp09" or codec == "any"
    note = lab.page.locator(".dl-film")
    if entry == "vp09":  # not every player has it
        expect(note.get_by_role("alert")).to_contain_text("QuickTime")
        note.get_by_role("button").click()
    expect(note).to_have_count(0)
    played = lab.page.evaluate(PLAY, [base64.b64encode(content).decode(), [10.5, 0]])
    assert played["duration"] == pytest.approx(11, abs=0.05)
    last, first = (
        np.asarray(Image.open(BytesIO(base64.b64decode(one.partition(",")[2]))).convert("RGB"))
        for one in played["pictures"]
    )
    assert last.shape[:2] == (height, width)
    for color, end in zip(colors(), ending, strict=True):
        at = places.of(*end) * width / WIDE
        assert near(last, at, color, 24) > 20
        assert near(first, at, color, 24) == 0


@pytest.mark.parametrize("kind", ["GIF", "MP4"])
def test_a_film_that_is_given_up_is_not_saved(lab: Lab, kind: str) -> None:
    """Work that goes on unseen: its file would still come, its worker would still be there."""
    files: list[str] = []
    lab.page.on("download", lambda one: files.append(one.suggested_filename))
    lab.open(RACE).stand(120)
    choose(lab, kind)
    box = lab.page.get_by_role("dialog", name=re.compile(kind))
    expect(box).to_contain_text(re.compile(r"Frame \d+ of \d+"), timeout=60_000)
    expect(box.get_by_role("button")).to_be_focused()
    if kind == "GIF":
        lab.page.keyboard.press("Escape")
    else:
        box.get_by_role("button").click()
    expect(box).to_have_count(0)
    taken(lab, "SVG")
    lab.page.wait_for_timeout(0)
    assert files == ["descent-lab-rosenbrock.svg"]
    assert lab.page.workers == []
    choose(lab, kind)  # and another can be begun
    expect(box).to_contain_text(re.compile(r"Frame \d+ of \d+"), timeout=60_000)


def test_the_page_goes_on_meanwhile(lab: Lab) -> None:
    """A film that holds the page, or that follows it: it is of the race as it was."""
    lab.open(RACE).stand(120)
    with lab.page.expect_download(timeout=PATIENCE) as found:
        choose(lab, "GIF")
        expect(lab.page.locator(".dl-film")).to_contain_text(re.compile(r"Frame \d+ of \d+"), timeout=60_000)
        header = lab.edited(lambda: lab.page.evaluate("window.descentLab.store.edit('steps', {value: 40})"))
        assert header["scenario"]["steps"] == 40
        assert lab.page.locator(".dl-film").count() == 1
    assert Image.open(found.value.path()).n_frames == 160  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("secure", "lang", "said"),
    [("true", "en", "cannot encode video"), ("false", "en", "https://"), ("false", "zh", "localhost")],
)
def test_what_a_browser_cannot_make_is_said(lab: Lab, secure: str, lang: str, said: str) -> None:
    """An entry that does nothing, or a reason that is not the one."""
    lab.page.add_init_script(
        f"delete window.VideoEncoder; Object.defineProperty(window, 'isSecureContext', {{ value: {secure} }});"
    )
    lab.open({**RACE, "lang": lang})
    lab.page.locator("[data-key=save]").click()
    expect(item(lab, "MP4")).to_be_disabled()
    expect(item(lab, "MP4")).to_contain_text(said)
    expect(item(lab, "GIF")).to_be_enabled()


def test_an_encoder_that_fails_is_told(lab: Lab) -> None:
    """A film that waits for ever for a frame that never comes."""
    lab.page.add_init_script("VideoEncoder.prototype.encode = () => { throw new Error('no memory'); };")
    lab.open(RACE)
    choose(lab, "MP4")
    expect(lab.page.locator(".dl-film [role=alert]")).to_contain_text("no memory", timeout=60_000)
    lab.page.locator(".dl-film button").click()
    expect(lab.page.locator(".dl-film")).to_have_count(0)


def test_the_menu_is_whole_on_a_phone(lab: Lab) -> None:
    """An entry beyond the edge of the screen."""
    lab.page.set_viewport_size({"width": 390, "height": 844})
    lab.open(RACE)
    lab.page.locator("[data-key=save]").click()
    for item in lab.page.get_by_role("menuitem").all():
        box = item.bounding_box()
        assert box is not None
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] >= 0 and box["y"] + box["height"] <= 844


WRITE = """(() => {
  const gif = m.createGif(...a[0], a[1]);
  for (const frame of a[2]) gif.add(Uint32Array.from(frame), 7);
  return Array.from(gif.finish());
})()"""


def test_noise_comes_back_to_the_pixel(lab: Lab) -> None:
    """A code that is a bit too short where the table grows or is full, a rectangle beside its place."""
    rng = np.random.default_rng(3)
    palette = rng.choice(256**3, 255, replace=False)[:, None] // [1, 256, 65536] % 256
    frames = rng.integers(0, 255, (1, 61, 97)).repeat(4, axis=0)
    frames[2:, 7:30, 11:50] = rng.integers(0, 255, (23, 39))
    frames[3, 60, 96] = (frames[3, 60, 96] + 1) % 255
    pixels = palette[frames] @ [1, 256, 65536] + 255 * 2**24
    lab.open(RACE)
    content = bytes(lab.call("gif.mjs", WRITE, [97, 61], palette.tolist(), pixels.reshape(4, -1).tolist()))
    film = Image.open(BytesIO(content))
    shown = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]
    assert len(shown) == 4 and film.info["loop"] == 0
    for number, frame in enumerate(shown):
        np.testing.assert_array_equal(frame, palette[frames[number]])


def test_large_areas_and_paths_keep_their_colors(lab: Lab) -> None:
    """A palette by shares alone: a thin line among large areas becomes what is nearest to it."""
    rng = np.random.default_rng(4)
    areas = rng.integers(0, 256, (30, 3)).repeat(1000, axis=0)
    noise = rng.integers(0, 256, (5000, 3))
    path = [[1, 2, 3]]
    pixels = np.concatenate([areas, noise, path * 3]) @ [1, 256, 65536]
    script = """(() => {
      const histogram = m.createHistogram();
      histogram.add(Uint32Array.from(a[0]));
      return m.paletteOf(histogram.entries(), a[1], 255);
    })()"""
    lab.open(RACE)
    palette = np.array(lab.call("gifpalette.mjs", script, pixels.tolist(), path))
    assert len(palette) <= 255
    for color in [*np.unique(areas, axis=0), path[0]]:
        assert np.abs(palette - color).max(axis=1).min() <= (0 if list(color) == path[0] else 1)
    off = np.abs(palette[:, None] - noise).max(axis=2).min(axis=0)
    assert np.median(off) < 32


def test_pictures_that_are_decoded_earlier_are_shown_in_time(lab: Lab) -> None:
    """An encoder may look ahead: without `ctts` its pictures would be shown in the order of decoding."""
    samples = [[0, True], [2, False], [1, False]]
    script = """(async () => {
      const samples = a[0].map(([k, key]) => ({ bytes: new Uint8Array(4), time: Math.round(k * 1e6 / 30), key }));
      const about = { width: 64, height: 32, rate: 30, codec: "avc1.640028", description: new Uint8Array([1]) };
      const file = m.mp4({ ...about, samples });
      return Array.from(new Uint8Array(await file.arrayBuffer()));
    })()"""
    lab.open(RACE)
    content = bytes(lab.call("mp4.mjs", script, samples))
    table: Any = ("moov", "trak", "mdia", "minf", "stbl")
    every = numbers(inside(content, *table, "stts"))[-1]
    late = np.frombuffer(inside(content, *table, "ctts")[8:], ">i4").reshape(-1, 2)[:, 1]
    assert ((np.arange(3) * every + late) / every).tolist() == [0, 2, 1]
    assert numbers(inside(content, *table, "stss")).tolist() == [0, 1, 1]
