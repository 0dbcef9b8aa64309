"""How one sentence sounds in different mouths: neat, hasty, loud, learning the language …

A voice changes spelling, capitals and punctuation, never what is said. Slots such as `{city}` stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from topofheart.demo.firm import STORY

VARIANTS = {voice: manner["variants"] for voice, manner in STORY["voices"].items()}
_LONG_WORD = re.compile(r"(?<![\w{])[A-Za-zÀ-ÿ]{5,}(?![\w}])")


def say(sentence: str, voice: str, slips: Mapping[str, Mapping[str, str]], draw: Any) -> str:
    """The sentence as this voice would type it."""
    manner = STORY["voices"][voice]
    for word, slip in slips.get(voice, {}).items():
        if word in sentence.lower() and draw.random() < manner["slips"]:
            sentence = _replaced(sentence, word, slip)
            sentence = _replaced(sentence, word[:1].upper() + word[1:], slip[:1].upper() + slip[1:])
    for habit, often in manner.get("habits", {}).items():
        if draw.random() < often:
            sentence = HABITS[habit](sentence, draw)
    return " ".join(sentence.split())


def _replaced(sentence: str, word: str, slip: str) -> str:
    return re.sub(rf"(?<![\w{{]){re.escape(word)}(?![\w}}])", slip, sentence)


def _mistypes(sentence: str, draw: Any) -> str:
    """Two letters of a longer word change places."""
    words = list(_LONG_WORD.finditer(sentence))
    if not words:
        return sentence
    at = words[int(draw.integers(0, len(words)))].start() + int(draw.integers(1, 4))
    return sentence[:at] + sentence[at + 1] + sentence[at] + sentence[at + 2 :]


HABITS: dict[str, Callable[[str, Any], str]] = {
    "begins_small": lambda sentence, draw: sentence[:1].lower() + sentence[1:],
    "writes_small": lambda sentence, draw: sentence.lower(),
    "skips_commas": lambda sentence, draw: sentence.replace(", ", " "),
    "stops_nowhere": lambda sentence, draw: sentence.removesuffix("."),
    "mistypes": _mistypes,
    "shouts": lambda sentence, draw: sentence if "{" in sentence else sentence.upper(),
    "exclaims": lambda sentence, draw: sentence.removesuffix(".") + "!" * int(draw.integers(1, 4)),
}
