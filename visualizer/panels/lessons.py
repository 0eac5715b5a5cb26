"""Lessons on their way to the browser: what there is, one of them with its numbers measured, what a sketch is worth.

- ``GET /lab/lessons?lang=zh``: {``lessons``: [{``slug``, ``title``, ``order``, ``summary``, ``lang``}], ``broken``:
  [{``name``, ``lang``, ``mistakes``: [[line, sentence]]}]};
- ``GET /lab/lesson?slug=ravine&lang=zh``: see ``visualizer.lessons.page``; with ``&draft=1`` what can be read of it
  before its numbers are measured;
- ``POST /lab/sketch`` with {``query``, ``run``, ``points``: [[x, y], ...]}, in the page's coordinates: {``score``}.

No Streamlit is involved: whoever reads does not disturb who plays.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from visualizer.panels import memory, posted

LONGEST = 200_000  # bytes of a sketch


class Lessons:
    """ASGI middleware: answers for the addresses above, passes everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = ANSWERS.get((scope.get("method", ""), memory.asked(scope) or ""))
        if answer is None:
            return await self.app(scope, receive, send)
        request = Request(scope, receive)
        try:
            asked = await posted.body(request, LONGEST) if request.method == "POST" else dict(request.query_params)
            found = await run_in_threadpool(answer, asked)
        except (ValueError, TypeError, KeyError, OverflowError):
            found = None
        status = HTTPStatus.OK if found is not None else HTTPStatus.NOT_FOUND
        response: Response = JSONResponse(found, status, {"cache-control": "no-store"})
        return await response(scope, receive, send)


def _lang(asked: dict[str, Any]) -> str:
    return "zh" if asked.get("lang") == "zh" else "en"


def contents(asked: dict[str, Any]) -> dict[str, Any]:
    """What there is to read, in this language where it is written in it; and what cannot be read."""
    from visualizer.lessons.shelf import shelf

    lang, known = _lang(asked), shelf()
    return {
        "lessons": [
            {"slug": one.slug, "title": one.title, "order": one.order, "summary": one.summary, "lang": one.lang}
            for one in known.contents(lang)
        ],
        "broken": [
            {
                "name": Path(one.path).name,
                "lang": one.lang,
                "mistakes": [[mistake.line, mistake.text.pair()[lang == "zh"]] for mistake in one.mistakes],
            }
            for one in known.broken
        ],
    }


def lesson(asked: dict[str, Any]) -> dict[str, Any] | None:
    """A lesson with its numbers, or with ``draft`` at once without them; None where there is no such lesson."""
    from visualizer.lessons.page import draft, opened
    from visualizer.lessons.shelf import shelf

    found = shelf().find(str(asked.get("slug")), _lang(asked))
    return None if found is None else (draft if asked.get("draft") else opened)(found)


def sketched(asked: dict[str, Any]) -> dict[str, Any]:
    """How near a sketch is to the path of a run, 0 to 100. Raises ``ValueError``, ``TypeError`` or ``KeyError``."""
    import numpy as np

    from visualizer.edits.opening import parameters
    from visualizer.lessons.sketch import MOST, score
    from visualizer.race import race
    from visualizer.scenario import Scenario

    scenario, _ = Scenario.from_query(parameters(asked["query"]))
    place = int(asked["run"])
    if not 0 <= place < len(scenario.runs) or not isinstance(asked["points"], list):
        raise ValueError("no such run")
    points = np.array(asked["points"][:MOST], np.float64).reshape(-1, 2)
    run = race(scenario)[place]
    return {"score": score(points, run.theta[: run.n_valid], scenario.window)}


ANSWERS: dict[tuple[str, str], Callable[[dict[str, Any]], dict[str, Any] | None]] = {
    ("GET", "lessons"): contents,
    ("GET", "lesson"): lesson,
    ("POST", "sketch"): sketched,
}
