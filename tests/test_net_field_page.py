"""What networks answer, as the page draws it: held to the networks themselves, evaluated in Python."""

from __future__ import annotations

import re

import numpy as np
import pytest
from netlab import NetLab
from playwright.sync_api import expect

from visualizer.networks.evaluate import answers, chances, evaluate
from visualizer.networks.frames import shown_frames
from visualizer.networks.recent import trained

pytestmark = pytest.mark.browser
MOONS = {"net": "moons~mislabeled~0.1", "steps": "200", "r1": "momentum~lr~0.03", "r2": "adam~lr~0.01"}
FRAME = ".dl-field-frame"


def at(lab: NetLab, x: float, y: float) -> tuple[float, float]:
    """Where an input is on the screen."""
    left, top, width, height = lab.call(
        "netfieldbox.mjs",
        f"(({{ clientWidth: w, clientHeight: h }}) => m.boxOf(w, h, {lab.numbers('n.about.window')}))"
        f'(document.querySelector("{FRAME}"))',
    )
    x0, x1, y0, y1 = lab.numbers("n.about.window")
    box = lab.page.locator(FRAME).bounding_box()
    assert box is not None
    return box["x"] + left + width * (x - x0) / (x1 - x0), box["y"] + top + height * (y1 - y) / (y1 - y0)


def read(lab: NetLab, x: float, y: float) -> dict[str, str]:
    """What the card says of an input: by its labels, and under "" its heading, its count and its note."""
    lab.page.mouse.move(*at(lab, float(x), float(y)))
    card = lab.page.locator(".dl-field-body .dl-card")
    expect(card).to_be_visible()
    lab.page.wait_for_timeout(80)  # a frame or two: the card follows at the next one
    words = [card.locator(part).text_content() or "" for part in ("header", "p")]
    rows = zip(card.locator("dt").all_inner_texts(), card.locator("dd").all_inner_texts(), strict=True)
    return {**dict(rows), "": " ".join(words)}


def number(text: str) -> float:
    return float(text.removeprefix("≈ ").replace("−", "-"))


def test_points_and_ground_say_what_the_network_answers(lab_at: NetLab) -> None:
    """The chances at a point are exact to their four digits, those between nodes of the grid to two hundredths."""
    lab = lab_at
    study = lab.study()
    run, points = trained(study)[0], study.points
    row = shown_frames(len(run.at))[20]
    step = int(run.at[row])
    lab.stand(step + 1)  # no snapshot: the one before is shown
    theta = run.theta[row : row + 1]
    found = chances(answers(study.network, points, theta, points.x))[0]
    scores = evaluate(study.network, points, theta)
    wrong = [round(float(share) * n) for share, n in zip(scores.mistakes[0], (200, 800), strict=True)]
    expect(lab.page.locator(".dl-field-said")).to_have_text(
        re.compile(rf"Step {step} · wrong: {wrong[0]} of 200 in training .* · {wrong[1]} of 800 in test")
    )
    alone = [i for i in range(200) if np.sort(np.abs(points.x[:200] - points.x[i]).max(axis=1))[1] > 0.12]
    label, truth = points.y.argmax(axis=1), points.clean.argmax(axis=1)
    mixed = sorted(alone, key=lambda i: label[i] == truth[i])[:3] + sorted(alone, key=lambda i: found[i].max())[:3]
    assert any(label[i] != truth[i] for i in mixed)
    for i in mixed:
        said = read(lab, *points.x[i])
        assert said[""].startswith(f"Class {label[i]}training point {i + 1}")
        assert number(said["x₁"]) == pytest.approx(points.x[i, 0], rel=1e-6)
        for kind in (0, 1):
            assert number(said[f"P(class {kind})"]) == pytest.approx(found[i, kind], rel=2e-3)
        assert ("disturbed" in said[""]) == (label[i] != truth[i])
        assert ("Taken for" in said[""]) == (found[i].argmax() != label[i])
    for place in ((-2.2, 1.4), (2.1, -1.4), (0.4, 1.3), (-0.3, -1.3)):
        said = read(lab, *place)
        expected = chances(answers(study.network, points, theta, np.array([place])))[0, 0]
        assert number(said["P(class 1)"]) == pytest.approx(expected[1], abs=0.02), place
        assert "Interpolated" in said[""]


