"""The library in real Chromium: finding, reading, racing; the tree's layout as numbers and on the screen."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from typing import Any

import pytest
from lab import Lab
from playwright.sync_api import expect

from landscapes import CATALOGUE as LANDSCAPES
from optimizers import CATALOGUE, FAMILIES
from visualizer.catalogue import prose

pytestmark = pytest.mark.browser

WINDOW = "dialog.dl-library[open]"
ROWS = f"{WINDOW} .dl-lib-row b"


def visit(lab: Lab, place: str, query: str = "v=1&f=beale&r1=adam~lr~0.1&lang=en") -> Lab:
    """A link with a place in the library."""
    lab.page.goto(f"{lab.server}/?{query}#{place}")
    lab.page.wait_for_function("performance.getEntriesByName('dl:painted-2d').length > 0", timeout=60_000)
    # The cards' formulas are drawn when a server starts, and for whoever comes before they are.
    lab.page.wait_for_selector(f"{WINDOW} .dl-lib-head", timeout=180_000)
    return lab


def names(lab: Lab) -> list[str]:
    return lab.page.locator(ROWS).all_inner_texts()


# ---- where it opens and closes ---------------------------------------------------------------------------------------


def test_the_key_opens_it_escape_closes_it_and_the_race_goes_on(lab: Lab) -> None:
    lab.open({"v": "1", "f": "saddle_floor", "lang": "en"})
    lab.page.keyboard.press("Home")
    lab.page.keyboard.press("Space")
    door = lab.page.get_by_role("button", name="Optimizers", exact=True)
    door.focus()
    lab.page.keyboard.press("o")
    expect(lab.page.get_by_placeholder("Name, author, or a word of the card")).to_be_focused()
    assert lab.page.evaluate("location.hash") == "#optimizers"
    before = lab.clock()["t"]
    lab.page.wait_for_function("(t) => window.descentLab.store.clock.t > t", arg=before)
    lab.page.keyboard.type("o")
    assert lab.page.locator(WINDOW).count() == 1, "an o that is typed is a letter"
    lab.page.keyboard.press("Escape")
    expect(lab.page.locator(WINDOW)).to_have_count(1)  # the first Escape empties the search
    lab.page.keyboard.press("Escape")
    expect(lab.page.locator("dialog")).to_have_count(0)
    expect(door).to_be_focused()
    assert lab.page.evaluate("location.hash") == ""


def test_every_door_leads_in(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "r1": "nadam~lr~0.1", "lang": "en"})
    page = lab.page
    page.get_by_role("button", name="Optimizers", exact=True).click()
    expect(page.locator(WINDOW)).to_be_visible()
    page.get_by_role("button", name="Close (Esc)").click()
    page.get_by_role("button", name="Add optimizer").click()
    page.get_by_text("All optimizers, as cards").click()
    expect(page.locator(WINDOW)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Actions for Nadam").click()
    page.get_by_role("menuitem", name="Card").click()
    expect(page.locator(f"{WINDOW} article h2")).to_have_text("Nadam")
    page.keyboard.press("Escape")
    page.evaluate("location.hash = '#tree'")
    expect(page.locator(f"{WINDOW} .dl-tree")).to_be_visible()
    page.evaluate("location.hash = ''")
    expect(page.locator("dialog")).to_have_count(0)


@pytest.mark.parametrize("slug", ["adabound", "rprop", "sam"])
def test_a_link_opens_a_card(lab: Lab, slug: str) -> None:
    visit(lab, f"optimizers/{slug}")
    rule = CATALOGUE[slug]
    card = lab.page.locator(f"{WINDOW} article")
    expect(card.locator("h2")).to_have_text(str(rule.title))
    for said in (
        rule.source.citation,
        f"arXiv:{rule.source.arxiv}" if rule.source.arxiv else "",
        prose(rule.follows)[0],
    ):
        expect(card).to_contain_text(said)
    drawn = card.get_by_role("img", name=rule.formula, exact=True)
    expect(drawn).to_be_visible()
    assert drawn.evaluate("(node) => node.querySelectorAll('use').length") > 5
    boxes = drawn.evaluate("(node) => [...node.querySelectorAll('use')].map((use) => use.getBBox().width)")
    assert all(box > 0 for box in boxes), "a glyph without an outline"
    expect(card.locator(".dl-card-dials tbody tr")).to_have_count(len(rule.hypers))
    expect(card).to_contain_text("No code yet.")


def test_code_that_the_server_writes_is_shown_in_tabs(lab: Lab) -> None:
    visit(lab, "optimizers/adam")
    lab.page.wait_for_function("window.descentLab.store.state.header.snippets")  # what the window itself asked for
    lab.page.evaluate(
        """() => {
          const { state } = window.descentLab.store;
          state.header.snippets = { optimizer: "adam", run: 0, code: {
            torch: { code: "import torch  # <b>", kind: "library" },
            optax: { code: "while True: pass", kind: "loop" } } };
          window.descentLab.store.refresh();
        }"""
    )
    card = lab.page.locator(f"{WINDOW} article")
    expect(card.locator(".dl-code")).to_have_text("import torch  # <b>")
    expect(card.get_by_text("Plain loop")).to_be_hidden()
    card.get_by_role("tab", name="Optax").click()
    expect(card.locator(".dl-code")).to_have_text("while True: pass")
    expect(card.get_by_text("Plain loop")).to_be_visible()
    expect(card.get_by_role("tab", name="Descent Lab")).to_be_hidden()


# ---- finding ---------------------------------------------------------------------------------------------------------


def test_search_finds_by_either_name_by_author_and_by_word(lab: Lab) -> None:
    visit(lab, "optimizers")
    search = lab.page.get_by_placeholder("Name, author, or a word of the card")
    assert len(names(lab)) == len(CATALOGUE)
    search.fill("\u52a8\u91cf")  # momentum, in Chinese
    assert "Momentum" in names(lab)
    assert "signSGD" not in names(lab)[:2]
    search.fill("kingma")
    by_kingma = {str(rule.title) for rule in CATALOGUE.values() if "Kingma" in rule.source.citation}
    assert set(names(lab)[: len(by_kingma)]) == by_kingma, "those whose words mention him come after"
    search.fill("RADAM liu")
    assert names(lab)[0] == "RAdam"
    search.fill("xyzzy")
    expect(lab.page.locator(WINDOW)).to_contain_text("No optimizer fits these filters.")
    lab.page.get_by_role("button", name="Clear filters").click()
    assert len(names(lab)) == len(CATALOGUE)


def test_family_and_year_narrow_the_list_and_the_count_says_so(lab: Lab) -> None:
    visit(lab, "optimizers")
    page = lab.page
    page.get_by_role("button", name=str(FAMILIES["adam"]), exact=True).click()
    page.get_by_role("button", name=str(FAMILIES["sign"]), exact=True).click()
    page.get_by_label("From").select_option("2016")
    page.get_by_label("to", exact=True).select_option("2018")
    wanted = [
        str(rule.title)
        for rule in CATALOGUE.values()
        if rule.family in {"adam", "sign"} and 2016 <= rule.source.year <= 2018
    ]
    assert sorted(names(lab)) == sorted(wanted)
    expect(page.locator(".dl-lib-count")).to_have_text(f"{len(wanted)} of {len(CATALOGUE)}")
    page.get_by_role("button", name="By year").click()
    years = [CATALOGUE[slug].source.year for slug in order(lab)]
    assert years == sorted(years)


def order(lab: Lab) -> list[str]:
    rows = "[...document.querySelectorAll('.dl-lib-open')].map((row) => row.dataset.key.split(':')[2])"
    return lab.page.evaluate(rows)


def test_the_list_is_walked_by_arrows_and_enter_opens_the_card(lab: Lab) -> None:
    visit(lab, "optimizers")
    press = lab.page.keyboard.press
    second = order(lab)[1]
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Enter"):
        press(key)
    expect(lab.page.locator(f"{WINDOW} article")).to_have_attribute("data-slug", second)
    assert lab.page.evaluate("location.hash") == f"#optimizers/{second}"
    press("ArrowUp")
    press("ArrowUp")
    expect(lab.page.get_by_placeholder("Name, author, or a word of the card")).to_be_focused()


# ---- the tree --------------------------------------------------------------------------------------------------------

OVERLAPS = """(boxes) => boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) =>
  a.x < b.x + b.width - 0.5 && b.x < a.x + a.width - 0.5 && a.y < b.y + b.height - 0.5 && b.y < a.y + a.height - 0.5
).map((b) => [a.slug, b.slug]))"""


def invented(seed: int) -> list[dict[str, Any]]:
    """Seventy methods, crowded into a few years as the real ones are, with up to three older parents each."""
    chance = random.Random(seed)
    found: list[dict[str, Any]] = []
    for i in range(70):
        year = chance.choice([1951, 1964, 1993, *range(2011, 2026), 2019, 2019, 2019])
        older = [one["slug"] for one in found if one["year"] <= year]
        parents = chance.sample(older, min(len(older), chance.randrange(4)))
        family = chance.choice(list(FAMILIES))
        found.append(
            {"slug": f"m{i}", "year": year, "family": family, "parents": parents, "width": chance.randrange(50, 190)}
        )
    return found


@pytest.mark.parametrize("width", [700, 1384, 1860])
def test_no_two_labels_of_a_layout_overlap(lab: Lab, width: int) -> None:
    lab.open()
    for seed in range(20):
        entries = invented(seed)
        plan = lab.page.evaluate(
            """async ([address, entries, families, size]) => {
              const { layout } = await import(address);
              return layout(entries, families, size);
            }""",
            [
                lab.module("treelayout.mjs"),
                entries,
                list(FAMILIES),
                {"width": width, "gutter": 140, "head": 26, "row": 23, "label": 21, "gap": 8, "pad": 3, "least": 30},
            ],
        )
        assert {node["slug"] for node in plan["nodes"]} == {entry["slug"] for entry in entries}
        assert lab.page.evaluate(OVERLAPS, plan["nodes"]) == []
        assert len(plan["edges"]) == sum(len(entry["parents"]) for entry in entries)
        place = {node["slug"]: node for node in plan["nodes"]}
        band = {one["family"]: one for one in plan["bands"]}
        at = {one["year"]: one["x"] for one in plan["years"]}
        for entry in entries:
            node, home = place[entry["slug"]], band[entry["family"]]
            assert home["y"] <= node["y"] and node["y"] + 21 <= home["y"] + home["height"]
            assert node["x"] == at[entry["year"]] and node["x"] + node["width"] <= plan["width"]
        tops = [(one["y"], one["y"] + one["height"]) for one in plan["bands"]]
        assert all(above[1] <= below[0] for above, below in pairwise(tops))
        assert list(at.values()) == sorted(at.values())


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080)])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_tree_shows_every_optimizer_and_clips_none(lab: Lab, width: int, height: int, lang: str) -> None:
    lab.page.set_viewport_size({"width": width, "height": height})
    visit(lab, "tree", f"lang={lang}")
    boxes = lab.page.evaluate(
        """() => [...document.querySelectorAll(".dl-tree-node")].map((node) => {
          const { x, y, width, height } = node.getBoundingClientRect();
          const button = node.querySelector(".dl-tree-add");
          return { slug: node.dataset.slug, x, y, width, height, clipped: button.scrollWidth > button.clientWidth };
        })"""
    )
    assert {box["slug"] for box in boxes} == set(CATALOGUE)
    assert [box["slug"] for box in boxes if box["clipped"]] == []
    assert lab.page.evaluate(OVERLAPS, boxes) == []
    assert [box["slug"] for box in boxes if box["x"] < 0 or box["x"] + box["width"] > width] == []


def test_arrows_reach_every_optimizer_of_the_tree(lab: Lab) -> None:
    visit(lab, "tree")
    lost = lab.page.evaluate(
        """async (address) => {
          const { neighbor } = await import(address);
          const nodes = [...document.querySelectorAll(".dl-tree-node")].map((node) => {
            const { x, y, width, height } = node.getBoundingClientRect();
            return { slug: node.dataset.slug, x, y, width, height };
          });
          const found = new Set([nodes.find((node) => node.slug === "sgd")]);
          for (const node of found)
            for (const way of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
              const next = neighbor(node, nodes, way);
              if (next) found.add(next);
            }
          return nodes.filter((node) => !found.has(node)).map((node) => node.slug);
        }""",
        lab.module("treelayout.mjs"),
    )
    assert lost == []


def test_lineage_is_all_ancestors_and_all_descendants(lab: Lab) -> None:
    lab.open()
    edges = [{"from": a, "to": b} for a, b in ("ab", "bc", "cd", "bx", "yc")]
    found = lab.page.evaluate(
        "async ([address, edges]) => [...(await import(address)).lineage('c', edges)].sort()",
        [lab.module("treelayout.mjs"), edges],
    )
    assert found == ["a", "b", "c", "d", "y"]


def test_a_click_in_the_tree_races_and_can_be_undone_and_i_opens_the_card(lab: Lab) -> None:
    visit(lab, "tree")
    page = lab.page
    node = page.locator(".dl-tree-node[data-slug=nadam]")
    header = lab.edited(lambda: node.get_by_role("button", name="Nadam, 2016: add to the race").click())
    assert [run["optimizer"] for run in header["scenario"]["runs"]] == ["adam", "nadam"]
    expect(page.locator(".dl-lib-said")).to_have_text("Nadam is in the race now: 2 of 12 runs.Undo")
    expect(node).to_have_class("dl-tree-node dl-tree-kin dl-tree-racing")
    header = lab.edited(lambda: page.get_by_role("button", name="Undo", exact=True).click())
    assert [run["optimizer"] for run in header["scenario"]["runs"]] == ["adam"]
    node.get_by_role("button", name="Card of Nadam").click()
    expect(page.locator(f"{WINDOW} article h2")).to_have_text("Nadam")
    page.get_by_role("button", name="Show in the tree").click()
    expect(node.locator(".dl-tree-add")).to_be_focused()
    page.keyboard.press("i")
    expect(page.locator(f"{WINDOW} article h2")).to_have_text("Nadam")


def test_a_full_race_says_so(lab: Lab) -> None:
    runs = "&".join(f"r{i + 1}=adam" for i in range(12))
    visit(lab, "tree", f"v=1&f=beale&{runs}&lang=en")
    before = lab.header()["rev"]
    lab.page.locator(".dl-tree-node[data-slug=nadam] .dl-tree-add").click()
    expect(lab.page.locator(".dl-lib-said")).to_contain_text("The race is full: 12 runs")
    assert lab.header()["rev"] == before


# ---- languages, phones -----------------------------------------------------------------------------------------------


def test_the_language_can_change_while_it_is_open(lab: Lab) -> None:
    visit(lab, "optimizers/momentum")
    lab.edited(lambda: lab.page.evaluate("window.descentLab.store.edit('lang', { value: 'zh' })"))
    card = lab.page.locator(f"{WINDOW} article")
    expect(card.locator("h2")).to_have_text(CATALOGUE["momentum"].title.zh)
    expect(card).to_contain_text(prose(CATALOGUE["momentum"].follows)[1])
    expect(card.locator(".dl-card-other")).to_have_text(str(CATALOGUE["momentum"].title))
    lab.edited(lambda: lab.page.evaluate("window.descentLab.store.edit('lang', { value: 'en' })"))
    expect(card.locator("h2")).to_have_text("Momentum")


@pytest.mark.parametrize("place", ["optimizers", "optimizers/adafactor", "tree"])
def test_on_a_phone_nothing_is_wider_than_the_window(lab: Lab, place: str) -> None:
    lab.page.set_viewport_size({"width": 390, "height": 844})
    visit(lab, place)
    wide = lab.page.evaluate(
        """() => [...document.querySelectorAll("dialog *")].filter((node) => {
          const box = node.getBoundingClientRect();
          return box.width && box.right > innerWidth + 1 && !node.closest(".dl-lib-chips, .dl-formula, .dl-code");
        }).map((node) => node.className)"""
    )
    assert wide == []
    if place == "tree":
        years = lab.page.locator(".dl-tree h3").all_inner_texts()
        assert json.loads(f"[{','.join(years)}]") == sorted({rule.source.year for rule in CATALOGUE.values()})
        expect(lab.page.locator(".dl-tree-node")).to_have_count(len(CATALOGUE))
    elif place != "optimizers":
        expect(lab.page.locator(".dl-lib-list")).to_be_hidden()
        lab.page.get_by_role("button", name="All optimizers", exact=True).click()
        expect(lab.page.locator(".dl-lib-list")).to_be_visible()


def test_the_surface_says_what_it_is(lab: Lab) -> None:
    """Its formula with every glyph, its notes, each certified point, its source; Escape closes it."""
    lab.open({"f": "himmelblau", "lang": "en"})
    surface = LANDSCAPES["himmelblau"]
    lab.page.get_by_role("button", name="About this surface").click()
    about = lab.page.get_by_role("dialog", name="About this surface")
    for said in (surface.source.citation, prose(surface.notes)[0], "−2.805118", "181.6165"):
        expect(about).to_contain_text(said)
    expect(about.locator("tbody tr")).to_have_count(len(surface.points({})))
    drawn = about.get_by_role("img", name=surface.formula, exact=True)
    boxes = drawn.evaluate("(node) => [...node.querySelectorAll('use')].map((use) => use.getBBox().width)")
    assert len(boxes) > 10 and all(box > 0 for box in boxes)
    lab.page.keyboard.press("Escape")
    expect(about).to_have_count(0)
