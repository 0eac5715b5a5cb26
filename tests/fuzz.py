"""Many broken links, formulas and lessons: ``make fuzz N=1000000``. Not a test; a few thousand cases are, see below.

Each case is a good text that was spoiled: pieces cut, doubled, exchanged, taken from another one, letters put in. What
comes of it is either read, and then it reads again as itself, or refused with a sentence and a place. Anything else, an
exception or more than ``PATIENCE`` seconds, ends the run with the case and the seed that makes it again.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, urlencode

from landscapes import CATALOGUE
from landscapes._expression import FormulaError, parse
from optimizers import RULES
from visualizer.classroom import questions
from visualizer.classroom.rooms import RoomError
from visualizer.edits.opening import parameters
from visualizer.edits.parts import RefusedError
from visualizer.lessons.reading import read as read_lesson
from visualizer.lessons.shelf import OWN
from visualizer.networks import link as networks
from visualizer.scenario import Scenario

PATIENCE = 10  # seconds for one case
ODD = [
    *("", "~", "~~", "&", "=", "%", "%ff", "9" * 40, "-inf", "nan", "1e999", "\x00", "\ud800", "\u4e2d", "\u0663"),
    *("(", ")", "{", "}", "```", "\n"),
]


def _links() -> list[str]:
    races = [Scenario(slug).to_query() for slug in sorted(CATALOGUE)]
    runs = [
        f"v=1&f=beale&steps=50&r1={rule}~lr~0.1~~cosine~T_max~30&r2={rule}~~lookahead~k~5" for rule in sorted(RULES)
    ]
    nets = ["v=1&net=moons&r1=adam~lr~0.01&drop=0.2", "v=1&net=digits&r1=sgd&r2=adam&depth=2"]
    return [urlencode(one) for one in races] + runs + nets + ["v=1&f=formula&formula=(x^2-1)^2%2By^2%2Ba*x*y&r1=sgd"]


FORMULAS = [
    *("(x^2 - 1)^2 + y^2 + a*x*y", "sin(x)*cos(y) + |x - y|", "exp(-(x^2 + y^2)/2)", "sqrt(x^2 + 1) - log(2 + y^2)"),
    *("max(x, y) - min(a, b)", "100*(y - x²)² + (1 - x)²", "2x y + 3(x+1)(y-1)", "tanh(x)^3 / (1 + e^(-y))"),
]


def link(text: str) -> None:
    try:
        query = parameters(text)
    except RefusedError:
        return
    if "net" in query:
        study, _ = networks.read(query)
        assert networks.read(networks.write(study))[0] == study
        return
    scenario, _ = Scenario.from_query(query)
    again, problems = Scenario.from_query(dict(parse_qsl(urlencode(scenario.to_query()), keep_blank_values=True)))
    assert again == scenario and not problems


def formula(text: str) -> None:
    try:
        found = parse(text)
        again = parse(found.text)
    except FormulaError as wrong:
        inside = 0 <= wrong.at <= wrong.at + wrong.length <= len(text)
        if not inside:
            raise ValueError("a place outside of the formula") from wrong
        return
    if again.text != found.text:
        raise ValueError("it reads again as another one")


def lesson(text: str) -> None:
    found, mistakes = read_lesson(text, "fuzz", "en")
    assert (found is None) == bool(mistakes)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= mistake.line <= lines for mistake in mistakes)


def question(text: str) -> None:
    try:
        made = questions.made({"text": text, "choices": text.split("~")})
    except RoomError:
        return
    assert "<" not in made["html"].removeprefix("<p>").removesuffix("</p>") + "".join(made["choices"])


#: What is fuzzed: what it does with a text, good texts, and its share of the cases (lessons are long).
TARGETS: dict[str, tuple[Callable[[str], None], Callable[[], Sequence[str]], float]] = {
    "link": (link, _links, 0.5),
    "formula": (formula, lambda: FORMULAS, 0.35),
    "question": (question, lambda: ["Is a < b?~yes~no", "?"], 0.1),
    "lesson": (lesson, lambda: [path.read_text("utf-8") for path in sorted((OWN / "en").glob("*.md"))], 0.05),
}


def spoiled(good: Sequence[str], chance: random.Random) -> str:
    """One of the good texts, spoiled in one to six places."""
    text = chance.choice(good)
    for _ in range(chance.randint(1, 6)):
        a, b = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        b = min(b, a + chance.choice((1, 3, 12, 200)))
        other = chance.choice(good)
        c = chance.randrange(len(other) + 1)
        piece = chance.choice(
            ("", text[a:b] * 2, chance.choice(ODD), other[c : c + 30], chr(chance.randrange(1, 0x3000)))
        )
        text = text[:a] + piece + text[b:]
    return text


def late(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"more than {PATIENCE} s")


def run(name: str, cases: int, seed: int) -> float:
    """Seconds that the cases took. Raises what a case raised, with a note of how to make it again."""
    read, texts, _ = TARGETS[name]
    signal.signal(signal.SIGALRM, late)
    good, begun = texts(), time.perf_counter()
    for case in range(cases):
        text = spoiled(good, random.Random(f"{name}:{seed}:{case}"))
        signal.alarm(PATIENCE)
        try:
            read(text)
        except BaseException as error:
            error.add_note(f"{name}, seed {seed}, case {case}: {text!r}")
            raise
        finally:
            signal.alarm(0)
    return time.perf_counter() - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=1_000_000, help="cases in all")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    for name, (_, _, share) in TARGETS.items():
        cases = max(1, round(share * asked.n))
        print(
            f"{name}: {cases:,} cases, {run(name, cases, asked.seed):.0f} s, none broke it (seed {asked.seed})",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
