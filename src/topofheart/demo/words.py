"""What customers write and what they get back, composed from the sentences in `texts/`.

A text is one to three whole sentences, all in the voice of one customer, drawn by index. The
sentences stand alone, so that any two about the same mood may follow each other. A sentence that
begins with `@young`, `@flemish`, `@second` or `@formal` belongs to those voices only.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from topofheart.demo import firm
from topofheart.demo.details import filled
from topofheart.demo.firm import CHATBOT_MONTH, TOUCHPOINTS, Array
from topofheart.demo.people import LANGUAGES, VOICES
from topofheart.demo.voices import VARIANTS, say

MOODS = ("angry", "sour", "mild", "glad")
_OWNERS = {"@young": "casual", "@flemish": "flemish", "@second": "second", "@formal": "formal"}
_PRIVATE_SHARE = 0.02
_DOUBLED = re.compile(r"([?!,.:)])[.,]+ ")


def load(name: str) -> dict[str, Any]:
    """One of the data files beside this module."""
    return tomllib.loads(files("topofheart.demo").joinpath(f"texts/{name}.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Pool:
    """Every sentence in every voice; those of one group and voice stand together."""

    strings: Any
    groups: dict[tuple[str, ...], int]
    start: Array
    size: Array

    def draw(self, draw: Any, group: Array, voice: Array, where: Array) -> Any:
        """One sentence for each row, empty where not wanted or where the group has none."""
        size = self.size[group, voice]
        index = self.start[group, voice] + (draw.random(len(group)) * size).astype(np.int64)
        return self.strings.take(pa.array(index, mask=~where | (size == 0)))


@cache
def pool() -> Pool:
    """All sentences, read once; their slips do not depend on the seed of the demo."""
    draw = firm.stream(0, "voices")
    strings: list[str] = []
    groups: dict[tuple[str, ...], int] = {}
    spans: list[list[tuple[int, int]]] = []
    for file in ("comments", "contacts", "replies", "frames"):
        for language in LANGUAGES:
            slips = load(f"frames.{language}")["slips"]
            for topic, moods in load(f"{file}.{language}").items():
                for mood, sentences in moods.items() if topic != "slips" else ():
                    groups[(file, topic, mood, language)] = len(spans)
                    spans.append([_voiced(strings, sentences, one, draw, slips) for one in VOICES])
    bounds = np.array(spans, dtype=np.int64)
    return Pool(pa.array(strings), groups, bounds[:, :, 0], bounds[:, :, 1])


def _voiced(
    strings: list[str], sentences: list[str], voice: str, draw: Any, slips: Any
) -> tuple[int, int]:
    start = len(strings)
    for sentence in sentences:
        tag, _, rest = sentence.partition(" ")
        owner = _OWNERS.get(tag)
        if owner and owner != voice:
            continue
        plain = rest if owner else sentence
        for _ in range(VARIANTS[voice] * (2 if owner else 1)):
            strings.append(plain if owner else say(plain, voice, draw, slips))
    return start, len(strings) - start


class Writer:
    """Composes the texts of one demo."""

    def __init__(self) -> None:
        self.pool = pool()

    def comments(
        self, draw: Any, talks: Array, *, score: Array, touchpoint: Array, month: Array,
        unit: Array, voice: Array, english: Array,
    ) -> Any:  # fmt: skip
        """A comment where the customer talks, that fits the score and the moment."""
        rows = np.flatnonzero(talks)
        score, touchpoint, month = score[rows], touchpoint[rows], month[rows]
        voice, english = voice[rows], english[rows]
        n = len(rows)
        language = english.astype(np.int64)
        mood = np.digitize(score, (5, 7, 9))
        second_mood = np.where(
            (mood == 2) & (draw.random(n) < 0.45), np.where(score == 8, 3, 1), mood
        )
        topic = _topics(draw, touchpoint, mood, month)
        lookup = self._lookup("comments")
        terse = voice == VOICES.index("terse")
        more = (draw.random(n) > 0.33) & (~terse | (draw.random(n) > 0.6))
        tells = draw.random(n) < np.where(more, 0.45, np.where(terse, 0.55, 0.85))
        early = draw.random(n) < 0.35
        detail = self._frame(draw, "context", mood, language, voice, tells)
        nothing = pa.nulls(n, pa.string())
        parts = [
            self._frame(draw, "opening", mood, language, voice, ~terse & (draw.random(n) < 0.3)),
            pc.if_else(pa.array(early), detail, nothing),
            self.pool.draw(draw, lookup[topic, mood, language], voice, np.ones(n, dtype=bool)),
            self.pool.draw(
                draw, lookup[_asides(draw, topic, mood, month), second_mood, language], voice, more
            ),
            pc.if_else(pa.array(early), nothing, detail),
            self._frame(draw, "closing", mood, language, voice, ~terse & (draw.random(n) < 0.2)),
            self._private(draw, language, voice, draw.random(n) < _PRIVATE_SHARE),
        ]
        texts = self._fill(draw, self._join(draw, parts, voice), unit[rows], month, language)
        return _spread(texts, talks)

    def messages(
        self, draw: Any, written: Array, *, topics: tuple[str, ...], topic: Array, mood: Array,
        month: Array, unit: Array, voice: Array, english: Array, style: Array,
    ) -> Any:  # fmt: skip
        """What a customer wrote (style 0 mail, 1 chat) or what the agent noted (style 2)."""
        rows = np.flatnonzero(written)
        topic, mood, month, style = topic[rows], mood[rows], month[rows], style[rows]
        voice, language = voice[rows], english[rows].astype(np.int64)
        voice = np.where(style == 2, VOICES.index("terse"), voice)
        language = np.where(style == 2, 0, language)
        n = len(rows)
        kinds = ("plain", "worried", "angry", "note")
        lookup = self._lookup("contacts", topics, kinds)
        kind = np.where(style == 2, 3, mood)
        mail = style == 0
        more = draw.random(n) < np.array([0.65, 0.4, 0.5])[style]
        greeting = np.where(mail, 0, 1)
        frames = self._lookup("frames", ("greeting", "farewell"), ("mail", "chat"))
        extras = self._lookup("frames", ("extra",), kinds)
        body = [
            self.pool.draw(draw, lookup[topic, kind, language], voice, np.ones(n, dtype=bool)),
            self.pool.draw(draw, extras[0, kind, language], voice, more),
            self._private(draw, language, voice, (draw.random(n) < _PRIVATE_SHARE) & (style < 2)),
        ]
        greets = mail | (draw.random(n) < 0.4)
        shorthand = self._lookup("frames", ("shorthand",), ("note",))[0, 0, language]
        opening = np.where(style == 2, shorthand, frames[0, greeting, language])
        letter = [
            self.pool.draw(draw, opening, voice, greets),
            self._join(draw, body, voice),
            self.pool.draw(
                draw, frames[1, greeting, language], voice, mail & (draw.random(n) < 0.7)
            ),
        ]
        lines = pa.array(["\n", " "]).take(pa.array((~mail | (draw.random(n) < 0.3)).astype(int)))
        texts = pc.binary_join_element_wise(*letter, lines, null_handling="skip")
        return _spread(self._fill(draw, texts, unit[rows], month, language), written)

    def replies(
        self, draw: Any, written: Array, *, topics: tuple[str, ...], topic: Array, mood: Array,
        bot: Array, month: Array, unit: Array, english: Array,
    ) -> Any:  # fmt: skip
        """What the organisation answered: a person, or the machine."""
        rows = np.flatnonzero(written)
        lookup = self._lookup("replies", topics, ("human", "bot"))
        voice = np.full(len(rows), VOICES.index("neat"))
        language = english[rows].astype(np.int64)
        everywhere = np.ones(len(rows), dtype=bool)
        who = bot[rows].astype(np.int64)
        greeting = np.where(who == 1, 3, mood[rows])
        greetings = self._lookup("frames", ("reply_opening",), ("plain", "worried", "angry", "bot"))
        endings = self._lookup("frames", ("reply_closing",), ("human", "bot"))
        parts = [
            self.pool.draw(
                draw, greetings[0, greeting, language], voice, draw.random(len(rows)) < 0.8
            ),
            self.pool.draw(draw, lookup[topic[rows], who, language], voice, everywhere),
            self.pool.draw(draw, endings[0, who, language], voice, draw.random(len(rows)) < 0.8),
        ]
        joined = pc.binary_join_element_wise(*parts, " ", null_handling="skip")
        return _spread(self._fill(draw, joined, unit[rows], month[rows], language), written)

    def _lookup(
        self, file: str, topics: tuple[str, ...] = (), moods: tuple[str, ...] = MOODS
    ) -> Array:
        topics = topics or COMMENT_TOPICS
        keys = [(file, topic, mood, one) for topic in topics for mood in moods for one in LANGUAGES]
        numbers = np.array([self.pool.groups.get(key, -1) for key in keys])
        return numbers.reshape(len(topics), len(moods), 2)

    def _frame(
        self, draw: Any, name: str, mood: Array, language: Array, voice: Array, where: Array
    ) -> Any:
        return self.pool.draw(
            draw, self._lookup("frames", (name,))[0, mood, language], voice, where
        )

    def _private(self, draw: Any, language: Array, voice: Array, where: Array) -> Any:
        kinds = self._lookup("frames", ("private",), ("mail", "phone", "account"))
        return self.pool.draw(
            draw, kinds[0, draw.integers(0, 3, len(language)), language], voice, where
        )

    def _join(self, draw: Any, parts: list[Any], voice: Array) -> Any:
        loose = np.isin(voice, [VOICES.index(one) for one in ("casual", "hasty", "terse")])
        kind = np.where(loose, draw.choice(5, len(voice), p=(0.4, 0.25, 0.17, 0.1, 0.08)), 0)
        breaks = pa.array([" ", ". ", ", ", "\n", "... "]).take(pa.array(kind))
        joined = pc.binary_join_element_wise(*parts, breaks, null_handling="skip").to_pylist()
        for row in np.flatnonzero(kind).tolist():
            joined[row] = _DOUBLED.sub(r"\1 ", joined[row])
        return pa.array(joined, pa.string())

    def _fill(self, draw: Any, texts: Any, unit: Array, month: Array, language: Array) -> list[str]:
        weeks = np.maximum(1, draw.poisson(1.4 + 2.6 * firm.ramp()[month])) + 1
        people = draw.integers(0, 1_000_000_000, len(unit))
        numbers = (one.tolist() for one in (unit, weeks, people, language))
        rows = zip(texts.to_pylist(), *numbers, strict=True)
        return [filled(text, *row) if "{" in text else text for text, *row in rows]


COMMENT_TOPICS = (*TOUCHPOINTS, "staff", "chatbot", "wait", "price", "bike", "general")
_MIND, _KIND, _CROSS = (
    np.array([COMMENT_TOPICS.index(one) for one in names.split()])
    for names in (
        "relationship bike staff repair wait",
        "staff bike price general",
        "staff chatbot wait price general",
    )
)


def _topics(draw: Any, touchpoint: Array, mood: Array, month: Array) -> Array:
    """The touchpoint itself; in the relationship survey whatever is on the customer's mind."""
    n = len(touchpoint)
    own = _MIND[draw.choice(5, n, p=(0.5, 0.2, 0.1, 0.1, 0.1))]
    bot = (month >= CHATBOT_MONTH) & (mood <= 1) & (draw.random(n) < 0.22)
    chosen = np.where(touchpoint == 0, own, touchpoint)
    return np.where(bot, COMMENT_TOPICS.index("chatbot"), chosen)


def _asides(draw: Any, topic: Array, mood: Array, month: Array) -> Array:
    """A second subject, another than the first."""
    late = month >= CHATBOT_MONTH
    aside = np.where(
        mood <= 1,
        _CROSS[draw.choice(5, len(topic), p=(0.22, 0.13, 0.22, 0.13, 0.30))],
        _KIND[draw.choice(4, len(topic), p=(0.40, 0.12, 0.12, 0.36))],
    )
    general = COMMENT_TOPICS.index("general")
    aside = np.where((aside == COMMENT_TOPICS.index("chatbot")) & ~late, general, aside)
    return np.where(aside == topic, general, aside)


def _spread(texts: list[str], where: Array) -> Any:
    index = np.cumsum(where) - 1
    if not texts:
        return pa.nulls(len(where), pa.string())
    return pa.array(texts, pa.string()).take(pa.array(np.maximum(index, 0), mask=~where))
