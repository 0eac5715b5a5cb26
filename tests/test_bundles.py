"""Modules that travel together do what they do alone."""

from __future__ import annotations

import pytest
from lab import Lab

from visualizer.panels import assets, bundles

SOURCES = {name: body.decode() for name, (body, _) in assets.files().items() if name.endswith((".mjs", ".css"))}
TOGETHER = sorted({name for page in bundles.PAGES for name in bundles.ordered(page, SOURCES)})


@pytest.mark.browser
def test_every_module_exports_what_it_exports_alone(lab: Lab) -> None:
    """Red if an export were lost, renamed, or another module's; what is imported by name is the page's own."""
    lab.page.route(
        "**/alone/*",
        lambda route: route.fulfill(
            body=SOURCES[route.request.url.rpartition("/")[2]], content_type="text/javascript; charset=utf-8"
        ),
    )
    lab.open()
    found = lab.page.evaluate(
        """async ([folder, names]) => {
          const told = async (path) => {
            const module = await import(new URL(path, location).href);
            return Object.keys(module).sort().map((key) => [key, typeof module[key]]);
          };
          return Promise.all(names.map(async (name) => [await told(`/alone/${name}`), await told(folder + name)]));
        }""",
        [assets.folder(""), TOGETHER],
    )
    for name, (alone, together) in zip(TOGETHER, found, strict=True):
        assert together == alone, name
    same = "(await import(address)).store === window.descentLab.store"
    assert lab.page.evaluate(f"async (address) => {same}", assets.folder("") + "store.mjs")


def test_a_visit_asks_for_few_files_and_each_is_there() -> None:
    """Red if a module on the way of a first visit were left outside, or a style had no place or two."""
    for page in bundles.PAGES:
        wanted = assets.needed_at_once(page)
        assert len(wanted) <= 7 and set(wanted) <= set(assets.served())
        text = "".join(assets.served()[name][0].decode() for name in wanted if name.endswith(".mjs"))
        assert 'from "./' not in text.replace(f'from "./{bundles.BASE}"', "").replace(
            f'from "./{bundles.chunk(page)}"', ""
        )
        styles = [assets.served()[name][0].decode() for name in wanted if name.endswith(".css")]
        for name in bundles.styles(page, SOURCES):
            assert sum(SOURCES[name] in sheet for sheet in styles) == 1, name
    sheets = "".join(body.decode() for name, (body, _) in assets.served().items() if name.endswith("chunk.css"))
    assert sheets.count(SOURCES["player.css"]) == 1


def test_what_comes_on_demand_is_handed_the_pages_own_modules() -> None:
    """Red if a lesson got a second store, or a second theme."""
    late = assets.served()["lessonreader.mjs"][0].decode()
    assert 'from "./ui.mjs"' not in late and f'from "./{bundles.BASE}"' in late
    assert 'from "./lessonblocks.mjs"' in late


@pytest.mark.parametrize(
    "text",
    [
        "export let count = 0;\n",
        'export * from "./ui.mjs";\n',
        "export { a as b };\n",
        'import "./ui.mjs";\n',
        'import {\n  el,\n} from "./ui.mjs"\n',
        "import x, { y } from './ui.mjs';\n",
    ],
)
def test_another_form_is_refused(text: str) -> None:
    """A variable that changes would be handed over as it was once; the others would be lost."""
    with pytest.raises(ValueError, match=r"odd\.mjs: an (im|ex)port of another form"):
        bundles.exports("odd.mjs", text)
