"""What can be wrong with a lesson, in both languages, and where."""

from __future__ import annotations

from dataclasses import dataclass

from visualizer.spec import Text

MOST = 12  # of one file: the rest mostly follows from these


@dataclass(frozen=True, order=True)
class Mistake:
    """A mistake at a line of a file, counted from 1."""

    line: int
    text: Text


class LessonError(ValueError):
    """Something that a lesson cannot say; ``at`` is its place, in characters of the piece of text that was read."""

    def __init__(self, en: str, zh: str, at: int = 0) -> None:
        super().__init__(en)
        self.text, self.at = Text(en, zh), at

    def moved(self, at: int) -> LessonError:
        """The same, elsewhere."""
        return LessonError(str(self.text), self.text.zh, at)


class Mistakes(list[Mistake]):
    """The mistakes of a file, as they are found."""

    def say(self, line: int, text: Text) -> None:
        if len(self) < MOST and Mistake(line, text) not in self:
            self.append(Mistake(line, text))


def shown(text: object) -> str:
    """A piece of a lesson, short enough for a sentence about it."""
    return repr(str(text)[:60])
