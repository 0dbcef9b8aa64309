"""What a customer asks, as far as it can be understood by itself: no half sentence, no bare "Can you help?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from topofheart.understand.words import WORD, plain, segments

# What follows one of these is the tail of a sentence.
TURNS = re.compile(r"(?:maar|alleen|echter|but|however|though)\b")
# Words that say that something is asked or wanted, not what.
_BARE = """
help helpen helpt hulp please pls plz thanks thank you dank bedankt alvast merci aub alsjeblieft alstublieft graag
hallo hello hi hoi dag goedemorgen goedemiddag hey can could would will should may might do does did is are was be
i me my we us our it its this that these those there here what why how when who which any some anyone someone
anybody somebody know tell advise advice explain idea ideas suggestions question with about for to of the a an and
or on in at so now then not no yes need want like get have has had happened happening going wrong thing things
kan kun kunt kunnen zou zoudt zouden wil wilt willen moet moeten mag mogen ik je jij u jullie wij we mij me mijn ons onze
het dit dat die deze er hier daar wat waarom hoe hoezo wanneer wie welke iemand iets weten weet zeggen vertellen
uitleggen advies vraag vragen even eens met over voor naar van de een en of op in om te dan nu zo niet geen ja nee
ben bent is zijn was heb hebt heeft hebben had doen doe gaan gaat gebeuren gebeurd klopt kloppen mogelijk ook toch
wel nog al ! ? !! ?? ... …
"""
BARE = frozenset(_BARE.split())


def asked_in(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans of the questions, each whole: with the sentence it ends, or the one before where it says nothing itself.

    Spans that come to hold each other are told once.
    """
    if not any(TURNS.match(text, _begin(text, one[0])) or _bare(text, *one) for one in spans):
        return list(spans)
    own = segments(text)
    places = {start: place for place, (start, _) in enumerate(own)}
    found: list[tuple[int, int]] = []
    for start, end in spans:
        first = _sentence(text, own, places.get(start, 0))
        if first and _bare(text, own[first][0], end):
            first = _sentence(text, own, first - 1)
        begin = own[first][0] if start in places else start
        if found and begin < found[-1][1]:
            begin = found.pop()[0]
        found.append((begin, end))
    return found


def _sentence(text: str, own: Sequence[tuple[int, int]], place: int) -> int:
    """The segment with which the sentence begins that this one belongs to."""
    while place and TURNS.match(text, _begin(text, own[place][0])):
        place -= 1
    return place


def _begin(text: str, start: int) -> int:
    """Where the first letter behind blanks stands."""
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _bare(text: str, start: int, end: int) -> bool:
    return all(plain(one[0]) in BARE for one in WORD.finditer(text, start, end))
