"""A class that is asked: rooms, who may do what in them, what is told when, and the two stores that hold them."""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import fakeredis
import numpy as np
import pytest
import segno
from loops import run

from visualizer.classroom import questions, rooms, sketches
from visualizer.classroom import store as stores
from visualizer.classroom.rooms import RoomError
from visualizer.classroom.store import Embedded, Redis, Store
from visualizer.lessons.page import opened
from visualizer.lessons.shelf import shelf
from visualizer.race import race
from visualizer.scenario import Scenario

ANN, BEN = "a" * 16, "b" * 16
TYPED = {"text": "Is 1 < 2?", "choices": ["yes", "no"]}
RACE = "v=1&f=ravine&r1=sgd~lr~0.01&r2=momentum~lr~0.01&steps=100"


def embedded() -> Callable[[], Store]:
    one = Embedded()
    return lambda: one


def replicated() -> Callable[[], Store]:
    """Each call is another server's; all have one Redis."""
    server = fakeredis.FakeServer()
    return lambda: Redis(fakeredis.FakeAsyncRedis(server=server, decode_responses=True))


@pytest.fixture(params=[embedded, replicated])
def at(request: pytest.FixtureRequest) -> Callable[[], Store]:
    made: Callable[[], Store] = request.param()
    return made


def refused(key: str) -> Any:
    return pytest.raises(RoomError, match=f"^{key}$")


def test_a_class_answers_and_sees_when_the_lecturer_does(at: Callable[[], Store]) -> None:
    """Red if an answer could be had early, counted twice, or changed after it was shown."""

    async def work() -> None:
        mine = await rooms.create(at())
        code = mine["code"]
        assert set(code) <= set(rooms.LETTERS) and len(code) == rooms.LENGTH
        assert (await rooms.seen(at(), code))["question"] is None
        await rooms.ask(at(), **mine, question=questions.made(TYPED) | {"answer": 0, "reveal": "told"})
        for voter, answer in ((ANN, 1), (BEN, 0), (ANN, 0)):
            await rooms.vote(at(), code.lower(), 1, voter, answer)
        seen = await rooms.seen(at(), code, ANN)
        assert seen["mine"] == 0 and "counts" not in seen
        assert not {"answer", "reveal", "path"} & set(seen["question"])
        told = await rooms.results(at(), **mine)
        assert (told["count"], told["counts"], told["shown"]) == (2, [2, 0], False)

        await rooms.show(at(), **mine)
        await asyncio.sleep(1.5 * Redis.FRESH)  # another server may take what it read for fresh as long
        with refused("too_late"):
            await rooms.vote(at(), code, 1, ANN, 1)
        seen = await rooms.seen(at(), code, "c" * 16)
        assert seen["question"]["answer"] == 0 and seen["counts"] == [2, 0] and seen["mine"] is None

        assert await rooms.ask(at(), **mine, question=questions.made(TYPED)) == 2
        assert (await rooms.results(at(), **mine))["counts"] == [0, 0], "answers belong to their question"
        await rooms.end(at(), **mine)
        await asyncio.sleep(1.5 * Redis.FRESH)
        with refused("no_room"):
            await rooms.seen(at(), code)

    run(work())


def test_only_its_lecturer_rules_a_room(at: Callable[[], Store]) -> None:
    async def work() -> None:
        code = (await rooms.create(at()))["code"]
        other = (await rooms.create(at()))["key"]
        for act in (rooms.show, rooms.end, rooms.results):
            with refused("not_yours"):
                await act(at(), code, other)
        with refused("not_yours"):
            await rooms.ask(at(), code, other, questions.made(TYPED))

    run(work())


@pytest.mark.parametrize("answer", [2, -1, True, 0.0, "0", None, [[0, 0], [1, 1]], {}])
def test_what_is_no_answer_to_a_choice(answer: Any) -> None:
    async def work() -> None:
        store = Embedded()
        mine = await rooms.create(store)
        await rooms.ask(store, **mine, question=questions.made(TYPED))
        with refused("no_answer"):
            await rooms.vote(store, mine["code"], 1, ANN, answer)
        for voter in ("", "x" * 16, "a" * 40, "a\n" * 8):
            with refused("no_answer"):
                await rooms.vote(store, mine["code"], 1, voter, 0)

    run(work())


