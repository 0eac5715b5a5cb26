"""Freezes links: python tools/freeze_link.py "v=1&f=beale&r1=adam" ... writes what they mean today into the tests.

A published link must mean tomorrow what it means today; look at the difference before you commit it. A link that is
frozen already is left as it is.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from urllib.parse import parse_qsl

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from visualizer.scenario import Scenario  # noqa: E402  (a script is started from anywhere)

FROZEN = ROOT / "tests" / "data" / "links_v1.json"


def main(links: list[str]) -> None:
    known = json.loads(FROZEN.read_text())
    for link in links:
        scenario, problems = Scenario.from_query(dict(parse_qsl(link)))
        if problems:
            sys.exit(f"{link}: {'; '.join(problems)}")
        known.setdefault(link, asdict(scenario))
    lines = ",\n".join(f" {json.dumps(link)}: {json.dumps(meaning)}" for link, meaning in known.items())
    FROZEN.write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
