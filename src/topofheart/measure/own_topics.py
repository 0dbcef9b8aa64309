"""An organisation's own topics: `topics.toml` in the workspace, in its own words, and those found in its texts.

[home]                    # a topic of ours under another name
nl = "Brievenbus"

[charging]                # a topic of one's own: by the words that tell of it
nl = "Laadpaal"
en = "Charging point"
words = ["laadpa", "charging point"]

[place]
off = true                # one that is not wanted
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from topofheart.kernel.errors import InvalidInput
from topofheart.measure.beginnings import begins_with
from topofheart.measure.own_words import Usual, own_words
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.texts import TEXT_OF, with_readings
from topofheart.understand.asked import OWN, catalogue
from topofheart.understand.labels import TOPICS
from topofheart.understand.model import shipped
from topofheart.understand.name_lists import lists

if TYPE_CHECKING:
    import ibis.expr.types as ir

FILE = "topics.toml"
MOST_LOOKED_AT, MOST_DISCOVERED = 50_000, 8
FIELDS = ("nl", "en", "words", "off")


@dataclass(frozen=True)
class OwnTopic:
    """A topic as the organisation has it; without words it is one of ours, renamed or left out."""

    id: str
    names: dict[str, str]
    words: tuple[str, ...] = ()
    off: bool = False

    def name(self, language: str) -> str | None:
        return self.names.get(language) or next(iter(self.names.values()), None)

    def within(self, text: ir.Column) -> ir.Column:
        """Whether a text holds one of the words, in the engine."""
        import ibis

        low = text.lower()
        return ibis.or_(*(low.re_search(begins_with(word)) for word in self.words))


def read_topics(folder: Path) -> tuple[OwnTopic, ...]:
    """The organisation's own topics; none where there is no file.

    Raises InvalidInput for a file that cannot be read, a field that is not known, or a topic that is neither
    one of ours nor told by words.
    """
    path = folder / FILE
    if not path.exists():
        return ()
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{path} cannot be read: {error}.", code="bad_topics") from error
    return tuple(_topic(id, told, path) for id, told in found.items())


def _topic(id: str, told: Any, path: Path) -> OwnTopic:
    stray = sorted(set(told) - set(FIELDS)) if isinstance(told, dict) else [id]
    words = tuple(told.get("words", ())) if not stray else ()
    if stray or not all(isinstance(word, str) and word.strip() for word in words):
        raise InvalidInput(
            f"'{stray[0] if stray else id}' in {path} is not known here.",
            code="bad_topics",
            hint=f"A topic has: {', '.join(FIELDS)}.",
        )
    if not words and id not in TOPICS:
        raise InvalidInput(
            f"'{id}' in {path} is none of our topics and has no words.",
            code="bad_topics",
            hint=f'Add words = ["…"], or choose from: {", ".join(TOPICS)}.',
        )
    names = {language: str(told[language]) for language in ("nl", "en") if language in told}
    return OwnTopic(id, names or ({id: id} if words else {}), words, bool(told.get("off")))


def discovered(reader: Reader, question: Question, by_reader: str) -> tuple[OwnTopic, ...]:
    """Topics by the words that this organisation's texts have far more often than others do."""

    def build(rows: ir.Table, asked: Question, _: dict[str, Any]) -> ir.Table:
        joined = with_readings(rows, reader, asked.source, by_reader)
        texts = joined.select(
            "understood_language", "row_key", text=joined[TEXT_OF[asked.source].split(".")[1]]
        )
        return texts.order_by("row_key").limit(MOST_LOOKED_AT)

    plain = replace(question, by=(), every=None)
    said: dict[str, list[str]] = {}
    for row in reader.engine.read(reader.expression(plain, build)).to_pylist():
        said.setdefault(row["understood_language"], []).append(row["text"])
    usual = {language: Usual(*known) for language, known in catalogue().usual.items()}
    words = (
        word
        for language, texts in sorted(said.items())
        if language != "other"
        for word in own_words(texts, usual[language], most=MOST_DISCOVERED)
        if word not in lists().first and not shipped().judges(word)
    )
    return tuple(
        OwnTopic(f"{OWN}.{word}", {"": f"“{word}”"}, (word,)) for word in dict.fromkeys(words)
    )
