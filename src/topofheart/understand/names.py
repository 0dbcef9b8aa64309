"""Names of people, by lists of our own and by the words around them.

A name that is hardly ever anything else is found wherever it stands with a capital. A name that is
also a word (Roos, Mark, Will), or that is on no list, is found only where the words around it say so:
a title, a greeting, a signature, "mijn naam is". Companies, places and streets that bear a name stay.
"""

from __future__ import annotations

import re

from topofheart.understand.around_a_name import (
    FAR,
    Cue,
    acts_behind,
    begins_line,
    begins_sentence,
    cue_before,
)
from topofheart.understand.found import Finds, Found
from topofheart.understand.name_lists import Lists, lists

UPPER = "A-ZÀ-ÖØ-ÞĀĄĆÇŞŚŁŻİĞ"
LETTERS = rf"[{UPPER}][\w'’]*(?:-(?:van |de )?[\w'’]+)*"
INITIALS = r"(?:(?:[A-Z]|Th|Ch|Chr|Ph|Fr|IJ|St)\. ?){1,5}"
PARTICLE = (
    r"(?:(?:[Vv]an ['’]t|[Vv]an|[Dd]e|[Dd]er|[Dd]en|[Hh]et|[Tt]en|[Tt]er|[Tt]e|['’]t|[Vv]on|[Ll]a|[Ll]e"
    r"|[Ee]l|[Aa]l|[Dd]i|[Dd]a|[Bb]in|[Vv]\.? ?d\.?) )"
)
CAPITAL = re.compile(rf"[{UPPER}][\w'’]*(?:-[\w'’]+)*")
NEXT_PART = re.compile(rf" ({INITIALS} ?)?({PARTICLE}{{0,3}})({LETTERS})")
WITH_INITIALS = re.compile(rf"({INITIALS}){PARTICLE}{{0,3}}({LETTERS})")
WITH_PARTICLE = re.compile(rf"{PARTICLE}{{1,3}}{LETTERS}")
PARTICLES_BEFORE = re.compile(
    r"\b(?:(?:van ['’]t|van|de|der|den|het|ten|ter|te|['’]t|von|la|le|el|al|di|da|bin|v\.?d\.?) )+$"
)
INITIALS_BEFORE = re.compile(rf"(?<![\w.]){INITIALS}$")
NO_INITIALS = re.compile(
    r"(?:N\.V|B\.V|P\.S|N\.B|U\.S|U\.K|C\.V|A\.U\.B|T\.[NA]\.V|D\.O\.B|V\.O\.F)\."
)
SMALL = re.compile(
    r"\b(?:heet|heette|naam is|name is|spreekt met|spreek met) ([^\W\d_]+)"
    r"(?: ((?:(?:van|de|der|den|el) )*([^\W\d_]+)))?"
)
BEARS_A_NAME = re.compile(
    rf"(?: (?:van|de|der|den|het|[{UPPER}]\w+))*? "
    rf"(?:[{UPPER}]\w*(?:straat|laan|plein|weg|park|kade|gracht|singel|school|college|ziekenhuis|brug|museum|stadion|kerk)"
    r"|Street|Road|Avenue|Lane|Square|Station|Court|House|Hospital|School|Park|Stadium|Airport|Museum|Line|[Hh]otel"
    r"|hospital|ziekenhuis|clinic|college|stadium|museum)\b"
)
PLACE_BEFORE = re.compile(
    r"\b(?:[Hh]otel|[Aa]venue|rue|place|[Ss]int|St\.?|[Ss]anta?|[Cc]afé|[Rr]estaurant|[Vv]illa|[Hh]uize|[Ss]tation|[Ss]chool|[Ss]tichting|[Ss]torm|[Oo]rkaan|[Hh]urricane|[Cc]hatbot|[Bb]ot|[Rr]obot|Port|Mount|Lake|Fort) $"
)
BEFORE_A_THING = re.compile(
    r"\b(?:de|het|een|in|op|bij|uit|naar|van|the|a|an|at|from|of|to|our|your) $",
    re.IGNORECASE,
)
NAME_ENDS = re.compile(r" *(?:$|[\n,.!;:(/&-]|(?:en|and) )")
ADDRESS_ENDS = re.compile(r" *(?:[,!\n:]|$)")
INTRODUCES = re.compile(r",? (?:ik|hier|spreekt)\b")
PARTICLES = frozenset((
    "van", "de", "der", "den", "het", "ten", "ter", "te", "el", "al", "von", "la", "le", "di", "da", "bin",
))  # fmt: skip
LONGEST = 4


def names(text: str, low: str) -> Finds:
    known, past = lists(), 0
    for one in CAPITAL.finditer(text):
        start, end = one.span()
        if start < past:
            continue
        key = one.group().lower()
        if key in known.skipped and key not in PARTICLES and text[end : end + 1] != ".":
            continue
        if key in known.never and (other := _end_of_phrase(low, start, known.never[key])):
            past = other
            continue
        begin, whole = start, _end_of_name(text, start, end, _plain(key), known)
        if not whole:
            begin, whole = _with_particles(text, start, end, known)
        if whole:
            place = _end_of_place(text, start, end)
            past = place or whole
            if not place:
                start = begin
                before = INITIALS_BEFORE.search(text, max(0, start - 16), start)
                yield Found("name", before.start() if before else start, whole)
    if "heet" in low or "naam is" in low or "name is" in low or "spreek" in low:
        yield from _small(text, known)


def _small(text: str, known: Lists) -> Finds:
    """`ik heet wim`: behind such words a name may be written small."""
    for one in SMALL.finditer(text):
        if one[1].islower() and one[1] in known.first | known.either:
            family = one[3] and one[3] in known.last
            yield Found("name", one.start(1), one.end(2) if family else one.end(1))


