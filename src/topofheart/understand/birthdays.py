"""Dates of birth. Any other day stays: without the day of delivery a complaint says nothing."""

from __future__ import annotations

import re

from topofheart.understand.found import Finds, Found

MONTH = (
    r"(?:jan(?:uari|uary)?|feb(?:ruari|ruary)?|maart|mrt|mar(?:ch)?|apr(?:il)?|mei|may|june?|juni|july?|juli"
    r"|aug(?:ustus|ust)?|sept?(?:ember)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
DAY = re.compile(
    r"\d{1,2}[ ./-]{1,2}\d{1,2}[ ./-]{1,2}(?:\d{4}|\d{2})(?!\d)|\d{4}-\d{2}-\d{2}(?!\d)|\d{8}(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th|e)?[ -](?:of )?{MONTH}[ -,]*(?:\d{{4}}|\d{{2}}(?!\d))",
    re.IGNORECASE,
)
MONTH_FIRST = re.compile(rf"\b{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}", re.IGNORECASE)
SAID = re.compile(r"\bgeb|birth|\bborn\b|\bdob\b|\bd\.o\.b|jarig", re.IGNORECASE)
SAID_AFTER = re.compile(r"\W{0,2}(?:\(?geboren|geb\.|born)", re.IGNORECASE)
OF_A_PERSON = re.compile(r"\b(?:ben|is|zijn|was) van $", re.IGNORECASE)
JOINED = re.compile(r"\W*(?:en|and|,|&|/)\W*")
WORDS = ("geb", "birth", "born", "dob", "d.o.b", "jarig", " van ", "19")
REACH = 56
YOUNGEST_TOLD_BY_VAN = 2012
# Nothing that customers write about happened so long ago, but their births.
LONG_AGO = 1990
STARTED = re.compile(r"(?:sinds|since|vanaf|from|uit|per|op) $", re.IGNORECASE)


def birthdays(text: str, low: str) -> Finds:
    """Days that the words around them call a birthday, `geb.`, `born`, `ik ben van`, and very old ones."""
    if not any(word in low for word in WORDS):
        return
    days = [*DAY.finditer(text), *MONTH_FIRST.finditer(text)]
    last_end = -REACH
    for one in days:
        start = one.start()
        if text[start - 1 : start].isalnum():
            continue
        chained = JOINED.fullmatch(text, last_end, start) if last_end > 0 else None
        if chained or _is_birthday(text, *one.span()):
            yield Found("birth", *one.span())
            last_end = one.end()


def _is_birthday(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - REACH) : start]
    said = max((one.end() for one in SAID.finditer(before)), default=None)
    if said is not None and not re.search(r"\d", before[said:]):
        return True
    year = re.search(r"(?:19|20)\d\d(?!\d)", text[start:end])
    if OF_A_PERSON.search(before):
        return year is None or int(year.group()) <= YOUNGEST_TOLD_BY_VAN
    if year and int(year.group()) <= LONG_AGO and not text[start:end].isdigit():
        return not STARTED.search(before) or bool(SAID_AFTER.match(text, end))
    return bool(SAID_AFTER.match(text, end))
