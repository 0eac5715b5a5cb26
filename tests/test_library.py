"""The library's data: drawn formulas, entries in both languages, what is served when, code on demand."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from test_page import opened, sent
from wording import CHINESE

from optimizers import CATALOGUE
from visualizer import catalogue, formula, library
from visualizer.edits import Session, apply
from visualizer.panels import assets, memory, race
from visualizer.scenario import Scenario
from visualizer.spec import Text

KNOWN = library.as_json()
ENTRIES = {entry["slug"]: entry for entry in KNOWN["entries"]}


def test_every_optimizer_and_wrapper_has_an_entry_in_both_languages() -> None:
    assert list(ENTRIES) == list(CATALOGUE)
    for entry in ENTRIES.values():
        for key in ("summary", "follows"):
            english, chinese = entry[key]
            assert not CHINESE.search(english) and CHINESE.search(chinese), entry["slug"]
        assert entry["family"] in {family["slug"] for family in KNOWN["families"]}


def test_parents_are_known_and_older_than_their_children() -> None:
    for entry in ENTRIES.values():
        for parent in entry["parents"]:
            assert parent != entry["slug"]
            assert ENTRIES[parent]["year"] <= entry["year"], (parent, entry["slug"])


def test_no_method_is_its_own_ancestor() -> None:
    def ancestors(slug: str, path: tuple[str, ...]) -> None:
        assert slug not in path, path
        for parent in ENTRIES[slug]["parents"]:
            ancestors(parent, (*path, slug))

    for slug in ENTRIES:
        ancestors(slug, ())


def test_every_formula_is_drawn_and_every_glyph_in_it_is_there() -> None:
    glyphs = re.findall(r'<symbol id="([^"]+)"', KNOWN["glyphs"])
    assert len(glyphs) == len(set(glyphs))
    wanted = {entry["formula"] for entry in ENTRIES.values()}
    assert wanted <= set(KNOWN["formulas"])
    for tex, lines in KNOWN["formulas"].items():
        assert lines
        for width, height, depth, box, body in lines:
            assert 0 <= depth < height and width > 0.5
            assert [float(side) / formula.SIZE for side in box.split()[2:]] == pytest.approx([width, height], abs=1e-3)
            used = re.findall(r'href="#([^"]+)"', body)
            assert used and set(used) <= set(glyphs), tex
            assert "black" not in body, "a color of its own would not follow the theme"


@pytest.mark.parametrize(
    ("tex", "lines"),
    [
        (r"a = 1, \quad b = 2", ["a = 1", "b = 2"]),
        (r"a \quad b", [r"a \quad b"]),
        (r"\frac{a, \quad b}{c}, \quad d", [r"\frac{a, \quad b}{c}", "d"]),
        (r"\max\left(a, \quad b\right), \quad c", [r"\max\left(a, \quad b\right)", "c"]),
        (
            r"\begin{cases} 1, \quad & x \\ 2 \end{cases}, \quad y",
            [r"\begin{cases} 1, \quad & x \\ 2 \end{cases}", "y"],
        ),
        (r"\{ a, \quad b", [r"\{ a", "b"]),
    ],
)
def test_a_formula_is_split_only_between_its_equations(tex: str, lines: list[str]) -> None:
    assert formula.split(tex) == lines


def test_a_hat_is_no_wider_than_its_letter() -> None:
    """The wide hat that stands in for it would push the letter to the right: a thing of half an em."""
    assert formula.draw(r"\hat m").lines[0].width < formula.draw("m").lines[0].width + 0.05


def test_authors_are_told_from_the_place_of_publication() -> None:
    assert library.authors("Kingma and Ba, ICLR") == "Kingma and Ba"
    assert library.authors("You, Gitman and Ginsburg, arXiv") == "You, Gitman and Ginsburg"
    assert library.authors("Dozat, ICLR workshop; Loshchilov and Hutter, ICLR") == "Dozat; Loshchilov and Hutter"
    assert library.authors("Zeiler") == "Zeiler"


def test_the_cards_are_served_but_no_visit_waits_for_them() -> None:
    wanted = assets.preload("")
    late = {"cards.mjs", "rooms.mjs", "tree.mjs", "card.mjs", "library.css"}
    assert not [name for name in late if f"/{name}>" in wanted]
    own = assets.served()["base.chunk.mjs"][0] + assets.served()["main.chunk.mjs"][0]
    assert b"$library_mjs = " in own and not [name for name in late if f"${name}".replace(".", "_").encode() in own]
    stored = memory.table("")[assets.folder("") + "cards.mjs"]
    stored.load()
    assert stored.compressed and stored.content_type.startswith("text/javascript")
    text = assets.later()["cards.mjs"][0]().decode()
    entries = json.loads(dict(re.findall(r"^export const (\w+) = (.*);$", text, re.MULTILINE))["entries"])
    assert [entry["slug"] for entry in entries] == list(CATALOGUE)


def test_the_address_follows_what_the_cards_are_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    before = assets.digest()
    build, stands_for = assets.later()["cards.mjs"]
    monkeypatch.setattr(assets, "later", lambda: {"cards.mjs": (build, stands_for + " changed")})
    assert assets.digest.__wrapped__() != before
    monkeypatch.setattr(library, "texts", lambda: {"entries": [], "families": []})
    assert library.fingerprint() != stands_for


def session(**more: Any) -> Session:
    scenario = Scenario.suggested("ravine")
    return Session(scenario, scenario, **more)


def test_code_is_asked_for_a_run_of_the_race() -> None:
    before = session(first=True)
    after = apply(before, {"op": "snippets", "optimizer": "sgd", "run": 1, "seq": 4}, 0.0)
    assert after.asked is not None
    assert after.asked.run == before.scenario.runs[1]
    assert (after.scenario, after.undo, after.first, after.ack) == (before.scenario, (), True, 4), (
        "a look changes nothing"
    )


def test_code_of_a_newcomer_has_the_rate_that_it_would_be_added_with() -> None:
    before = session()
    asked = apply(before, {"op": "snippets", "optimizer": "nadam", "run": None}, 0.0).asked
    added = apply(before, {"op": "run_add", "value": "nadam"}, 0.0).scenario.runs[-1]
    assert asked is not None
    assert asked.run.hyper == added.hyper


def test_code_is_shown_even_when_the_race_is_full() -> None:
    before = session()
    full = replace(before, scenario=replace(before.scenario, runs=tuple(before.scenario.runs[:1]) * 12))
    assert apply(full, {"op": "snippets", "optimizer": "nadam", "run": None}, 0.0).asked is not None


@pytest.mark.parametrize(
    "edit", [{"optimizer": "nothing"}, {"optimizer": ["adam"]}, {}, {"optimizer": "adam", "run": 99}, {"run": "1"}]
)
def test_code_of_nothing_is_none(edit: dict[str, Any]) -> None:
    before = session()
    after = apply(before, {"op": "snippets", **edit}, 0.0)
    assert after.asked is not None and after.asked.run is None and after.asked.place is None
    assert replace(after, asked=None) == before


def test_the_code_comes_once_with_the_next_payload() -> None:
    app = opened({"v": "1", "f": "ravine", "r1": "adam~lr~0.25", "lang": "zh"})
    assert "snippets" not in sent(app)[0]
    asking = {"op": "snippets", "optimizer": "adam", "run": 0}
    app.session_state[race.KEY] = apply(app.session_state[race.KEY], asking, 0.0)
    header, _ = sent(app.run())
    found = header["snippets"]
    assert (found["optimizer"], found["run"]) == ("adam", 0)
    assert {library: snippet["kind"] for library, snippet in found["code"].items()} == {
        "descent_lab": "library",
        "torch": "library",
        "optax": "library",
    }
    assert "lr=0.25" in found["code"]["torch"]["code"]
    assert "snippets" not in sent(app.run())[0]


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("the first step is lr/sqrt(1 - alpha), 10 lr", "the first step is η/√(1 - α), 10 η"),
        ("curvature / sqrt(V) < 2 (1 + beta1) / eps2", "curvature / √V < 2 (1 + β₁) / ε₂"),
        ("1/sqrt(t) and sqrt(2) theta", "1/√t and √2 θ"),
        ("final_lr, lr_scheduler, SGD(lr=0.1), alphabet", "final_lr, lr_scheduler, SGD(lr=0.1), alphabet"),
    ],
)
def test_prose_has_the_letters_of_the_formulas(source: str, read: str) -> None:
    assert catalogue.prose(Text(source, source)) == [read, read]