def test_all_is_bounded_and_expires(at: Callable[[], Store], monkeypatch: pytest.MonkeyPatch) -> None:
    """Red if rooms or voters could grow without end, or if a room that is over took a place for ever."""
    monkeypatch.setattr(stores, "ROOMS", 3)
    monkeypatch.setattr(stores, "VOTERS", 2)

    async def work() -> None:
        made = [await rooms.create(at()) for _ in range(3)]
        with refused("full"):
            await rooms.create(at())
        await rooms.ask(at(), **made[0], question=questions.made(TYPED))
        for voter in (ANN, BEN, ANN):
            await rooms.vote(at(), made[0]["code"], 1, voter, 0)
        with refused("crowded"):
            await rooms.vote(at(), made[0]["code"], 1, "c" * 16, 0)
        with refused("too_long"):
            await rooms.ask(at(), **made[0], question={"kind": "choice", "html": "x" * stores.ROOM_BYTES})
        await rooms.end(at(), **made[1])
        assert await rooms.create(at())
        monkeypatch.setattr(stores, "LASTS", 1)
        await rooms.show(at(), **made[0])  # from now on it lasts a second
        await asyncio.sleep(1.6)
        with refused("no_room"):
            await rooms.seen(at(), made[0]["code"])
        assert await rooms.create(at()), "its place is free"

    run(work())


def test_a_sketch_is_kept_small_and_comes_back_as_it_was() -> None:
    """Red if x and y, or up and down, were taken for each other, or a hostile sketch were kept."""
    window = [-4.0, 4.0, 0.0, 2.0]
    line = [[-4 + 0.08 * k, 2 - 0.02 * k] for k in range(101)]
    kept = sketches.packed(line, window)
    back = sketches.unpacked(kept, window)
    np.testing.assert_allclose(back, [[-4 + 8 * t, 2 - 2 * t] for t in np.linspace(0, 1, len(back))], atol=1e-3)
    assert len(json.dumps(kept)) < 500
    many = sketches.packed([[1e300, -1e300], [9, 9], [1, 1]] * 100_000, window)
    assert len(many) == len(kept) and all(0 <= one <= sketches.TOP for one in many)
    for wrong in ([], [[0, 0]], [[0, 0], [1]], [[0, "x"], [1, 1]], [[0, float("nan")], [1, 1]], "ab", None, 7):
        with refused("no_answer"):
            sketches.packed(wrong, window)


def test_a_sketch_of_the_path_itself_is_worth_all() -> None:
    """Red if the class were marked against another run, or a path in other coordinates than the sketch."""

    async def work() -> None:
        store = Embedded()
        mine = await rooms.create(store)
        question = questions.made({"query": RACE, "ask": "sketch", "run": 1})
        await rooms.ask(store, **mine, question=question)
        scenario, _ = Scenario.from_query(dict(part.split("=") for part in RACE.split("&")))
        sgd, momentum = (one.theta[: one.n_valid] for one in race(scenario))
        for voter, path in ((ANN, sgd), (BEN, momentum)):
            await rooms.vote(store, mine["code"], 1, voter, path.tolist())
        assert (await rooms.results(store, **mine))["scores"] is None
        await rooms.show(store, **mine)
        told = await rooms.results(store, **mine)
        assert told["scores"][1] > 75 > told["scores"][0] + 5
        assert (await rooms.seen(store, mine["code"], BEN))["score"] == told["scores"][1]
        np.testing.assert_allclose(question["path"][-1], momentum[-1], rtol=1e-5)

    run(work())


def test_who_is_lowest_is_measured_and_the_picture_tells_nothing_of_it() -> None:
    question = questions.made({"query": f"{RACE}&r3=sgd~lr~1&r4=sgd~lr~0.015", "ask": "lowest", "lang": "zh"})
    names = question["choices"]
    assert [name[-1] for name in names] == ["1", "M", "2", "3"], "several of a kind are numbered"
    scenario, _ = Scenario.from_query(dict(part.split("=") for part in RACE.split("&")))
    sgd, momentum = race(scenario)
    assert momentum.loss[-1] < sgd.loss[-1] and question["answer"] == 1, "a run that diverged is not the lowest"
    plane = question["plane"]
    levels = np.frombuffer(base64.b64decode(plane["levels"]), "<u2").reshape(plane["ny"], plane["nx"])
    low = np.unravel_index(levels.argmin(), levels.shape)
    x0, x1, y0, y1 = plane["window"]
    assert abs(x0 + (x1 - x0) * low[1] / (plane["nx"] - 1)) < 0.2 > abs(y0 + (y1 - y0) * low[0] / (plane["ny"] - 1))
    assert "path" not in question


def test_what_a_lecturer_types_is_text_and_nothing_else() -> None:
    """Red if a room could carry somebody's script to a class."""
    question = questions.made({"text": "<script>alert(1)</script>", "choices": ["<b>", "&"]})
    assert question["html"] == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert question["choices"] == ["&lt;b&gt;", "&amp;"]


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"text": "one?", "choices": ["only"]},
        {"text": "", "choices": ["a", "b"]},
        {"text": "x" * 301, "choices": ["a", "b"]},
        {"text": "seven?", "choices": list("abcdefg")},
        {"text": "objects?", "choices": [{"html": "x"}, "b"]},
        {"lesson": "nothing", "block": 0},
        {"lesson": "ravine", "block": 0},
        {"lesson": "ravine", "block": 10**9},
        {"lesson": "../../etc/passwd", "block": 0},
        {"query": RACE, "ask": "sketch", "run": 9},
        {"query": RACE, "ask": "sketch", "run": None},
        {"query": 7, "ask": "lowest"},
        {"query": "v=1&f=ravine&r1=sgd", "ask": "lowest"},
    ],
)
def test_what_cannot_be_asked(about: dict[str, Any]) -> None:
    with refused("no_question"):
        questions.made(about)


