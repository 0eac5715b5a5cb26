"""The lessons themselves: every claim is measured, every question has one answer, both languages are in step."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from wording import CHINESE, HALF_WIDTH

from visualizer.lessons import check, kept, page, shelf
from visualizer.lessons.__main__ import main
from visualizer.lessons.lesson import Claim, Lesson
from visualizer.lessons.page import Page
from visualizer.link import read as read_link
from visualizer.networks.link import read as read_study

SHELF = shelf.shelf([shelf.OWN])
LESSONS = [lesson for known in SHELF.lessons.values() for lesson in known.values()]
NAMED = {f"{lesson.lang}/{lesson.slug}": lesson for lesson in LESSONS}
CLAIMS = {f"{name}:{claim.line}": (lesson, claim) for name, lesson in NAMED.items() for claim in lesson.claims}


@cache
def measured(lesson: Lesson) -> Page:
    return Page(lesson)


def test_every_file_is_a_lesson() -> None:
    assert SHELF.broken == ()
    assert LESSONS


@pytest.mark.parametrize("name", CLAIMS)
def test_claim(name: str) -> None:
    lesson, claim = CLAIMS[name]
    bench = measured(lesson).bench
    for made in claim.expressions:
        assert bench.truth(made.node), (made.text, bench.seen(made.node))


@pytest.mark.parametrize("name", NAMED)
def test_lesson_can_be_opened(name: str) -> None:
    """All its numbers can be measured, every question has one answer, and every place is a link."""
    told = page.opened(NAMED[name])
    assert told["problems"] == []
    assert page.UNKNOWN not in measured(NAMED[name]).figures
    assert json.loads(json.dumps(told)) == told
    for place in told["places"]:
        query = dict(part.split("=", 1) for part in place["query"].split("&"))
        assert (read_study(query) if place["net"] else read_link(query))[1] == []
    for block in told["blocks"]:
        assert block["kind"] != "question" or block["answer"] is not None
        assert block["kind"] != "claim" or block["holds"]


@pytest.mark.parametrize("name", NAMED)
def test_lesson_has_what_a_lesson_has(name: str) -> None:
    """A picture, a claim, something to predict, something to try; and numbers that are measured, not remembered."""
    lesson = NAMED[name]
    kinds = {type(block) for block in lesson.blocks}
    assert Claim in kinds and lesson.questions
    assert any(place.changes for place in lesson.places)
    assert any(not place.changes for place in lesson.places)
    assert len(lesson.figures) >= 5


@pytest.mark.parametrize("name", NAMED)
def test_lesson_is_written_in_its_language(name: str) -> None:
    lesson = NAMED[name]
    told = page.opened(lesson)
    texts = [lesson.title, lesson.summary]
    for block in told["blocks"]:
        texts += [block["html"], block.get("reveal", ""), *block.get("choices", ())]
    plain = [re.sub(r"<[^>]*>", "", text) for text in texts]
    if lesson.lang == "en":
        assert not any(CHINESE.search(text) for text in plain)
    else:
        assert all(CHINESE.search(text) for text in plain if len(text) > 20)
        assert [found.group() for text in plain if (found := HALF_WIDTH.search(text))] == []


def test_both_languages_are_in_step() -> None:
    assert list(check.out_of_step(SHELF)) == []
    assert list(check.lost(SHELF)) == []
    orders = [lesson.order for lesson in SHELF.lessons["en"].values()]
    assert len(set(orders)) == len(orders)


def test_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures"]) == 0
    assert "scenario.run.stays" in capsys.readouterr().out
    assert main(["check", "/no/such/folder"]) == 2


def test_a_class_that_opens_a_lesson_has_it_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson, calls, gate = LESSONS[0], [], threading.Event()

    def slow(one: Lesson) -> dict[str, str]:
        calls.append(one.slug)
        gate.wait(20)
        return {"slug": one.slug}

    monkeypatch.setattr(page, "as_json", slow)
    monkeypatch.setattr(page, "_kept", type(page._kept)())
    monkeypatch.setenv("DESCENT_LAB_CACHE", "")
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(page.opened(lesson))) for _ in range(5)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert calls == [lesson.slug]
    assert len(found) == 5 and all(one is found[0] for one in found)


def test_what_was_measured_is_known_to_the_next_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red if another text, or a file that is broken, were taken for it; or if numbers that are missing were kept."""
    monkeypatch.setenv("DESCENT_LAB_CACHE", str(tmp_path))
    lesson, found = LESSONS[0], {"slug": LESSONS[0].slug, "problems": [], "title": "\N{GREEK SMALL LETTER BETA}"}
    assert kept.load(lesson) is None
    kept.save(lesson, found | {"problems": [[1, "x"]]})
    assert kept.load(lesson) is None
    kept.save(lesson, found)
    assert kept.load(lesson) == found
    assert kept.load(replace(lesson, digest="another")) is None
    (file,) = (tmp_path / "lessons").iterdir()
    file.write_text("{")
    assert kept.load(lesson) is None
    monkeypatch.setenv("DESCENT_LAB_CACHE", "")
    kept.save(lesson, found)
    assert kept.load(lesson) is None


def test_a_text_is_read_once_for_all_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red if another text at the same place were taken for it, or if a lesson lost something on its way."""
    monkeypatch.setenv("DESCENT_LAB_CACHE", str(tmp_path))
    lesson = NAMED["en/momentum"]
    assert kept.recall(lesson.path, "text") is None
    kept.remember(lesson.path, "text", lesson)
    known = kept.recall(lesson.path, "text")
    assert known is not None and page.draft(known) == page.draft(lesson)
    assert [claim.line for claim in known.claims] == [claim.line for claim in lesson.claims]
    assert kept.recall(lesson.path, "another text") is None
    (file,) = (tmp_path / "lessons").iterdir()
    file.write_bytes(b"x")
    assert kept.recall(lesson.path, "text") is None


def test_a_lesson_that_fails_to_open_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def failing(one: Lesson) -> dict[str, str]:
        tries.append(1)
        raise MemoryError

    monkeypatch.setattr(page, "as_json", failing)
    monkeypatch.setattr(page, "_kept", type(page._kept)())
    monkeypatch.setenv("DESCENT_LAB_CACHE", "")
    for _ in range(2):
        with pytest.raises(MemoryError):
            page.opened(LESSONS[0])
    assert len(tries) == 2