def test_the_ground_has_the_colors_of_the_classes_and_the_line_is_between_them(lab_at: NetLab) -> None:
    """Pixels against the network's own answers: more purple than amber where class 0 is likelier."""
    lab = lab_at
    study = lab.study()
    run, points = trained(study)[0], study.points
    lab.stand(200)
    box = lab.page.locator(FRAME).bounding_box()
    assert box is not None
    picture = lab.pixels(FRAME)
    places = [(x, y) for x in np.linspace(-2.3, 2.3, 24) for y in np.linspace(-1.6, 1.6, 17)]
    clear = [place for place in places if np.abs(points.x[:200] - place).max(axis=1).min() > 0.12]
    said = chances(answers(study.network, points, run.theta[-1:], np.array(clear)))[0, :, 1]
    seen = []
    for place in clear:
        px, py = at(lab, *place)
        red, _, blue = picture[round(py - box["y"]), round(px - box["x"])]
        seen.append(red - blue)  # amber has more red than blue, purple more blue
    sure = np.abs(said - 0.5) > 0.3
    assert sure.sum() > 100
    assert np.array_equal(np.array(seen)[sure] > 0, said[sure] > 0.5)
    assert lab.colored(FRAME, 0) > 300, "the boundary, in the network's color"


def test_another_network_is_looked_at_by_the_list_and_by_its_tile(lab_at: NetLab) -> None:
    lab = lab_at
    study = lab.study()
    wrong = [evaluate(study.network, study.points, run.theta[-1:]).mistakes[0, 1] for run in trained(study)]
    lab.stand(200)
    lab.page.get_by_label("Whose answers are drawn").select_option(label="Adam")
    lab.page.wait_for_function("window.descentLab.store.state.header.scenario.looked === 1")
    line = lab.page.locator(".dl-field-said")
    expect(line).to_contain_text(f"{round(float(wrong[1]) * 800)} of 800 in test")
    lab.page.get_by_role("button", name="All networks side by side").click()
    tiles = lab.page.locator(".dl-field-tile")
    expect(tiles).to_have_count(2)
    lab.page.wait_for_timeout(100)
    for k in (0, 1):
        said = tiles.nth(k).locator("output").inner_text()
        assert float(said.removesuffix("%")) == pytest.approx(100 * wrong[k], abs=0.006)
        assert lab.colored(f".dl-field-tile >> nth={k}", k) > 300, "its frame and its boundary"
    tiles.nth(0).click()
    lab.page.wait_for_function("window.descentLab.store.state.header.scenario.looked === 0")
    expect(line).to_contain_text(f"{round(float(wrong[0]) * 800)} of 800 in test")
    expect(tiles).to_have_count(0)


def test_nobody_learns_and_numbers_that_fail_are_said(lab_at: NetLab) -> None:
    lab = lab_at
    for _ in range(2):
        lab.page.evaluate("window.descentLab.store.edit('run_remove', { run: 0 })")
    line = lab.page.locator(".dl-field-said")
    expect(line).to_have_text("No network learns these data yet.")
    assert lab.call("netfieldpoints.mjs", "m.pointsOf(window.descentLab.store.numbers.about).count") == 1000
    lab.page.route("**/lab/net?*", lambda route: route.fulfill(status=404))
    lab.page.evaluate("window.descentLab.store.edit('run_add', { value: 'sgd' })")
    expect(line).to_contain_text("did not arrive")
    lab.errors.clear()  # the browser's word about the 404
    lab.page.unroute("**/lab/net?*")
    lab.page.evaluate("window.descentLab.store.edit('steps', { value: 201 })")
    expect(line).to_contain_text("Step 201", timeout=60_000)


