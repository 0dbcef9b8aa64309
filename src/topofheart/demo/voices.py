"""How one sentence sounds in different mouths: neat, hasty, loud, learning the language …

A voice changes spelling, capitals and punctuation, never what is said. Slots such as `{city}` stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from topofheart.demo.people import VOICES

VARIANTS = {
    "neat": 1,
    "formal": 1,
    "casual": 4,
    "hasty": 6,
    "loud": 4,
    "second": 4,
    "flemish": 3,
    "terse": 2,
}
assert set(VARIANTS) == set(VOICES)

_WORD = re.compile(r"[A-Za-zÀ-ÿ]{5,}")


def say(sentence: str, voice: str, draw: Any, slips: Mapping[str, Mapping[str, str]]) -> str:
    """The sentence as this voice would type it."""
    if voice in ("neat", "formal"):
        return sentence
    if voice == "casual":
        said = _swap(sentence, slips["casual"], 0.6, draw)
        return _ending(said[:1].lower() + said[1:] if draw.random() < 0.75 else said, draw)
    if voice == "hasty":
        said = _swap(sentence, slips["hasty"], 0.7, draw)
        said = _slip(said, draw) if draw.random() < 0.55 else said
        said = said.lower() if draw.random() < 0.6 else said
        return _ending(said.replace(", ", " ") if draw.random() < 0.4 else said, draw)
    if voice == "loud":
        return _loud(sentence, draw)
    if voice == "terse":
        return _ending(sentence, draw)
    return _swap(sentence, slips[voice], 0.8 if voice == "flemish" else 0.65, draw)


def _swap(sentence: str, rules: Mapping[str, str], share: float, draw: Any) -> str:
    """Replace whole words by the slip that this voice makes."""
    said = sentence
    for word, slip in rules.items():
        if word in said.lower() and draw.random() < share:
            said = re.sub(rf"(?<![\w{{]){re.escape(word)}(?![\w}}])", slip, said)
            if len(slip) > 1:
                said = _heading(said, word, slip)
    return said.replace("  ", " ").strip()


def _heading(sentence: str, word: str, slip: str) -> str:
    """The same slip at the beginning of a sentence."""
    first, other = word[:1].upper() + word[1:], slip[:1].upper() + slip[1:]
    return re.sub(rf"(?<![\w{{]){re.escape(first)}(?![\w}}])", other, sentence)


def _slip(sentence: str, draw: Any) -> str:
    """One slip of the finger in one longer word."""
    words = [
        one for one in _WORD.finditer(sentence) if sentence[one.start() - 1 : one.start()] != "{"
    ]
    if not words:
        return sentence
    word = words[int(draw.integers(0, len(words)))]
    place = int(draw.integers(word.start() + 2, word.end() - 2))
    kind = draw.random()
    pair = sentence[place : place + 2]
    if kind < 0.5:
        pair = pair[::-1]
    elif kind < 0.8:
        pair = pair[1]
    else:
        pair = pair[0] + pair
    return sentence[:place] + pair + sentence[place + 2 :]


def _ending(sentence: str, draw: Any) -> str:
    if sentence.endswith(".") and draw.random() < 0.7:
        return sentence.rstrip(".")
    if sentence.endswith("?") and draw.random() < 0.15:
        return sentence + "?"
    return sentence


def _loud(sentence: str, draw: Any) -> str:
    kind = draw.random()
    if kind < 0.12 and "{" not in sentence:
        return sentence.upper()
    words = [
        one for one in _WORD.finditer(sentence) if sentence[one.start() - 1 : one.start()] != "{"
    ]
    if kind < 0.6 and words:
        word = words[int(draw.integers(0, len(words)))]
        sentence = sentence[: word.start()] + word.group().upper() + sentence[word.end() :]
    marks = "!" * int(draw.integers(1, 4))
    if sentence.endswith("."):
        return sentence.rstrip(".") + marks
    return sentence + marks[1:] if sentence.endswith("?") else sentence