def test_what_a_lesson_asks_can_be_asked() -> None:
    """Of a lesson with both kinds; its formulas and its answer come along."""
    lesson = shelf().find("momentum", "en")
    assert lesson is not None
    blocks = opened(lesson)["blocks"]
    asked = [k for k, block in enumerate(blocks) if block["kind"] in {"question", "sketch"}]
    assert asked
    for k in asked:
        question = questions.made({"lesson": "momentum", "block": k})
        assert question["html"] == blocks[k]["html"] and question["reveal"]
        assert ("path" in question) == (blocks[k]["kind"] == "sketch") and len(json.dumps(question)) < stores.ROOM_BYTES


# ---- by way of the server --------------------------------------------------------------------------------------------


def post(server: str, name: str, body: Any) -> tuple[int, Any]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return _told(urllib.request.Request(f"{server}/lab/room/{name}", text))


def get(server: str, name: str, **asked: Any) -> tuple[int, Any]:
    return _told(urllib.request.Request(f"{server}/lab/room/{name}?{urlencode(asked)}"))


def _told(request: urllib.request.Request) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.headers["cache-control"] == "no-store"
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_a_class_by_way_of_the_server(server: str) -> None:
    status, mine = post(server, "open", {})
    assert status == 200
    code = mine["code"]
    assert post(server, "ask", {**mine, "about": TYPED}) == (200, {"number": 1})
    assert post(server, "vote", {"code": code, "number": 1, "voter": ANN, "answer": 1})[0] == 200
    status, seen = get(server, "seen", code=code, voter=ANN)
    assert (status, seen["mine"], seen["shown"]) == (200, 1, False)
    assert get(server, "results", **mine)[1]["counts"] == [0, 1]
    assert post(server, "show", mine) == (200, {})
    status, seen = get(server, "seen", code=code, voter=ANN, known=seen["mark"])
    assert seen["shown"] and seen["counts"] == [0, 1]
    assert post(server, "end", mine)[0] == 200
    assert get(server, "seen", code=code) == (400, {"refused": "no_room"})


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("ask", {}),
        ("ask", {"code": "AAAA", "key": "x", "about": TYPED}),
        ("vote", {"code": "AAAA", "number": "x", "voter": ANN, "answer": 0}),
        ("vote", {"code": ["A"], "number": 1, "voter": ANN, "answer": 0}),
        ("show", b"[" * 60_000),
        ("open", b"x" * 200_000),
        ("open", b"[]"),
        ("nothing", {}),
    ],
)
def test_what_is_not_understood_is_refused(server: str, name: str, body: Any) -> None:
    """Red if a request could end in an error of the server's, or be read without a bound."""
    status, told = post(server, name, body)
    assert status in {400, 404} and set(told) == {"refused"}


def test_the_page_of_whoever_answers_is_small_and_loads_no_streamlit(server: str) -> None:
    """Three hundred phones at once: red if the page named Streamlit's scripts, or grew past 60 kB on the wire."""
    with urllib.request.urlopen(f"{server}/join/ABCD?lang=zh", timeout=60) as answer:
        text = answer.read().decode()
        assert "frame-ancestors" in answer.headers["content-security-policy"]
    assert 'lang="zh-Hans"' in text and "static/" not in text
    total = len(gzip.compress(text.encode()))
    for path in set(re.findall(r'(?:href|src)="(/[^"]+)"', text)):
        with urllib.request.urlopen(server + path, timeout=60) as answer:
            total += len(gzip.compress(answer.read()))
    assert total < 60_000
    for path in ("/join/AB1D", "/join/ABCD/x", "/joined"):
        with urllib.request.urlopen(server + path, timeout=60) as answer:
            assert b"join.mjs" not in answer.read()


def test_the_code_to_scan_leads_to_the_room(server: str) -> None:
    """Red if it were of another address, or of whatever somebody puts into the request."""
    with urllib.request.urlopen(
        f"{server}/lab/room/code.svg?code=ABCD&at=https://lab.example/x/", timeout=60
    ) as answer:
        drawn = answer.read().decode()
        assert answer.headers["content-type"].startswith("image/svg+xml")
    same = io.BytesIO()
    segno.make_qr("https://lab.example/x/join/ABCD").save(
        same, kind="svg", border=2, dark="#000", light="#fff", scale=8
    )
    assert drawn == same.getvalue().decode() and "<script" not in drawn
    for wrong in ("code=ABCD", "code=A&at=https://x", "code=ABCD&at=javascript:alert(1)", "code=ABCD&at=https://x<y"):
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(f"{server}/lab/room/code.svg?{wrong}", timeout=60)
        assert refusal.value.code == 400
