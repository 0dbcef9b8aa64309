"""The corpus of our own: lines as `corpus/GUIDE.md` describes them, as examples with their labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FIELDS = ("kind", "sector", "valence", "feels", "topics", "worry", "marks", "text")
MARK = re.compile(r"\[\?|\?\]|\[!|!\]")
FOLDER = Path(__file__).parents[1] / "corpus" / "texts"


@dataclass(frozen=True)
class Line:
    """One text of the corpus: its labels, and where its questions and worries stand."""

    id: str
    voice: str
    language: str
    kind: str
    sector: str
    valence: str
    feels: tuple[str, ...]
    topics: tuple[str, ...]
    worry: tuple[str, ...]
    marks: tuple[str, ...]
    text: str
    questions: tuple[tuple[int, int], ...]
    worries: tuple[tuple[int, int], ...]


def lines(folder: Path = FOLDER) -> list[Line]:
    """Every text of the corpus, by voice."""
    return [
        line_of(text, voice=path.stem, number=number)
        for path in sorted(folder.glob("*.txt"))
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if text.strip()
    ]


def line_of(line: str, *, voice: str, number: int) -> Line:
    """One line read; raises ValueError with the voice and number where it is not as it should be."""
    fields = line.split("|", len(FIELDS) - 1)
    if len(fields) != len(FIELDS):
        raise ValueError(f"{voice}, line {number}: {len(fields)} fields, not {len(FIELDS)}")
    kind, sector, valence, feels, topics, worry, marks, text = fields
    text, questions, worries = _unmarked(text.strip().replace("\\n", "\n"))
    return Line(
        f"{voice}-{number:03d}", voice, voice[:2], kind.strip(), sector.strip(), valence.strip(),
        _list(feels), _list(topics), _list(worry), _list(marks), text, questions, worries,
    )  # fmt: skip


def _list(field: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in field.split(",") if one.strip())


def _unmarked(
    text: str,
) -> tuple[str, tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """The text without its marks, and the spans that stood between them."""
    parts: list[str] = []
    length = end = 0
    found: dict[str, list[tuple[int, int]]] = {"?": [], "!": []}
    opened: list[int] = []
    for one in MARK.finditer(text):
        piece = text[end : one.start()]
        parts.append(piece)
        length += len(piece)
        end = one.end()
        if one[0][0] == "[":
            opened.append(length)
        elif opened:
            found[one[0][0]].append((opened.pop(), length))
    return "".join((*parts, text[end:])), tuple(found["?"]), tuple(found["!"])
