"""Chats and calls written down as text: a speaker, often a time, and what was said.

`[2026-03-01 10:02] Klant: …`, `Agent (10:03): …`, the export of a messenger, and subtitles of calls
(WebVTT, SRT). A line without a speaker goes on with the turn before it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from topofheart.listen.clock import DAY, MOMENT, moment, months_first
from topofheart.listen.conversations import (
    PRIVATE,
    TRANSCRIPT,
    UNKNOWN_DAY,
    Conversation,
    Conversations,
    Turn,
)
from topofheart.listen.sides import sided, word_for

SUBTITLES = (".vtt", ".srt")
WHO = r"(?:[^\W\d_][^:\[\]();|\t<>\"]{0,39}|\+?\d[\d ()-]{7,18})"
NAMED = rf"{WHO}(?:\([^:()]{{1,30}}\))?"
TIMED = re.compile(
    rf"^[\u200e\u200f]*[\[(]?(?P<at>{MOMENT})[\])]?\s*(?:[-–|]\s+)?(?P<who>{NAMED})\s*:\s+(?P<text>.*)$"
)
AFTER = re.compile(rf"^(?P<who>{WHO}?)\s*[\[(](?P<at>{MOMENT})[\])]\s*:\s*(?P<text>.*)$")
PLAIN = re.compile(rf"^(?P<who>{NAMED})\s*:\s+(?P<text>.*)$")
SAID_BY_NOBODY = re.compile(rf"^[\u200e\u200f]*\[?(?P<at>{MOMENT})\]?\s*(?:-|–)\s+[^:]*$")
NEXT = re.compile(
    r"^[\W_]*(gesprek|chat|chatgesprek|conversation|transcript|call|ticket|case|zaak|session|sessie|dialoog|dialogue)"
    r"\b(?P<rest>[\s:#-]*(?:(?:id|nr|nummer|number|no)\b\.?)?[\s:#]*(?P<id>[\w-]*\d[\w-]*)?.{0,80})$",
    re.IGNORECASE,
)
RULE = re.compile(r"^\s*([-=*_#~])\1{2,}\s*$")
CUE = re.compile(
    r"(?P<from>(?:\d+:)?\d{2}:\d{2}[.,]\d{3})\s+-->\s+(?P<to>(?:\d+:)?\d{2}:\d{2}[.,]\d{3})"
)
VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>(.*?)(?:</v>|$)", re.DOTALL)
OF_THE_APP = ("\u200e", "\u200f", "<Media ", "<media ")
LOOKED_AT = 200
MOST_LINES = 0.5
A_NEW_DAY = timedelta(hours=24)
NO_SPEAKER = "nobody is named as the speaker"


def is_transcript(text: str) -> bool:
    """Whether most lines of a text are turns of at least two speakers."""
    lines = [line for line in text.splitlines() if line.strip()][:LOOKED_AT]
    timed = [found for line in lines if (found := TIMED.match(line) or AFTER.match(line))]
    plain = [found for line in lines if (found := PLAIN.match(line)) and word_for(found["who"])]
    turns = timed if len(timed) >= len(plain) else plain
    speakers = {found["who"].strip().lower() for found in turns}
    return len(turns) >= max(2, MOST_LINES * len(lines)) and len(speakers) > 1


def transcript(text: str, ours: Sequence[str]) -> Conversations:
    noted: Counter[str] = Counter()
    found, sides = sided(_Lines(text, noted).conversations(), ours)
    noted["private_or_system"] += sum(turn.side == PRIVATE for one in found for turn in one.turns)
    return Conversations(TRANSCRIPT, found, sides, noted)


@dataclass
class _Lines:
    text: str
    noted: Counter[str]
    found: list[Conversation] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    name: str | None = None
    day: date | None = None

    def conversations(self) -> list[Conversation]:
        lines = self.text.splitlines()
        self.month_first = months_first(lines)
        for line in lines:
            self._line(line.strip())
        self._close()
        return self.found

    def _line(self, line: str) -> None:
        turn = TIMED.match(line) or AFTER.match(line)
        if RULE.match(line):
            self._close()
        elif turn and turn["text"].startswith(OF_THE_APP):
            self.noted["private_or_system"] += 1
        elif turn:
            self._said(turn["who"], turn["text"], turn["at"])
        elif SAID_BY_NOBODY.match(line):
            self.noted["private_or_system"] += 1
        elif (plain := PLAIN.match(line)) and self._is_speaker(plain["who"]):
            self._said(plain["who"], plain["text"], None)
        elif (begin := NEXT.match(line)) and (begin["id"] or len(line) < 30):
            self._close()
            self.name = begin["id"] if begin["id"] and not re.fullmatch(DAY, begin["id"]) else None
            self._dated(line)
        elif not self.turns:
            self._dated(line)
            self.noted["lines_before_a_speaker"] += bool(line)
        elif line:
            last = self.turns[-1]
            self.turns[-1] = Turn(last.speaker, f"{last.text}\n{line}", last.at)

    def _is_speaker(self, who: str) -> bool:
        """A word for a speaker, or a name that has spoken before: 'Let op: …' is neither."""
        return bool(word_for(who)) or any(turn.speaker == who.strip() for turn in self.turns)

    def _dated(self, line: str) -> None:
        found = re.search(DAY, line)
        at = moment(found[0], month_first=self.month_first) if found else None
        self.day = at.date() if at else self.day

    def _said(self, who: str, text: str, at: str | None) -> None:
        when = (
            moment(at, self.day or UNKNOWN_DAY.date(), month_first=self.month_first) if at else None
        )
        last = next((turn.at for turn in reversed(self.turns) if turn.at), None)
        if when and last and (when.tzinfo is None) == (last.tzinfo is None):
            if when < last and self._only_hour(at):
                when += timedelta(days=1)
            elif when - last >= A_NEW_DAY:
                self._close()
        self.turns.append(Turn(who.strip(), text.strip(), when))

    @staticmethod
    def _only_hour(at: str | None) -> bool:
        return bool(at) and not re.search(DAY, at or "")

    def _close(self) -> None:
        if self.turns:
            self.found.append(Conversation(self.turns, id=self.name, channel="chat"))
            self.name = None
        self.turns = []


def subtitles(text: str, ours: Sequence[str]) -> Conversations:
    """A call with times from its start, so that its length is known and its day is not."""
    turns: list[Turn] = []
    for cue in _cues(text):
        turns += _spoken(*cue)
    joined = _joined(turns)
    trouble = None if any(turn.speaker for turn in joined) else NO_SPEAKER
    head = text.split("-->", 1)[0]
    written = re.search(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:?\d{2})?", head)
    began = moment(written[0]) if written else None
    call = Conversation(joined, channel="phone", began=began, trouble=trouble)
    found, sides = sided([call], ours)
    return Conversations(TRANSCRIPT, found, () if trouble else sides)


def _cues(text: str) -> list[tuple[datetime, datetime, str]]:
    found = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = block.split("\n")
        place = next((i for i, line in enumerate(lines) if CUE.search(line)), None)
        if place is not None and (cue := CUE.search(lines[place])):
            words = "\n".join(lines[place + 1 :]).strip()
            found.append((_after(cue["from"]), _after(cue["to"]), words))
    return found


def _after(text: str) -> datetime:
    *hours, minutes, seconds = text.replace(",", ".").split(":")
    passed = timedelta(
        hours=float(hours[0]) if hours else 0, minutes=float(minutes), seconds=float(seconds)
    )
    return UNKNOWN_DAY + passed


def _spoken(start: datetime, end: datetime, words: str) -> list[Turn]:
    voices = VOICE.findall(words)
    if voices:
        return [Turn(who.strip(), _bare(said), start) for who, said in voices]
    plain = PLAIN.match(_bare(words).replace("\n", " "))
    return (
        [Turn(plain["who"].strip(), plain["text"], start)]
        if plain
        else [Turn("", _bare(words), start)]
    )


def _bare(text: str) -> str:
    return re.sub(r"<[^>]*>", "", text).strip()


def _joined(turns: list[Turn]) -> list[Turn]:
    """Cues of one speaker in a row are one turn; a cue without a speaker goes on with the one before."""
    joined: list[Turn] = []
    for turn in turns:
        if joined and turn.speaker in ("", joined[-1].speaker):
            last = joined[-1]
            joined[-1] = Turn(last.speaker, f"{last.text} {turn.text}", last.at)
        else:
            joined.append(turn)
    return joined
