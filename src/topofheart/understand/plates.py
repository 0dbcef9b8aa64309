"""Number plates: the Dutch ones in all their series (sidecodes of the RDW)."""

from __future__ import annotations

import re

from topofheart.understand.found import Finds, Found, stands_alone

OLD = {"LL-DD-DD", "DD-DD-LL", "DD-LL-DD"}
NEW = {
    "LL-DD-LL", "LL-LL-DD", "DD-LL-LL", "DD-LLL-D", "D-LLL-DD", "LL-DDD-L", "L-DDD-LL", "LLL-DD-L",
    "L-DD-LLL", "D-LL-DDD", "DDD-LL-D",
}  # fmt: skip
TOGETHER = {shape.replace("-", "") for shape in NEW}
DASHED = re.compile(r"[A-Z\d]{1,3}-[A-Z\d]{1,3}-[A-Z\d]{1,3}(?![\w-])")
# Written together, four letters and two digits are more often a code.
BARE_SHAPES = TOGETHER - {"LLLLDD", "DDLLLL"}
BARE = re.compile(r"[A-Z\d]{6}(?!\w)")
SAID = re.compile(r"ken ?teken|\bkent\.|\bplate|\bregistration", re.IGNORECASE)
LOOSE = re.compile(
    r"\b(?=([A-Z\d]{1,3}[ -]?[A-Z\d]{1,3}[ -]?[A-Z\d]{1,3})(?![\w-]))", re.IGNORECASE
)
FAR = 26
NOT_A_PLATE = re.compile(
    r"(?:art(?:ikel|icle)?|type|model|code|onderdeel|part|formulier|form|regeling|serie|product|nummer|nr|daarna"
    r"|motorcode|bestelling|order|booking|boeking|ref\w*|flight|vlucht)[.:]*\s*$",
    re.IGNORECASE,
)
# Vowels, C and Q are on no plate since 1978: they would make words.
UNUSED = frozenset("AEIOUCQ")


def plates(text: str, low: str) -> Finds:
    if text.count("-") > 1:
        for one in DASHED.finditer(text):
            if _is_plate(one.group(), NEW, OLD) and _alone(text, one.start()):
                yield Found("plate", *one.span())
    for one in BARE.finditer(text):
        if _is_plate(one.group(), BARE_SHAPES, set()) and _alone(text, one.start()):
            yield Found("plate", *one.span())
    if "teken" in low or "kent." in low or "plate" in low or "registration" in low:
        for word in SAID.finditer(text):
            for one in LOOSE.finditer(text, word.end(), word.end() + FAR):
                if _is_said(one[1].upper()):
                    yield Found("plate", *one.span(1))


def _alone(text: str, start: int) -> bool:
    called_otherwise = NOT_A_PLATE.search(text[max(0, start - 16) : start])
    return stands_alone(text, start) and text[start - 1 : start] != "-" and not called_otherwise


def _is_plate(written: str, new: set[str], old: set[str]) -> bool:
    shape = _shape(written)
    return shape in old or (shape in new and UNUSED.isdisjoint(written))


def _is_said(written: str) -> bool:
    plain = re.sub(r"[ -]", "", written)
    shapes = TOGETHER | {shape.replace("-", "") for shape in OLD}
    return len(plain) == 6 and _shape(plain) in shapes


def _shape(written: str) -> str:
    return "".join(
        "D" if letter.isdigit() else "L" if letter.isalpha() else letter for letter in written
    )
