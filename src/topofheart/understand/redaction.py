"""Personal data taken out of a customer's words on every way out, with a readable blank in its place."""

from __future__ import annotations

import re
from functools import cache
from typing import get_args

from topofheart.kernel.language import Words, language_of_reader
from topofheart.understand.birthdays import birthdays
from topofheart.understand.found import Finds, Found, Kind
from topofheart.understand.names import names
from topofheart.understand.numbers import accounts, cards, citizens, phones, spoken_phones
from topofheart.understand.online import handles, links, mails, networks
from topofheart.understand.places import postcodes, streets
from topofheart.understand.plates import plates

# What a group may be called: a dealer, a shop in a street, a van.
OF_A_GROUP = frozenset({"name", "street", "postcode", "plate", "handle"})
LONGEST_LABEL_WORDS = 5
DIGIT = re.compile("[0-9]")
LONG_NUMBER = re.compile(r"[0-9](?:[ ()./–-]{0,3}[0-9]){7}")


def redacted(text: str, *, language: str | None = None) -> str:
    """The text with personal data blanked: `[naam]`, `[telefoon]` … in "nl" or "en".

    Without a language it is that of the reader's own settings.
    """
    spans = found(text)
    return _blanked(text, spans, language or language_of_reader()) if spans else text


def redacted_label(label: str, *, language: str | None = None) -> str:
    """The name of a group as it may be shown: `Garage Jansen` stays, a remark or a phone number does not."""
    spans = found(label)
    harmless = all(span.kind in OF_A_GROUP for span in spans)
    if harmless and len(label.split()) <= LONGEST_LABEL_WORDS:
        return label
    return _blanked(label, spans, language or language_of_reader())


def _blanked(text: str, spans: list[Found], language: str) -> str:
    blanks, parts, end = _blanks(language), [], 0
    for span in spans:
        parts += [text[end : span.start], blanks[span.kind]]
        end = span.end
    return "".join((*parts, text[end:]))


def found(text: str) -> list[Found]:
    """Where personal data stands in the text, in order and without overlap; the surer kind first."""
    taken: list[Found] = []
    for span in _all(text):
        if all(span.end <= other.start or span.start >= other.end for other in taken):
            taken.append(span)
    return sorted(taken, key=lambda span: span.start)


def _all(text: str) -> Finds:
    low = text.lower()
    yield from links(text)
    yield from mails(text, low)
    if DIGIT.search(text):
        yield from networks(text)
        yield from accounts(text)
        yield from birthdays(text, low)
        if LONG_NUMBER.search(text):
            yield from cards(text, low)
            yield from phones(text, low)
            yield from citizens(text, low)
        yield from streets(text)
        yield from plates(text, low)
        yield from postcodes(text, low)
    yield from spoken_phones(text, low)
    yield from handles(text, low)
    yield from names(text, low)


@cache
def _blanks(language: str) -> dict[str, str]:
    words = Words("understand", language)
    return {kind: words(f"blank.{kind}") for kind in get_args(Kind)}
