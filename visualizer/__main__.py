"""``python -m visualizer render LINK -o FILE``: what can be taken away from a race, without a browser.

Arguments are read before anything heavy is imported: help, and what cannot be done, are there at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

ABOUT = "Descent Lab without a browser."
RENDER = """Write a race to a file; what is written follows from the suffix:

  .html  a page that plays the race without network, opened from disk
  .csv   a row for each run and step: run, optimizer, step, x, y, loss, own_x, own_y
  .npz   arrays for NumPy: theta_1 (n, 2), own_1, loss_1 (n,), ..., optimizers, link
  .py    a script that runs the race with this lab; .torch.py with PyTorch, .optax.py with Optax"""
KINDS = ("html", "csv", "npz", "py", "torch.py", "optax.py")
FAILED = 2


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser("python -m visualizer", description=ABOUT)
    commands = whole.add_subparsers(dest="command", required=True)
    render = commands.add_parser("render", help="write a race to a file", description=RENDER)
    render.formatter_class = argparse.RawDescriptionHelpFormatter
    render.add_argument("link", metavar="LINK", help="an address of the page, or its query: v=1&f=ravine&r1=adam")
    render.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help="out.html, .csv, .npz or .py")
    render.add_argument("--lang", choices=("en", "zh"), help="of the page, of comments (the link's, or en)")
    render.add_argument("--cdn", action="store_true", help="a small page, which takes plotly.js from a CDN by its hash")
    return whole


def main(given: Sequence[str] | None = None) -> int:
    """0 when the file is written, 2 for what cannot be done."""
    asked = parser().parse_args(given)
    name = asked.output.name.lower()
    kind = max((one for one in KINDS if name.endswith(f".{one}")), key=len, default="")
    try:
        if not kind:
            raise ValueError(f"{asked.output}: a file ends in {', '.join(f'.{one}' for one in KINDS)}")
        if asked.cdn and kind != "html":
            raise ValueError("--cdn is for a page, .html")
        from visualizer.panels import takeaway

        content = takeaway.content(kind, *takeaway.read(asked.link, asked.lang), cdn=asked.cdn)
        asked.output.write_bytes(content)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED
    print(f"{asked.output}: {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
