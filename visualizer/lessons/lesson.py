"""What a lesson is, once its file has been read and before anything is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from markdown_it.token import Token

from visualizer.lessons.grammar import Node
from visualizer.lessons.stage import Picture, Place

Tokens: TypeAlias = Sequence[Token]


@dataclass(frozen=True)
class Expression:
    """An expression as it was written, at its line of the file."""

    line: int
    text: str
    node: Node


@dataclass(frozen=True)
class Figure:
    """A number that the text prints once it has been measured; ``is_step`` says that it may never come."""

    expression: Expression
    form: str
    is_step: bool


@dataclass(frozen=True)
class Prose:
    """Markdown between two of the others."""

    tokens: Tokens


@dataclass(frozen=True)
class Show:
    """From here on the player shows this place: a paragraph of nothing but ``[what is seen](show:valley)``."""

    tokens: Tokens
    place: int


@dataclass(frozen=True)
class Claim:
    """A sentence that holds if all its expressions do; ``rule`` says how the learning rates were chosen."""

    line: int
    rule: str
    tokens: Tokens
    expressions: tuple[Expression, ...]


@dataclass(frozen=True)
class Choice:
    """An answer, and when it is the right one: if no condition is written, when no other is."""

    tokens: Tokens
    condition: Expression | None


@dataclass(frozen=True)
class Question:
    """A question about a place; its ``reveal`` is told with the answer."""

    line: int
    place: int
    tokens: Tokens
    choices: tuple[Choice, ...]
    reveal: Tokens


@dataclass(frozen=True)
class Sketch:
    """The path of the run number ``run`` of a place is to be drawn before it is seen."""

    line: int
    place: int
    run: int
    tokens: Tokens
    reveal: Tokens


Block: TypeAlias = Prose | Show | Claim | Question | Sketch


@dataclass(frozen=True, eq=False)
class Lesson:
    """A lesson in one language. ``places`` are what the player is turned to, by number; ``digest`` is of its file."""

    slug: str
    lang: str
    title: str
    order: float
    summary: str
    pictures: dict[str, Picture]
    places: tuple[Place, ...]
    figures: tuple[Figure, ...]
    blocks: tuple[Block, ...]
    formulas: tuple[str, ...]
    links: tuple[tuple[int, str], ...] = ()  # line, and the lesson that is linked to
    digest: str = ""
    path: str = ""
    claims: tuple[Claim, ...] = field(init=False)
    questions: tuple[Question | Sketch, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = tuple(block for block in self.blocks if isinstance(block, Claim))
        object.__setattr__(self, "claims", found)
        asked = tuple(block for block in self.blocks if isinstance(block, Question | Sketch))
        object.__setattr__(self, "questions", asked)