def _end_of_phrase(low: str, start: int, phrases: tuple[str, ...]) -> int:
    """The end of a company or a saying that begins with a name; else 0."""
    return next((start + len(one) for one in phrases if low.startswith(one, start)), 0)


def _end_of_place(text: str, start: int, end: int) -> int:
    """The end of a street or a house that bears a name; else 0."""
    bearer = BEARS_A_NAME.match(text, end)
    if bearer:
        return bearer.end()
    return end if PLACE_BEFORE.search(text, max(0, start - 14), start) else 0


def _end_of_name(text: str, start: int, end: int, key: str, known: Lists) -> int:
    """The end of the name that begins with this word; 0 when it is no name."""
    if key in known.first or ("-" in key and _is_double(key, known)):
        shouted = len(key) < 4 and text[start:end].isupper()
        return 0 if shouted else _whole(text, end, known)
    if (
        text[end : end + 1] == "."
        and end - start < 4
        and (found := WITH_INITIALS.match(text, start))
    ):
        return _end_with_initials(text, found, known)
    if key in known.blocked and key not in PARTICLES:
        return 0
    before = text[max(0, start - FAR) : start]
    cue = cue_before(before, known)
    if key in known.either:
        cue = None if cue == "near" and key in known.around["seasons"] else cue
        told = cue or acts_behind(text, end, known) or _speaks(text, end, before)
        return _whole(text, end, known) if told or _family_follows(text, end, known) else 0
    if cue is None:
        inside = text[end : end + 1] == " " and key not in PARTICLES and not begins_sentence(before)
        told = inside and (_family_follows(text, end, known) or _acts(text, end, before, known))
        return _whole(text, end, known) if told and not text[start:end].isupper() else 0
    if key in PARTICLES:
        particles = WITH_PARTICLE.match(text, start)
        return _end_of_told(text, particles.end(), cue, known) if particles else 0
    if end - start > 1 and text[start:end].isupper():
        return 0
    whole = _end_of_told(text, end, cue, known)
    return whole or (_whole(text, end, known) if cue == "near" and _is_last(key, known) else 0)


def _end_of_told(text: str, end: int, cue: Cue, known: Lists) -> int:
    """The end of a name on no list, where the words before it and the mark behind it tell of one."""
    whole = _whole(text, end, known)
    ends = {"closing": NAME_ENDS, "thanks": NAME_ENDS, "greeting": ADDRESS_ENDS, "with": INTRODUCES}
    if cue in ends:
        return whole if ends[cue].match(text, whole) else 0
    return whole if cue != "near" else 0


def _with_particles(text: str, start: int, end: int, known: Lists) -> tuple[int, int]:
    """`mevrouw van der Zijl`: a family name whose particles are written small behind a title."""
    particles = PARTICLES_BEFORE.search(text, max(0, start - FAR), start)
    if particles:
        begin = particles.start()
        if cue_before(text[max(0, begin - FAR) : begin], known) in ("title", "called"):
            return begin, _whole(text, end, known)
    return start, 0


def _end_with_initials(text: str, found: re.Match[str], known: Lists) -> int:
    """`J.P. Scholten`; one initial alone only with a family name of the lists or after a cue."""
    family = found[2].lower()
    before = text[max(0, found.start() - FAR) : found.start()]
    if NO_INITIALS.match(found[1]) or family in known.blocked or not found[2][1:2].islower():
        return 0
    if before.lower().endswith(("the ", "de ", "het ")):
        return 0
    several = found[1].count(".") > 1 or not found[1][:2].endswith(".")
    listed = any(part in known.last for part in family.split("-"))
    told = cue_before(before, known) or begins_line(before)
    return _whole(text, found.end(), known) if several or listed or told else 0


def _is_double(key: str, known: Lists) -> bool:
    parts = key.split("-")
    listed = all(part in known.first or part in known.either for part in parts)
    return listed and any(part in known.first for part in parts)


def _is_last(key: str, known: Lists) -> bool:
    return any(part in known.last and part not in known.either for part in key.split("-"))


def _plain(key: str) -> str:
    """Without the 's of a possession."""
    return key[:-2] if key.endswith(("'s", "’s")) else key.rstrip("'’")


def _whole(text: str, end: int, known: Lists) -> int:
    """The end of the family name, where one follows."""
    for _ in range(LONGEST):
        following = NEXT_PART.match(text, end)
        if following is None or not _continues(following, known):
            return end
        end = following.end()
    return end


def _continues(following: re.Match[str], known: Lists) -> bool:
    family = _plain(following[3].lower())
    barred = known.blocked if following[1] or following[2] else known.skipped
    if family in barred:
        return False
    return not (len(family) > 1 and following[3].isupper())


def _family_follows(text: str, end: int, known: Lists) -> bool:
    """`Mark de Vries`, `Storm Bakker`: a family name of the lists stands behind it."""
    following = NEXT_PART.match(text, end)
    if following is None or not _continues(following, known):
        return False
    return (
        _is_last(_plain(following[3].lower()), known)
        or bool(following[1])
        or len(following[2].split()) > 1
    )


def _acts(text: str, end: int, before: str, known: Lists) -> bool:
    """`daar hielp Yinthe`: inside a sentence only names have a capital; a place has `in de` before it."""
    return not BEFORE_A_THING.search(before) and acts_behind(text, end, known)


def _speaks(text: str, end: int, before: str) -> bool:
    """`Samira: goedemiddag` in a chat."""
    return text[end : end + 1] == ":" and begins_line(before)
