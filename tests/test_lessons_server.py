"""What the server says of lessons: the list, a lesson with and without its numbers, what a sketch is worth."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from visualizer.lessons import page
from visualizer.lessons.bench import Bench
from visualizer.lessons.shelf import shelf
from visualizer.panels import lessons

QUADRATIC = "v=1&f=ravine~kappa~1~theta_deg~0&steps=40&r1=sgd~lr~0.5"  # lr = 1/(2 L): straight to the minimum


def asked(url: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{url}/lab/{path}", body), timeout=60) as answer:
            assert answer.headers["cache-control"] == "no-store"
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def test_the_list_is_in_order_and_in_the_language_asked_for(server: str) -> None:
    status, found = asked(server, "lessons?lang=zh")
    assert status == 200 and found["broken"] == []
    orders = [one["order"] for one in found["lessons"]]
    assert orders == sorted(orders) and {one["lang"] for one in found["lessons"]} == {"zh"}
    assert [one["slug"] for one in found["lessons"]] == [one["slug"] for one in asked(server, "lessons")[1]["lessons"]]


def test_a_bad_file_is_named_with_line_and_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red if the file were left out without a word, or took the others with it; its folder is nobody's business."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "mine.md").write_text('+++\ntitle = "Mine"\norder = 99\nsummary = "x"\n+++\n\n{nothing.here}\n')
    monkeypatch.setenv("LESSONS_DIR", str(tmp_path))
    found = lessons.contents({"lang": "en"})
    (broken,) = found["broken"]
    assert (broken["name"], broken["lang"]) == ("mine.md", "en")
    assert broken["mistakes"][0][0] == 7 and "nothing" in broken["mistakes"][0][1]
    assert str(tmp_path) not in json.dumps(found) and len(found["lessons"]) > 6


def test_a_draft_measures_nothing_and_says_all_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red if the text waited for a run, or if it were another text."""
    lesson = shelf().find("momentum", "en")
    assert lesson is not None
    whole = page.opened(lesson)
    for name in ("number", "truth", "seen", "interval"):
        monkeypatch.setattr(Bench, name, lambda *_: pytest.fail("something was measured"))
    draft = page.draft(lesson)
    assert draft["draft"] and "draft" not in whole
    assert [block["kind"] for block in draft["blocks"]] == [block["kind"] for block in whole["blocks"]]
    assert (draft["places"], draft["formulas"]) == (whole["places"], whole["formulas"])
    asks = [block for block in draft["blocks"] if block["kind"] == "question"]
    assert asks and all(block["answer"] is None for block in asks)
    assert page.WAITING in json.dumps(draft, ensure_ascii=False)
    assert page.WAITING + "<" not in json.dumps(whole, ensure_ascii=False)


def test_what_is_not_there_is_not_found(server: str) -> None:
    assert asked(server, "lesson?slug=nowhere&lang=en") == (404, None)
    for body in (b"", b"[]", b"{", b'{"query": "v=1&f=ravine", "run": 0}', b'{"points": ' + b"[" * 300_000):
        assert asked(server, "sketch", body) == (404, None)
    many = {"query": QUADRATIC, "run": 9, "points": [[0, 0]]}
    assert asked(server, "sketch", json.dumps(many).encode()) == (404, None)


def test_a_sketch_is_marked_where_it_lies_on_the_page(server: str) -> None:
    """On a round bowl gradient descent goes straight from the start to the minimum, here shifted away by (1, -1)."""

    def score(points: list[list[float]], query: str) -> int:
        status, found = asked(server, "sketch", json.dumps({"query": query, "run": 0, "points": points}).encode())
        assert status == 200
        return int(found["score"])

    scenario = lessons_scenario(QUADRATIC)
    start = np.array(scenario.start)
    assert score([start.tolist(), [0.0, 0.0]], QUADRATIC) >= 97
    moved = f"{QUADRATIC}&dx=1&dy=-1"
    away = np.array(lessons_scenario(moved).placed_start)
    assert score([away.tolist(), [1.0, -1.0]], moved) >= 97
    assert score([[0.0, 0.0], [-4.0, 4.0]], QUADRATIC) < 40


def lessons_scenario(query: str) -> Any:
    from urllib.parse import parse_qsl

    from visualizer import Scenario

    scenario, problems = Scenario.from_query(dict(parse_qsl(query)))
    assert not problems
    return scenario
