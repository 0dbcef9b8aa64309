"""What customers write and what they get back, composed from the sentences in `texts/`.

A text is one to three whole sentences, all in the voice of one customer. The sentences stand
alone, so that any two about the same mood may follow each other. One that begins with `@young`,
`@flemish`, `@second` or `@formal` belongs to those voices only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from topofheart.demo import firm
from topofheart.demo.columns import Rows, positioned
from topofheart.demo.firm import CHATBOT_MONTH, STORY, UNITS, Array, load
from topofheart.demo.people import LANGUAGES, VOICES
from topofheart.demo.voices import VARIANTS, say

TERSE = VOICES.index("terse")
LOOSE = np.isin(VOICES, ["casual", "hasty", "terse"])
OWNERS = {"@young": "casual", "@flemish": "flemish", "@second": "second", "@formal": "formal"}
BREAKS, LINE = (" ", ". ", ", ", "\n"), 3
TOPICS = list(load("texts/comments.nl"))
SUBJECTS = np.array([TOPICS.index(one) for one in STORY["comments"]["subjects"]])
CHOSEN, COUNTED = STORY["details"]["chosen"], STORY["details"]
SLOTS = {"city", "weeks", "days", "iban", *COUNTED, *CHOSEN}
MOOD_FROM = (5, 7, 9)
MAIL, CHAT, NOTE = range(3)
FILES = ("comments", "contacts", "replies")


@cache
def sentences() -> tuple[Any, dict[str, Array]]:
    """All sentences in every voice, and the start and end of those of (language, …, voice).

    They are made once: their slips do not depend on the seed of the demo.
    """
    said: list[str] = []
    spans: dict[str, list[Any]] = {}
    for language in LANGUAGES:
        slips = load(f"texts/slips.{language}")
        texts = {name: load(f"texts/{name}.{language}") for name in FILES}
        for name, tree in (texts | load(f"texts/frames.{language}")).items():
            spans.setdefault(name, []).append(_voiced(tree, said, slips))
    return pa.array(said), {name: np.array(one) for name, one in spans.items()}


def _voiced(tree: Any, said: list[str], slips: Any) -> list[Any]:
    """The start and end of each voice, for every list of sentences in the tree."""
    if isinstance(tree, dict):
        return [_voiced(branch, said, slips) for branch in tree.values()]
    draw, spans = firm.stream(len(said), "voices"), []
    for voice in VOICES:
        start = len(said)
        for sentence in tree:
            tag, _, rest = sentence.partition(" ")
            if OWNERS.get(tag) == voice:
                said += [rest] * (2 * VARIANTS[voice])
            elif tag not in OWNERS:
                said += [say(sentence, voice, slips, draw) for _ in range(VARIANTS[voice])]
        spans.append((start, len(said)))
    return spans


def comments(draw: Any, rows: Rows) -> Any:
    """A comment that fits each score and touchpoint."""
    mood, terse = np.digitize(rows.recommend, MOOD_FROM), rows.voice == TERSE
    wavers = (mood == 2) & (draw.random(len(mood)) < 0.45)
    rows = rows.having(
        mood=mood, second_mood=np.where(wavers, np.where(rows.recommend == 8, 3, 1), mood),
        manner=terse * 1, **_subjects(draw, rows, mood),
    )  # fmt: skip
    return _written(draw, rows, "comments", _breaks(draw, rows))


def messages(draw: Any, rows: Rows) -> Any:
    """What a customer wrote in a mail or a chat, or what the agent noted."""
    note, lines = rows.manner == NOTE, (rows.manner == MAIL) & (draw.random(len(rows.unit)) < 0.7)
    voice, language = np.where(note, TERSE, rows.voice), np.where(note, 0, rows.language)
    rows = rows.having(mood=np.where(note, 3, rows.said), voice=voice, language=language)
    return _written(draw, rows, "messages", np.where(lines, LINE, _breaks(draw, rows)))


def replies(draw: Any, rows: Rows) -> Any:
    """What the organisation answered: a person, or the machine alone."""
    neat, mood, manner = 0 * rows.said, np.where(rows.alone, 3, rows.said), rows.alone * 1
    return _written(draw, rows.having(voice=neat, mood=mood, manner=manner), "replies", neat)


def labels(table: Any, text: str, moods: Sequence[str], mood: Array) -> Any:
    """Beside each text of a table, the mood in which it was written."""
    names = [table.column_names[0], "mood"]
    written = pa.table([table[0], pa.array(moods).take(pa.array(mood))], names)
    return written.filter(pc.is_valid(table[text]))


def _subjects(draw: Any, rows: Rows, mood: Array) -> dict[str, Array]:
    """The touchpoint, or what is on the customer's mind; and a second thought, another one."""
    facts, late, unhappy = STORY["comments"], rows.month >= CHATBOT_MONTH, mood <= 1
    on_mind = SUBJECTS[firm.choose(draw, facts["on_mind"], len(mood))]
    topic = np.where(rows.touchpoint == 0, on_mind, rows.touchpoint)
    bot = late & unhappy & (draw.random(len(mood)) < 0.22)
    topic = np.where(bot, TOPICS.index("chatbot"), topic)
    second = SUBJECTS[firm.pick(draw, facts["second"], np.where(unhappy, 1 + late, 0))]
    return {"topic": topic, "second": np.where(second == topic, TOPICS.index("general"), second)}


