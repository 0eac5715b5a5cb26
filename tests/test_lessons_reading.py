"""Lessons read: what is wrong is named with its line, and nothing that a file holds raises anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import strategies  # noqa: F401  (Hypothesis' profile)
from hypothesis import given
from hypothesis import strategies as st
from wording import assert_bilingual

from visualizer.lessons import check, grammar, shelf
from visualizer.lessons.lesson import Claim, Lesson, Prose, Question, Show, Sketch
from visualizer.lessons.meaning import read as read_expression
from visualizer.lessons.mistakes import LessonError
from visualizer.lessons.page import as_json
from visualizer.lessons.reading import LONGEST, read
from visualizer.lessons.stage import Place, query_of
from visualizer.lessons.stage import read as stage_read

HEAD = """+++
title = "The valley"
order = 1
summary = "What it is about."

[scenarios]
valley = "v=1&f=ravine~theta_deg~0&r1=sgd~lr~0.0195&r2=momentum~lr~0.01&steps=300&tol=1e-6"
saddle = "v=1&f=saddle_floor&r1=sgd~lr~0.05&r2=adam~lr~0.05&steps=150"
moons = "v=1&net=moons&r1=adam"
+++
"""
BODY = 11  # the first line of the body


def lesson(body: str, head: str = HEAD) -> Lesson:
    found, mistakes = read(head + body, "valley", "en")
    assert found, mistakes
    return found


def wrong(body: str, head: str = HEAD) -> list[tuple[int, str]]:
    found, mistakes = read(head + body, "valley", "en")
    assert found is None
    assert_bilingual(*(mistake.text for mistake in mistakes))
    return [(mistake.line, str(mistake.text)) for mistake in mistakes]


def test_a_whole_lesson() -> None:
    found = lesson(
        "[See](show:valley)\n\nProse {valley.sgd.stays} with $2/L$.\n\n"
        "```claim none\nIt arrives\nlate.\n= valley.sgd.stays > 100\n= valley.sgd.touch > 100\n```\n"
        "```question valley@45\nWho?\n- One\n  = valley.sgd.stays < valley.momentum.stays\n- Other\n> Since.\n```\n"
        "```sketch saddle.adam\nDraw.\n> So.\n```\n"
        "- in a [list](try:valley?r1.lr=0.0201&steps=500)\n"
    )
    assert [type(block) for block in found.blocks] == [Show, Prose, Claim, Question, Sketch, Prose]
    assert (found.title, found.order, found.slug) == ("The valley", 1.0, "valley")
    assert [figure.expression.line for figure in found.figures] == [BODY + 2]
    (claim,) = found.claims
    assert (claim.line, claim.rule, len(claim.expressions)) == (BODY + 4, "none", 2)
    question, sketch = found.questions
    assert isinstance(question, Question) and found.places[question.place] == Place("valley", 45.0)
    assert [choice.condition is None for choice in question.choices] == [False, True]
    assert isinstance(sketch, Sketch) and sketch.run == 1
    assert found.formulas == ("2/L",)


WRONG: list[tuple[str, int, str]] = [
    ("text {valley.sgd.stay}", 0, "no 'stay'"),
    ("one\n\ntwo\nthree {valley.sgd.stays", 3, "never closed"),
    ("one {valley.sgd.stays : nine}", 0, "After the colon"),
    ("one {valley.sgd.stays : interval}", 0, "Only a median"),
    ("one\ntwo {valley.sgd.stays < 3}", 1, "not a comparison"),
    ("| a |\n|---|\n| 1 |\n| {x} |", 3, "alone means nothing"),
    ("- one\n- two [x](try:valley?r1.lr=abc)", 1, "cannot be 'abc'"),
    ("- one\n- two\n  [x](try:valey)", 2, "no scenario 'valey'"),
    ("[x](show:moons@45)", 0, "cannot be turned"),
    ("one\n\n[x](ftp://there)", 2, "A link begins"),
    ("one\n\n![x](https://there/x.png)", 2, "loads no images"),
    ("[x](lesson:No)", 0, "No lesson"),
    (r"one $\frac{1$ two", 0, "cannot be drawn"),
    ("one\n\n$$\n\\nonsense{x}\n$$", 2, "cannot be drawn"),
    ("```claim\nIt is.\n= valley.sgd.stays < 3\n```", 0, "how rates were chosen"),
    ("```claim none\nIt is.\n```", 0, "= expression"),
    ("```claim none\n= valley.sgd.stays < 3\n```", 0, "begins with a sentence"),
    ("```claim none\nIt is.\n- x\n```", 2, "no line with -"),
    ("```claim none\nIt is.\n= valley.sgd.stays\n```", 2, "Here stands a number"),
    ("```claim none\nIt is.\n= 1 < 2\n= valley.sgd.stays <\n```", 3, "missing at the end"),
    ("```claim equal lr\nIt is.\n= valley.sgd.stays > valley.momentum.stays\n```", 2, "but here it is 0.01"),
    ("```claim each at its best\nIt is.\n= valley.sgd.stays > 3\n```", 2, ".best before"),
    ("```claim equal lr\nIt is.\n= valley.sgd.best.stays > 3\n```", 2, "allows no .best"),
    ("```claim none\nIt is.\n= saddle.adam.leaves < saddle.sgd.leaves\n```", 2, "at 0 and at 45"),
    ("```claim none\nIt is.\n= saddle.adam.leaves < 30\n= saddle@45.sgd.leaves > 30\n```", 2, "at 0 and at 45"),
    ("```question valley\nWho?\n- a\n```", 0, "2 to 6 choices"),
    ("```question valley\nWho?\n- a\n- b\n```", 0, "when it is right"),
    ("```question valley\nWho?\n= 1 < 2\n- a\n```", 2, "below its choice"),
    ("```question\nWho?\n- a\n- b\n  = 1 < 2\n```", 0, "no scenario ''"),
    ("```sketch valley\nDraw.\n```", 0, "sketch scenario.run"),
    ("```sketch moons.adam\nDraw.\n```", 0, "no path"),
    ("```sketch valley.adam\nDraw.\n```", 0, "No run is called"),
    ("> ```claim none\n> It is.\n> ```", 0, "stands on its own"),
]


@pytest.mark.parametrize(("body", "line", "why"), WRONG)
def test_what_is_wrong_is_named_with_its_line(body: str, line: int, why: str) -> None:
    (found,) = wrong(body)
    assert found[0] == BODY + line and why in found[1], found


HEADS: list[tuple[str, int, str]] = [
    ("", 1, "between two lines"),
    ("title = 1", 1, "between two lines"),
    ("+++\ntitle = 1", 2, "between two lines"),
    ('+++\ntitle = "a\n+++\n', 2, "no TOML"),
    ('+++\ntitle = "a"\norder = 1\nsummary = [1,\n+++\n', 4, "no TOML"),
    ('+++\ntitle = "a"\nsummary = "b"\n+++\n', 1, "order = a number"),
    ('+++\norder = 1\ntitle = 3\nsummary = "b"\n+++\n', 3, 'title = "..."'),
    ('+++\ntitle = "a"\norder = nan\nsummary = "b"\n+++\n', 3, "order = a number"),
    ('+++\ntitle = "a"\norder = 1\nsummary = "b"\nauthor = "c"\n+++\n', 5, "no 'author'"),
    ('+++\ntitle = "a"\norder = 1\nsummary = "b"\nscenarios = 3\n+++\n', 5, "[scenarios]"),
    (HEAD.replace("valley =", "Valley ="), 7, "small letters"),
    (HEAD.replace("f=ravine", "f=ravin"), 7, "no landscape 'ravin'"),
    (HEAD.replace("lr~0.05&r2", "lr~-1&r2"), 8, "lr cannot be '-1'"),
    (HEAD.replace("net=moons", "net=suns"), 9, "no data set 'suns'"),
    (HEAD.replace("v=1&net=moons&r1=adam", "adam"), 9, "name=value"),
    (HEAD.replace("v=1&net=moons&r1=adam", "r1=adam"), 9, "no surface"),
    (HEAD.replace('"v=1&net=moons&r1=adam"', "7"), 9, "link in quotes"),
]


@pytest.mark.parametrize(("head", "line", "why"), HEADS)
def test_what_is_wrong_with_the_head_is_named_with_its_line(head: str, line: int, why: str) -> None:
    (found,) = wrong("", head)
    assert found[0] == line and why in found[1], found


def test_all_mistakes_of_a_file_are_named_in_order() -> None:
    found = wrong("{x}\n\n```claim none\nIt is {y}.\n= z\n```\n\n[x](show:z)", HEAD.replace("f=ravine", "f=ravin"))
    assert [line for line, _ in found] == sorted(line for line, _ in found)
    assert {7, BODY, BODY + 3, BODY + 4, BODY + 7} <= {line for line, _ in found}


def test_nothing_is_loaded_and_no_html_gets_through() -> None:
    found = as_json(
        lesson('<script>x</script> <b onclick=1>y</b> [z](https://a.b/?q="><i>) [x](javascript:alert(1))\n')
    )
    (block,) = found["blocks"]
    assert "<script" not in block["html"] and "<b" not in block["html"] and "<i>" not in block["html"]
    assert 'href="https://a.b/' in block["html"] and "noopener" in block["html"]
    assert "href" not in block["html"].split("noopener")[1]


CHANGES = [
    ("valley?steps=800", "steps", "800"),
    ("valley?r2.momentum=0.99", "r2", "momentum~lr~0.01~momentum~0.99"),
    ("valley?momentum.momentum=0.99", "r2", "momentum~lr~0.01~momentum~0.99"),
    ("valley?r1.cosine.T_max=77", "r1", "sgd~lr~0.0195~~cosine~T_max~77"),
    ("valley?f.kappa=10", "f", "ravine~kappa~10~theta_deg~0"),
    ("valley?noise=gaussian&noise.sigma=2", "noise", "gaussian~sigma~2"),
    ("valley?r3=adam~lr~0.1", "r3", "adam~lr~0.1"),
    ("valley@45?rot=30", "rot", "30"),
    ("saddle@-45", "rot", "-45"),
    ("moons?adam.learn.dropout=0.3", "r1", "adam~~learn~dropout~0.3"),
    ("moons?shape.hidden=16_16", "shape", "hidden~16_16"),
    ("moons?net.noise=0.3", "net", "moons~noise~0.3"),
]


@pytest.mark.parametrize(("place", "key", "value"), CHANGES)
def test_a_try_sets_dials_as_a_link_does(place: str, key: str, value: str) -> None:
    assert query_of(Place.read(place).picture(lesson("x").pictures))[key] == value


def test_a_run_is_taken_away() -> None:
    assert "r2" not in query_of(Place.read("saddle?r2=").picture(lesson("x").pictures))


@pytest.mark.parametrize(
    "change", ["r9.lr=1", "r1.x=1", "foo=1", "r1.lr=1~2", "steps", "r1.a.b.c=1", "f.x.y=1", ".=1", "noise.sigma=1"]
)
def test_an_impossible_try_is_refused(change: str) -> None:
    with pytest.raises(LessonError):
        Place.read(f"valley?{change}").picture(lesson("x").pictures)


# ---- whatever it holds -----------------------------------------------------------------------------------------------

WORDS = [
    *"valley saddle@45 moons sgd adam r1 best stays leaves lr loss x y first least share median never true".split(),
    *("60 seeds", "10 starts", "and", "or", "not", "0.5", "1e999", "9" * 40, "{", "}", "\n", " ", "$"),
    *(".", ".", ".", "(", ")", ",", "<", "=", "+", "-", "*", "/", "^", "%", "@"),
]
LINES = [
    *("+++", "[scenarios]", 'title = "a"', "order = 1", 'summary = "b"', 'a = "v=1&f=ravine"', "a = [[[[", "```"),
    *("~~~", "```claim none", "```claim equal lr", "```question a", "```sketch a.sgd", "= a.sgd.stays < 3", "- b"),
    *("> c", "| a |", "|---|", "$x$", "$$", "{a.sgd.stays}", "{", "}", "[x](show:a)", "[x](try:a?steps=7)"),
    *("![x](y)", "<b>", "> > > x", "\\", "", "    x", "1. x", "# h", "[a]: show:a", "[q][a]", "\x00", "\ud800"),
    *("\ufeff", "&amp;", "`" * 9, "\u2028", "\x0c", "\x85"),
]


@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
def test_an_expression_is_read_or_refused(text: str) -> None:
    for kind in ("number", "truth"):
        try:
            node = read_expression(text, PICTURES, kind)
        except LessonError as wrong:
            refused = wrong
        else:
            assert grammar.written(grammar.read(grammar.written(node))) == grammar.written(node)
            continue
        assert_bilingual(refused.text)
        assert 0 <= refused.at <= len(text)


PICTURES = {
    "valley": stage_read("v=1&f=ravine&r1=sgd&r2=adam"),
    "saddle": stage_read("v=1&f=saddle_floor&r1=sgd&r2=adam"),
    "moons": stage_read("v=1&net=moons&r1=adam"),
}


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=12), max_size=24).map("\n".join), st.booleans())
def test_any_text_is_a_lesson_or_has_mistakes(text: str, headed: bool) -> None:
    found, mistakes = read((HEAD if headed else "") + text, "valley", "zh")
    assert (found is None) == bool(mistakes)
    lines = (HEAD if headed else "").count("\n") + text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= mistake.line <= lines for mistake in mistakes)


@pytest.mark.parametrize(
    "text",
    [
        "x" * (LONGEST + 1),
        "[" * 20_000,
        "> " * 10_000,
        "*" * 20_000,
        "- " * 10_000,
        "$" * 20_000,
        "{" * 20_000,
        "`" * 20_000,
        "[x](" * 8_000,
        "{" + "(" * 390 + "}",
        "{" + "-" * 390 + "1}",
        "$" + "{" * 300 + "}" * 300 + "$",
        "$" + r"\frac{1}{" * 40 + "1" + "}" * 40 + "$",
        "```claim none\n" + "= 1 < 2\n" * 2000 + "```",
        "|" * 20_000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_texts_are_read_soon(text: str) -> None:
    read(HEAD + text, "valley", "en")


def test_a_head_that_is_nested_too_deeply_is_told() -> None:
    assert wrong("", f"+++\na = {'[' * 20_000}\n+++\n")


# ---- folders ---------------------------------------------------------------------------------------------------------


def folder(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path = path.with_name(path.name + ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def test_a_bad_file_leaves_the_others(tmp_path: Path) -> None:
    folder(tmp_path, en__good=HEAD + "x", en__bad=HEAD + "{x}", zh__good=HEAD + "好", en__Odd=HEAD)
    (tmp_path / "en" / "raw.md").write_bytes(HEAD.encode() + b"one\ntwo \xff\n")
    (tmp_path / "en" / "notes.txt").write_text("not a lesson")
    (tmp_path / "en" / "dir.md").mkdir()
    found = shelf.shelf([tmp_path])
    assert list(found.lessons["en"]) == ["good"] and list(found.lessons["zh"]) == ["good"]
    told = {Path(one.path).name: one.mistakes[0].line for one in found.broken}
    assert told == {"bad.md": BODY, "Odd.md": 1, "raw.md": BODY + 1}


def test_lessons_have_an_order_and_a_language(tmp_path: Path) -> None:
    first, second = HEAD.replace("order = 1", "order = 0.5"), HEAD
    folder(tmp_path, en__z=first + "x", en__a=second + "x", en__b=second + "x", zh__a=second + "好")
    found = shelf.shelf([tmp_path])
    assert [one.slug for one in found.contents("en")] == ["z", "a", "b"]
    assert [(one.slug, one.lang) for one in found.contents("zh")] == [("z", "en"), ("a", "zh"), ("b", "en")]
    assert found.find("c", "en") is None


def test_a_mounted_folder_adds_and_replaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(shelf.VARIABLE, str(tmp_path))
    before = shelf.shelf()
    folder(tmp_path, zh__own=HEAD + "好")
    found = shelf.shelf()
    assert set(found.lessons["zh"]) == {*before.lessons["zh"], "own"}
    monkeypatch.setenv(shelf.VARIABLE, str(tmp_path / "nowhere"))
    assert set(shelf.shelf().lessons["zh"]) == set(before.lessons["zh"])


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = folder(tmp_path, en__a=HEAD + "x") / "en" / "a.md"
    one = shelf.shelf([tmp_path]).lessons["en"]["a"]
    assert shelf.shelf([tmp_path]).lessons["en"]["a"] is one
    path.write_text(HEAD + "{x}", "utf-8")
    os.utime(path, ns=(1, 1))
    assert [mistake.line for mistake in shelf.shelf([tmp_path]).broken[0].mistakes] == [BODY]


CLAIM = "```claim none\nIt is.\n= saddle.adam.loss < {}\n```\n"


def checked(root: Path) -> tuple[int, str]:
    told: list[str] = []
    return check.check(root, told.append), "\n".join(told)


def test_the_check_runs_claims_and_says_what_was_measured(tmp_path: Path) -> None:
    folder(tmp_path, en__a=HEAD + CLAIM.format(0) + CLAIM.format(-9))
    count, told = checked(tmp_path)
    assert count == 1
    assert "holds (none): saddle.adam.loss < 0\n      saddle.adam.loss = −2.5" in told
    assert "FAILS (none): saddle.adam.loss < -9" in told


def test_the_check_finds_a_question_without_one_answer(tmp_path: Path) -> None:
    body = "```question saddle\nWho?\n- a\n  = 1 < 2\n- b\n  = 2 < 3\n```\n"
    folder(tmp_path, en__a=HEAD + body)
    count, told = checked(tmp_path)
    assert count == 1 and f"{BODY}: 2 choices are right" in told


def test_the_check_holds_the_languages_in_step(tmp_path: Path) -> None:
    folder(tmp_path, en__a=HEAD + CLAIM.format(0), zh__a=HEAD + CLAIM.format(1), en__b=HEAD + "x")
    folder(tmp_path, en__c=HEAD + "[x](lesson:nowhere)", zh__c=HEAD.replace("steps=150", "steps=160") + "{1 + 1}")
    count, told = checked(tmp_path)
    assert "differ in their claims" in told and "zh/b.md: there is no such file" in told
    assert "differ in their scenarios" in told and "differ in their figures" in told
    assert f"en/c.md:{BODY}: there is no lesson nowhere" in told
    assert count == 5


def test_a_folder_in_one_language_is_complete(tmp_path: Path) -> None:
    folder(tmp_path, zh__a=HEAD + CLAIM.format(0))
    assert checked(tmp_path)[0] == 0