def test_a_dragged_dial_is_followed_and_the_newest_study_is_what_remains(lab_at: NetLab) -> None:
    """Numbers on their way are not dropped for each newer study, and what comes last is asked for last."""
    lab = lab_at
    asked: list[str] = []
    lab.page.on("request", lambda request: asked.append(request.url) if "/lab/net?" in request.url else None)
    for lr in (0.021, 0.022, 0.023):
        lab.page.evaluate("(value) => window.descentLab.store.edit('run_hyper', { run: 0, name: 'lr', value })", lr)
        lab.page.wait_for_function(f"window.descentLab.store.state.header.scenario.runs[0].hyper.lr === {lr}")
    lab.settled()
    assert "0.021" in asked[0] and "0.023" in asked[-1]
    last = evaluate(lab.study().network, lab.study().points, trained(lab.study())[0].theta[-1:]).loss[0, 0]
    assert lab.numbers("n.learners[0].loss[n.learners[0].at.length - 1]") == pytest.approx(last, rel=1e-6)


def test_a_curve_is_told_with_the_one_without_noise(netlab: NetLab) -> None:
    lab = netlab.open({"net": "wave", "steps": "200"})
    study = lab.study()
    run, points = trained(study)[0], study.points
    lab.stand(200)
    said = evaluate(study.network, points, run.theta[-1:]).mistakes[0]
    expect(lab.page.locator(".dl-field-said")).to_contain_text(f"mean squared error: {said[0]:.3g} in training")
    box = lab.page.locator(FRAME).bounding_box()
    assert box is not None
    lab.page.mouse.move(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * 0.12)
    card = lab.page.locator(".dl-field-body .dl-card")
    expect(card).to_be_visible()
    rows = dict(zip(card.locator("dt").all_inner_texts(), card.locator("dd").all_inner_texts(), strict=True))
    x = number(rows["x"])
    assert number(rows["without noise"]) == pytest.approx(0.8 * np.sin(2 * x + x**2), abs=2e-3)
    for name, one in zip(("Momentum", "Adam"), trained(study), strict=True):
        expected = answers(study.network, points, one.theta[-1:], np.array([[x]]))[0, 0, 0]
        assert number(rows[name]) == pytest.approx(expected, abs=1e-2)


def test_digits_are_counted_and_the_wrong_ones_shown(netlab: NetLab) -> None:
    lab = netlab.open({"net": "digits", "steps": "100", "r1": "adam~lr~0.01"})
    study = lab.study()
    run, points = trained(study)[0], study.points
    lab.stand(100)
    tested = slice(points.train, points.train + points.test)
    said = chances(answers(study.network, points, run.theta[-1:], points.x[tested]))[0]
    truth, taken = points.y[tested].argmax(axis=1), said.argmax(axis=1)
    table = lab.page.locator(".dl-field-table tbody tr")
    for row in (0, 5, 8):
        counts = np.bincount(taken[truth == row], minlength=10)
        assert table.nth(row).locator("td").all_inner_texts() == [str(n) if n else "" for n in counts]
    images = lab.page.locator(".dl-field-images li")
    wrong = np.flatnonzero(truth != taken)
    expect(lab.page.locator(".dl-field-side b")).to_contain_text(f"{len(wrong)} wrong now")
    surest = wrong[said[wrong, taken[wrong]].argmax()]
    assert images.first.inner_text() == f"{taken[surest]} ≠ {truth[surest]}"
    row = int(np.bincount(truth[wrong]).argmax())
    column = int(np.bincount(taken[wrong][truth[wrong] == row]).argmax())
    count = int(((truth == row) & (taken == column)).sum())
    table.nth(row).locator("td").nth(column).click()
    expect(images).to_have_count(count)
    expect(lab.page.locator(".dl-field-side b")).to_contain_text(f"{count} of {(truth == row).sum()} images of {row}")