def _breaks(draw: Any, rows: Rows) -> Array:
    kind = firm.choose(draw, [0.44, 0.27, 0.18, 0.11], len(rows.unit))
    return np.where(LOOSE[rows.voice], kind, 0)


def _written(draw: Any, rows: Rows, kind: str, breaks: Array) -> Any:
    """The parts of this kind of text, joined without two marks in a row, and their slots filled."""
    rows = rows.having(private=draw.integers(0, 3, len(breaks)))
    parts = [_said(draw, rows, *part) for part in STORY["texts"][kind]]
    between = positioned(pa.array(BREAKS), breaks)
    texts = pc.binary_join_element_wise(*parts, between, null_handling="skip")
    texts = pc.replace_substring_regex(texts, r"([^.][?!,.:)])[.,] ", r"\1 ")
    weeks = np.maximum(1, draw.poisson(1.4 + 2.6 * firm.ramp()[rows.month])) + 1
    people = draw.integers(0, 1_000_000_000, len(weeks))
    facts = (one.tolist() for one in (rows.unit, weeks, people, rows.language))
    whole = zip(texts.to_pylist(), *facts, strict=True)
    return pa.array([filled(text, *row) if "{" in text else text for text, *row in whole])


def _said(draw: Any, rows: Rows, name: str, about: list[str], often: list[float]) -> Any:
    """One sentence each, in their own voice; empty where they do not say it."""
    strings, spans = sentences()
    index = (rows.language, *(getattr(rows, one) for one in about), rows.voice)
    start, end = spans[name][index].T
    chosen = start + (draw.random(len(start)) * (end - start)).astype(int)
    speaks = (draw.random(len(start)) < np.array(often)[rows.manner]) & (end > start)
    return positioned(strings, np.where(speaks, chosen, -1))


def filled(text: str, unit: int, weeks: int, person: int, language: int) -> str:
    """The text with every slot filled; the same person gives the same details."""
    here = {"city": UNITS[unit], "weeks": str(weeks), "days": str(2 + weeks + person % 5)}
    return re.sub(
        r"\{(\w+)\}", lambda slot: here.get(slot[1]) or _detail(slot[1], person, language), text
    )


def _detail(slot: str, person: int, language: int) -> str:
    """Private data of nobody: the account has a right check number, its bank does not exist."""
    if slot in COUNTED:
        written, lowest, every, many = COUNTED[slot]
        return str(written.format(lowest + person // every % many))
    if slot in CHOSEN:
        every, *by_language = CHOSEN[slot]
        choices = by_language[min(language, len(by_language) - 1)]
        return str(choices[person // every % len(choices)])
    account = f"{person:010d}"
    letters = "".join(str(int(one, 36)) for one in f"DEMO{account}NL00")
    return f"NL{98 - int(letters) % 97:02d}DEMO{account}"
