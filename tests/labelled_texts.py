"""The labelled texts of `understand/personal_data/`, and how much of what they mark a program finds.

`{kind:words}` marks personal data. A mark is covered when every letter and digit of it is found as
that kind; a find is right when none of its letters and digits stands outside the marks of that kind.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

from topofheart.understand.found import Found

FOLDER = Path(__file__).parent / "understand" / "personal_data"
HALVES = ("development", "held_out")
MARK = re.compile(r"\{(\w+):([^{}]+)\}")


@dataclass(frozen=True)
class Text:
    """A text without its marks, and what was marked in it."""

    language: str
    text: str
    marked: tuple[Found, ...]


@dataclass
class Tally:
    """Marks and finds of one kind, in counts."""

    marked: int = 0
    covered: int = 0
    found: int = 0
    right: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    @property
    def recall(self) -> float:
        return self.covered / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0


def texts(half: str) -> list[Text]:
    return [
        parsed(text, path.stem.rsplit(".", 1)[1])
        for path in sorted((FOLDER / half).glob("*.toml"))
        for text in tomllib.loads(path.read_text(encoding="utf-8"))["texts"]
    ]


def parsed(marked: str, language: str) -> Text:
    plain, spans, end = "", [], 0
    for mark in MARK.finditer(marked):
        plain += marked[end : mark.start()]
        spans.append(Found(mark[1], len(plain), len(plain) + len(mark[2])))  # type: ignore[arg-type]
        plain += mark[2]
        end = mark.end()
    return Text(language, plain + marked[end:], tuple(spans))


def tallies(
    half: Iterable[Text], find: Callable[[str], list[Found]]
) -> dict[tuple[str, str], Tally]:
    """By kind and language; under the kind "all" whatever it was taken for."""
    counts: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for one in half:
        spans = find(one.text)
        for kind, marked, found in _by_kind(one.marked, spans):
            tally = counts[kind, one.language]
            inside, blanked = _letters(one.text, marked), _letters(one.text, found)
            tally.marked += len(marked)
            tally.found += len(found)
            tally.covered += sum(_letters(one.text, [span]) <= blanked for span in marked)
            tally.right += sum(_letters(one.text, [span]) <= inside for span in found)
    return counts


def _by_kind(
    marked: Iterable[Found], found: list[Found]
) -> Iterable[tuple[str, list[Found], list[Found]]]:
    marked = list(marked)
    yield "all", marked, found
    for kind in {span.kind for span in (*marked, *found)}:
        yield kind, [s for s in marked if s.kind == kind], [s for s in found if s.kind == kind]


def _letters(text: str, spans: Iterable[Found]) -> set[int]:
    return {
        place for span in spans for place in range(span.start, span.end) if text[place].isalnum()
    }
