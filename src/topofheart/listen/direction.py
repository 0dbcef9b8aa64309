"""Which end of a scale is the good one, from what a label or its answers say about the lowest number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

BAD = re.compile(
    r"\b(not|never|no|hardly|nauwelijks|poor|bad|terrible|awful|difficult|hard|unlikely|unsatisfied|disagree|worst|lowest|least"
    r"|niet|nooit|geen|slecht|slechtste|moeilijk|lastig|ontevreden|onwaarschijnlijk|oneens|onvoldoende|laagste)\b|dissatisf",
    re.IGNORECASE,
)
GOOD = re.compile(
    r"\b(likely|satisfied|good|great|excellent|easy|agree|best|highest|little effort|no effort|tevreden|goed|uitstekend"
    r"|makkelijk|gemakkelijk|waarschijnlijk|eens|beste|hoogste|weinig moeite|geen moeite)\b",
    re.IGNORECASE,
)
NO_EFFORT = re.compile(r"\b(no|little|geen|weinig) (effort|moeite)\b", re.IGNORECASE)
MEANS = re.compile(
    r"(?<![\w.,])([01]|5|7|10)\s*(?:=|\bmeans\b|\bbetekent\b)\s*([^,;)\]\d=]+)", re.IGNORECASE
)
WRITTEN = re.compile(r"\s*(\d{1,2})\s*[-–:=.)]\s*(\D+)")
LOWEST = (0, 1)
REVERSED = "reversed"
SCALES = ((0, 10), (1, 5), (1, 7), (1, 10))


class Direction(StrEnum):
    UP = "the highest number is best"
    DOWN = "the lowest number is best"
    UNCLEAR = "the numbers are named, but not which is best"
    UNSAID = "nothing is said"


def direction(label: str, answers: Iterable[str]) -> Direction:
    """The good end, by `(1 = very good)` in the label or `1 - very good` in the answers."""
    named = [(int(number), words) for number, words in MEANS.findall(label)]
    for answer in set(answers):
        if found := WRITTEN.fullmatch(answer):
            named.append((int(found.group(1)), found.group(2)))
    good = {number for number, words in named if _is_good(words)}
    bad = {number for number, words in named if not _is_good(words) and BAD.search(words)}
    if not good and not bad:
        return Direction.UNCLEAR if MEANS.search(label) else Direction.UNSAID
    if good and bad:
        down, up = max(good) < min(bad), min(good) > max(bad)
    else:
        low, high = (number in LOWEST for number in (min(good | bad), max(good | bad)))
        down = (low and high and bool(good)) or (not low and bool(bad))
        up = (low and high and bool(bad)) or (not low and bool(good))
    return Direction.UNSAID if down == up else Direction.DOWN if down else Direction.UP


def named_scale(label: str) -> str | None:
    """The scale whose two ends the label names: `(1 = very good, 5 = very poor)`."""
    numbers = [int(number) for number, _ in MEANS.findall(label)]
    ends = (min(numbers), max(numbers)) if numbers else (0, 0)
    return f"{ends[0]}-{ends[1]}" if ends in SCALES else None


def _is_good(words: str) -> bool:
    return bool(NO_EFFORT.search(words)) or bool(GOOD.search(words) and not BAD.search(words))
