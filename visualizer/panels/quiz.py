"""What the page is told of a round of the quiz."""

from __future__ import annotations

from typing import Any

from visualizer.quiz import ROUND, Round

HIDDEN = ("?", "\uff1f")  # what a run is called as long as it is to be guessed


def told(played: Round) -> dict[str, Any]:
    """The question; and, once it is answered, which choice was right, and by what one could tell."""
    asked, guess = played.question, played.guess
    found: dict[str, Any] = {
        "seed": played.seed,
        "number": played.number,
        "of": ROUND,
        "right": [guess == played.at(k).answer for k, guess in enumerate(played.guesses)],
        "subject": asked.subject and asked.subject.pair(),
        "choices": [choice.title.pair() for choice in asked.choices],
    }
    if guess is None:
        return found
    tells = {place: asked.choices[place].tell.pair() for place in (asked.answer, guess)}
    return {**found, "guess": guess, "answer": asked.answer, "tells": tells}
