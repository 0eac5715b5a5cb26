"""Lessons checked: every file read, every claim and question measured, both languages held against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from visualizer.lessons import shelf as shelves
from visualizer.lessons.grammar import written
from visualizer.lessons.lesson import Claim, Lesson, Question, Sketch
from visualizer.lessons.numbers import seen_text
from visualizer.lessons.page import Page
from visualizer.lessons.shelf import Shelf
from visualizer.lessons.stage import query_of

Say = Callable[[str], None]


def check(folder: Path | None = None, say: Say = print) -> int:
    """Says of every lesson what was measured; how many mistakes there are. A folder is checked by itself."""
    where = [folder] if folder else shelves.folders()
    found, count = shelves.shelf(where), 0
    for broken in found.broken:
        for mistake in broken.mistakes:
            say(f"{_short(broken.path)}:{mistake.line}: {mistake.text}")
            count += 1
    for known in found.lessons.values():
        for lesson in known.values():
            count += _lesson(lesson, say)
    for told in (*out_of_step(found), *lost(found)):
        say(told)
        count += 1
    lessons = sum(map(len, found.lessons.values()))
    claims = sum(len(lesson.claims) for known in found.lessons.values() for lesson in known.values())
    say(f"{lessons} files, {claims} claims, {count} mistakes")
    return count if lessons or count else 1


def _short(path: str) -> str:
    return "/".join(Path(path).parts[-2:])


def _lesson(lesson: Lesson, say: Say) -> int:
    """How many mistakes a lesson has; says each, and what every claim and answer was measured to be."""
    page, name = Page(lesson), _short(lesson.path)
    count = 0
    say(f"{name}: {lesson.title}")
    for claim in lesson.claims:
        for made in claim.expressions:
            holds = page.holds(made)
            count += holds is False
            seen = seen_text(page.bench.seen(made.node), "en")
            say(f"  {made.line}: {'holds' if holds else 'FAILS'} ({claim.rule}): {made.text}\n      {seen}")
    for question in lesson.questions:
        if isinstance(question, Question) and (answer := page.answer(question)) is not None:
            say(f"  {question.line}: choice {answer + 1} is right")
    for line, wrong in page.problems:
        say(f"  {line}: {wrong.text}")
    printed = ", ".join(
        f"{figure.expression.text} = {text}" for figure, text in zip(lesson.figures, page.figures, strict=True)
    )
    if printed:
        say(f"  prints {printed}")
    return count + len(page.problems)


# ---- both languages --------------------------------------------------------------------------------------------------


def out_of_step(found: Shelf) -> Iterator[str]:
    """A sentence for each thing in which the two languages differ. A folder with one language has nothing to hold."""
    one, other = (found.lessons[lang] for lang in shelves.LANGUAGES)
    if not one or not other:
        return
    for slug in sorted(one.keys() | other.keys()):
        missing = next((lang for lang in shelves.LANGUAGES if slug not in found.lessons[lang]), None)
        if missing:
            yield f"{missing}/{slug}.md: there is no such file"
            continue
        for what, mine, theirs in zip(PARTS, parts(one[slug]), parts(other[slug]), strict=True):
            if mine != theirs:
                yield f"en/{slug}.md and zh/{slug}.md differ in their {what}: {_difference(mine, theirs)}"


PARTS = ("order", "scenarios", "places", "claims", "questions", "figures")


def parts(lesson: Lesson) -> list[list[str]]:
    """What has to be the same in both languages, part by part. Figures may stand in any order."""
    return [
        [f"{lesson.order:g}"],
        [f"{name}: {query_of(picture)}" for name, picture in lesson.pictures.items()],
        sorted(str(place) for place in lesson.places),
        [_claim(claim) for claim in lesson.claims],
        [_question(lesson, one) for one in lesson.questions],
        sorted({written(figure.expression.node) for figure in lesson.figures}),
    ]


def _claim(claim: Claim) -> str:
    return f"{claim.rule}: {'; '.join(written(made.node) for made in claim.expressions)}"


def _question(lesson: Lesson, one: Question | Sketch) -> str:
    place = lesson.places[one.place]
    if isinstance(one, Sketch):
        return f"{place} run {one.run + 1}"
    return f"{place} {[choice.condition and written(choice.condition.node) for choice in one.choices]}"


def _difference(mine: Sequence[str], theirs: Sequence[str]) -> str:
    only = [f"en has {text}" for text in mine if text not in theirs]
    only += [f"zh has {text}" for text in theirs if text not in mine]
    return " | ".join(only)[:400] or "their order"


def lost(found: Shelf) -> Iterator[str]:
    """A sentence for each link to a lesson that there is not."""
    known = {slug for lessons in found.lessons.values() for slug in lessons}
    for lessons in found.lessons.values():
        for lesson in lessons.values():
            for line, slug in lesson.links:
                if slug not in known:
                    yield f"{_short(lesson.path)}:{line}: there is no lesson {slug}"
