"""Where somebody lives: streets with a house number and full postcodes. A street or a town alone stays."""

from __future__ import annotations

import re

from topofheart.understand.found import Finds, Found, stands_alone

SUFFIX = r"(?:[ -]?(?:bis|hs|I{1,3}\b|[a-zA-Z]\b(?! [a-z]))|-\d{1,3})?(?![\w%€:])"
HOUSE = re.compile(r"\d{1,4}" + SUFFIX)
STREET_ENDS = (
    "straat", "str", "laan", "weg", "plein", "kade", "gracht", "singel", "hof", "dijk", "pad", "steeg",
    "dreef", "baan", "wal", "plantsoen", "boulevard", "haven", "burgwal", "hage", "erf", "kamp", "veld",
    "akker", "markt", "poort", "zijde", "oord", "horst", "meent", "brink", "werf", "ring", "allee", "lei",
)  # fmt: skip
NOT_A_STREET = frozenset((
    "markt", "hof", "ring", "pad", "weg", "baan", "haven", "plein", "veld", "poort", "afval",
    "onderweg", "terugweg", "snelweg", "rijksweg", "werf", "oord",
))  # fmt: skip
PARTICLES = r"(?:(?:van|de|der|den|het|'t|ter|ten|op|in) )*"
DUTCH_STREET = re.compile(rf"(?:[A-ZÀ-Þ'’][\w'’]*\.? {PARTICLES}){{0,4}}[A-ZÀ-Þ][\w'’.-]*,?$")
NUMBER_WORDS = frozenset(("nr", "nummer", "no", "huisnr", "huisnummer"))
LIVES = re.compile(
    r"(?:adres|woonadres|address|won(?:en|end|ende|ing)|woont?|live at|ophalen bij|bezorg\w* (?:op|bij)|deliver to)"
    r"\b(?: is| aan| op| in| te)?(?: de| het)?[: ]*$",
    re.IGNORECASE,
)
STREET_VAN = re.compile(r"\b(?:Laan|Plein|Weg) van (?:de |den |het )?\w+$")
LIVED_IN = re.compile(r"(?:['’]t )?[A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*)*(?: \d{4})?$")
ENGLISH_STREET = re.compile(
    r"\d{1,4}[A-Za-z]? (?:[A-Z][\w'’]*\.? ){1,4}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Close|Terrace|Crescent|Gardens|Grove|Place|Square|Way|Court"
    r"|Mews|Walk|Row|Hill|Park|Boulevard|Blvd)\b|\d{1,4}(?: bis)?,? (?:rue|avenue|boulevard|place) (?:[\w'’-]+ ){0,3}[A-ZÀ-Þ][\w'’-]*"
)
FLAT = re.compile(r"\b(?:[Ff]lat|[Uu]nit|[Aa]pt\.?|[Aa]partment) \w+,? $")
POSTCODE = re.compile(
    r"([1-9]\d{3})( ?)([A-Za-z]{2})(?![\w'’])(?!-[A-Za-z])"
    r"(?:(?:[ ,]+|-)(?:nr\.? |nummer |huisnummer |huisnr\.? )?\d{1,5}(?!\d|[.,:/-]\d|%| (?:dagen|weken|uur|keer|x|maart|mei))"
    r"(?: ?(?:bis|hs|[a-zA-Z]))?\b)?"
)
BRITISH = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?!\w)")
BRITISH_SAID = re.compile(
    r"postcode[a-z: ]{1,12}\b([a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})\b", re.IGNORECASE
)
FAR = 48
UNITS = frozenset((
    "mb", "gb", "tb", "kb", "kw", "kg", "km", "cm", "mm", "ml", "kv", "hz", "px", "ip", "eu",
    "eur", "ad", "bc", "mg", "va", "wh", "sa", "sd", "ss",
))  # fmt: skip
SHORT_WORDS = frozenset((
    "in", "en", "is", "op", "of", "te", "de", "er", "ik", "we", "ze", "je", "al", "nu", "om",
    "zo", "na", "at", "to", "or", "by", "my", "so", "if", "no", "it", "as", "an", "be", "do",
    "he", "me", "us", "up", "ha", "st", "nd", "rd", "th", "ie", "ex", "uw", "dd", "ca", "pk",
    "ff", "dr", "xl",
))  # fmt: skip


def streets(text: str) -> Finds:
    for one in ENGLISH_STREET.finditer(text):
        if stands_alone(text, one.start()):
            flat = FLAT.search(text, max(0, one.start() - 16), one.start())
            yield Found("street", flat.start() if flat else one.start(), one.end())
    for one in HOUSE.finditer(text):
        start = one.start()
        if text[start - 1 : start] == " " and (begin := _street_before(text, start)) is not None:
            yield Found("street", begin, one.end())


def postcodes(text: str, low: str) -> Finds:
    """Dutch ones with the house number behind them, and British ones."""
    for one in POSTCODE.finditer(text):
        if stands_alone(text, one.start()) and _is_postcode(one, low):
            yield Found("postcode", *one.span())
    for one in BRITISH.finditer(text):
        if stands_alone(text, one.start()):
            yield Found("postcode", *one.span())
    if "postcode" in low:
        for one in BRITISH_SAID.finditer(text):
            yield Found("postcode", *one.span(1))


def _is_postcode(found: re.Match[str], low: str) -> bool:
    letters = found[3]
    if letters.lower() in UNITS:
        return False
    if letters.isupper():
        is_year = found[1][:2] in ("19", "20")
        return not (is_year and letters.lower() in SHORT_WORDS | {"re"})
    return not found[2] or (letters.lower() not in SHORT_WORDS and "postcode" in low)


def _street_before(text: str, start: int) -> int | None:
    """Where the street begins whose house number begins at `start`."""
    offset = max(0, start - FAR)
    before = text[offset : start - 1]
    last = before[before.rfind(" ") + 1 :].rstrip(".,-")
    if last.lower() in NUMBER_WORDS or (last.isdigit() and len(last) == 4):
        before = before[: before.rfind(" ")].rstrip(",")
        last = before[before.rfind(" ") + 1 :]
    if not last[:1].isupper() and not last[-1:].isdigit():
        return None
    is_street = last.lower().endswith(STREET_ENDS) and last.lower() not in NOT_A_STREET
    pattern = DUTCH_STREET if is_street or STREET_VAN.search(before) else LIVED_IN
    found = pattern.search(before)
    if found and (pattern is DUTCH_STREET or LIVES.search(before, 0, found.start())):
        return offset + found.start()
    return None