def test_between_the_nodes_of_a_grid(lab_at: NetLab) -> None:
    """Bilinear values and the places where a field crosses a level, against NumPy."""
    rng = np.random.default_rng(3)
    nx, ny, per = 7, 5, 2
    field = rng.normal(size=(ny, nx, per))
    call = "a[1].map(([u, v]) => m.sampleAt(a[0], [7, 5], 2, u, v))"
    places = rng.uniform(size=(40, 2))
    found = np.array(lab_at.call("netfieldgrid.mjs", call, field.ravel().tolist(), places.tolist()))
    x, y = places[:, 0] * (nx - 1), places[:, 1] * (ny - 1)
    i, j = x.astype(int), y.astype(int)
    a, b = (x - i)[:, None], (y - j)[:, None]
    low = field[j, i] * (1 - a) + field[j, i + 1] * a
    high = field[j + 1, i] * (1 - a) + field[j + 1, i + 1] * a
    np.testing.assert_allclose(found, low * (1 - b) + high * b, atol=1e-12)

    u, v = np.meshgrid(np.linspace(-1, 1, 41), np.linspace(-1, 1, 41))
    ring = (u**2 + v**2).ravel().tolist()
    pieces = np.array(lab_at.call("netfieldgrid.mjs", "m.crossings((k) => a[0][k], [41, 41], 0.3731)", ring)).reshape(
        -1, 4
    )
    ends = pieces.reshape(-1, 2) / 20 - 1
    np.testing.assert_allclose(np.hypot(*ends.T), np.sqrt(0.3731), atol=1.1e-3)
    lengths = np.hypot(*(pieces[:, :2] - pieces[:, 2:]).T) / 20
    assert lengths.sum() == pytest.approx(2 * np.pi * np.sqrt(0.3731), rel=3e-3)
    counts = np.unique(ends.round(9), axis=0, return_counts=True)[1]
    assert (counts == 2).all(), "a closed line: every end is where another piece begins"
    saddle = lab_at.call("netfieldgrid.mjs", "m.crossings((k) => a[0][k], [2, 2], 0)", [1.0, -2.0, -2.0, 1.0])
    assert sorted(saddle) == sorted([1 / 3, 0, 0, 1 / 3, 1, 2 / 3, 2 / 3, 1]), (
        "the middle is below: two corners cut off"
    )


def test_three_classes_meet_in_a_point(lab_at: NetLab) -> None:
    """Leads that are planes: each pair's line ends where the third class is as likely as both."""
    u, v = np.meshgrid(np.linspace(0, 1, 21), np.linspace(0, 1, 21))
    logits = np.stack([0 * u, 4 * (u - 0.43), 3 * (v - 0.37)], axis=-1)
    leads = (logits[..., 1:] - logits[..., :1]).ravel().tolist()
    pieces = np.array(lab_at.call("netfieldgrid.mjs", "m.boundaries(a[0], [21, 21], 3)", leads)).reshape(-1, 4) / 20
    for x, y in pieces.reshape(-1, 2):
        three = np.sort([0, 4 * (x - 0.43), 3 * (y - 0.37)])
        assert three[2] - three[1] < 1e-6, "the two likeliest are equal"
    total = np.hypot(*(pieces[:, :2] - pieces[:, 2:]).T).sum()
    corner = 0.37 + 4 * (1 - 0.43) / 3  # where classes 1 and 2 leave at the right
    expected = 0.43 + 0.37 + (np.hypot(0.57, corner - 0.37) if corner < 1 else np.hypot((1 - 0.37) * 3 / 4, 1 - 0.37))
    assert total == pytest.approx(expected, rel=1e-6)


def test_chances_and_their_interval(lab_at: NetLab) -> None:
    logits = np.array([0.0, -3.2, 1.7])
    found = lab_at.call("netfieldgrid.mjs", "m.chancesOf(a[0])", logits[1:].tolist())
    np.testing.assert_allclose(found, chances(logits), rtol=1e-12)
    low, high = lab_at.call("netscores.mjs", "m.interval(10, 200)")  # Wilson 1927, by hand
    z, p, n = 1.959964, 0.05, 200
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert [low, high] == pytest.approx([(middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)])
    assert lab_at.call("netscores.mjs", "m.interval(0, 800)")[0] == 0


@pytest.fixture
def lab_at(netlab: NetLab) -> NetLab:
    """The page with two networks that learn from partly wrong labels."""
    return netlab.open(MOONS)
