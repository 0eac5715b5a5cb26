"""The page's colors as plain data: paths are loud, the surface under them is quiet.

Path colors are those of Okabe and Ito ("Color Universal Design", 2008), which stay apart for color-blind
eyes; light-background variants are darkened at the same hue until they keep 3:1 against the surface.
A path's slot fixes its color *and* its dash, so that color never carries the meaning alone.
"""

SLOTS = 12

#: Eight hues; slots 8 to 11 take up the first four again with dashes of their own.
_LIGHT = ["#005f9e", "#c84c00", "#007f5c", "#a8457f", "#9a6700", "#1d1f24", "#2b8ed2", "#736a00"]
_DARK = ["#56b4e9", "#ff7f3f", "#1fc795", "#e58fc0", "#f0a81c", "#f2f4f7", "#4d94ff", "#f0e442"]

PATHS = {
    "light": [_LIGHT[slot % len(_LIGHT)] for slot in range(SLOTS)],
    "dark": [_DARK[slot % len(_DARK)] for slot in range(SLOTS)],
}

#: Lengths in CSS pixels of stroke, gap, stroke, ... for a line about 2 pixels wide; empty = solid.
DASHES = [
    [],
    [9, 4],
    [2, 3],
    [9, 3, 2, 3],
    [5, 3],
    [14, 4],
    [9, 3, 2, 3, 2, 3],
    [4, 2, 4, 6],
    [18, 3, 3, 3],
    [3, 3, 3, 3, 9, 3],
    [1, 2, 6, 2],
    [12, 2, 4, 2],
]

#: Sequential scales of low chroma, from the lowest height to the highest. The lowest is the page's own
#: color, so that more loss is more ink and the valleys, where the paths end, stay calm.
SURFACES = {
    "light": [[0.0, "#fbfcfd"], [0.25, "#eef2f5"], [0.5, "#dfe6ec"], [0.75, "#ccd7e0"], [1.0, "#b4c3d0"]],
    "dark": [[0.0, "#12161c"], [0.25, "#1a212a"], [0.5, "#25303c"], [0.75, "#34424f"], [1.0, "#495a69"]],
    # For a projector in a bright room: the same hues, over twice the range.
    "light_strong": [[0.0, "#ffffff"], [0.25, "#dde6ed"], [0.5, "#b9c9d6"], [0.75, "#8fa6b9"], [1.0, "#647f95"]],
    "dark_strong": [[0.0, "#000000"], [0.25, "#1d2a36"], [0.5, "#3a4f62"], [0.75, "#5f7a90"], [1.0, "#93acbf"]],
}

#: What lies under a path so that it stands out on any ground.
HALOS = {"light": "rgba(255, 255, 255, 0.85)", "dark": "rgba(8, 11, 15, 0.75)"}


#: Classes of data: hues that paths do not take first, apart for color-blind eyes; each has a shape as well.
CLASSES = {"light": ["#6d4bb0", "#b26a00", "#0a7d83"], "dark": ["#b598f5", "#f2b04a", "#4fd0cc"]}


def palette() -> dict[str, object]:
    """All of the above, as the data that ``palette.mjs`` exports."""
    return {"paths": PATHS, "dashes": DASHES, "surfaces": SURFACES, "halos": HALOS, "classes": CLASSES}
