"""What the words before and behind a place in a text say about it: is a person named here?"""

from __future__ import annotations

import re
from typing import Literal

from topofheart.understand.name_lists import Lists

Cue = Literal["title", "called", "people", "closing", "thanks", "greeting", "near", "with"]

MARKS = " \n\t,:.!;(*)]>"
FAR = 32
SPEAKING = re.compile(r"(?:sp[eo]ak|spoke|spoken|talk|talked|talking|speaking) to $", re.IGNORECASE)
WITH_WHOM = re.compile(r"spreekt? met $", re.IGNORECASE)
NAME_OF = re.compile(r"naam (?:van )?(?:de )?[\w-]+: *$", re.IGNORECASE)
HELPED = re.compile(
    r"(?:geholpen door|bediend door|gesproken met|sprak met|contact met|dank aan|complimenten (?:aan|voor)|compliment (?:aan|voor)"
    r"|helped by|served by|(?:spoke|speaking|spoken|talked) (?:to|with)|thanks to|dealt with by) $",
    re.IGNORECASE,
)
# "I called Ziggo" is a phone call.
IS_CALLED = re.compile(
    r"(?:is|was|be|lady|man|guy|girl|boy|woman|someone|somebody|person|agent|driver|engineer|nurse|also|one) called $",
    re.IGNORECASE,
)
TOGETHER = re.compile(r" (?:and|en|&) ([^\W\d_]+)")


def cue_before(before: str, known: Lists) -> Cue | None:
    """The kind of word at the end of what stands before, where the marks behind it allow one."""
    bare = before.rstrip(MARKS)
    words = bare.rsplit(None, 1)
    if not words:
        return None
    cue = known.cues.get(words[-1].lower().rsplit("/", 1)[-1].replace(".", ""))
    return _allowed(cue, before, before[len(bare) :]) if cue else None


def _allowed(cue: Cue, before: str, marks: str) -> Cue | None:
    """The marks between a word and a name: "Dr. X" is one person, "de heer. X" two sentences."""
    given = set(marks) - {" "}
    if cue == "title":
        return None if given - {"."} else cue
    if cue == "closing":
        return cue
    if cue == "thanks":
        whole = before.rstrip(MARKS).lower()
        thanked = not whole.endswith(" you") or whole.endswith("thank you")
        return cue if thanked and given & {",", "\n"} else None
    if cue == "greeting":
        return None if given else cue
    if cue in ("with", "near") and not given and HELPED.search(before):
        return "people"
    if cue == "with":
        return None if given else "called" if WITH_WHOM.search(before) else cue
    if given & set("!;\n") or ". " in marks:
        return None
    if cue == "called" and before.lower().endswith("called ") and not IS_CALLED.search(before):
        return "near"
    if cue == "people" and ":" in given:
        return "called" if NAME_OF.search(before) else "near"
    if cue == "near" and before.lower().endswith(" to "):
        return cue if SPEAKING.search(before) else None
    return None if cue == "near" and given - {"("} else cue


def acts_behind(text: str, end: int, known: Lists) -> bool:
    """Whether what follows is what only people do or are: `hielp`, `was brilliant`, `van de balie`."""
    if (other := TOGETHER.match(text, end)) and other[1].lower() in known.first | known.either:
        return acts_behind(text, other.end(), known)
    words = re.findall(r"[\w']+|[.!?\n]", text[end : end + 48].lower())[:5]
    if not words or text[end : end + 1] != " ":
        return False
    around = known.around
    if words[0] in around["acts"]:
        return True
    if words[0] in around["happens"]:
        return len(words) > 1 and words[1] in around["states"]
    return words[0] in around["belongs"] and not around["departments"].isdisjoint(words[1:4])


def begins_line(before: str) -> bool:
    bare = before.rstrip(" ")
    return not bare or bare[-1] in "\n]>"


def begins_sentence(before: str) -> bool:
    bare = before.rstrip()
    return not bare or bare[-1] in '.!?:;("“' or "\n" in before[len(bare) :]
