"""A conversation as one contact: what the customer said, what we answered, how long they waited.

Mails, chats, calls and tickets are unpacked elsewhere into turns; here the turns of one conversation
become one row with the column names of `contacts`, so that all that follows is the same for every file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from topofheart.listen.delimited import Record
from topofheart.listen.header import Header, distinct
from topofheart.listen.tool import Recognised, tools

CUSTOMER, US, BOT, PRIVATE = "customer", "us", "bot", "private"
LABELS = (
    "contact_id", "customer_id", "contacted_at", "direction", "channel", "handled_by",
    "wait_seconds", "handle_seconds", "text", "reply",
)  # fmt: skip
MAIL, TRANSCRIPT, ZENDESK = "mail", "transcript", "zendesk"
UNKNOWN_DAY = datetime(2000, 1, 1)


@dataclass(frozen=True)
class Turn:
    """One message: whose it is (`speaker` as the file says it, `side` once that is known). Where only
    the hour is known, `at` is on `UNKNOWN_DAY`."""

    speaker: str
    text: str
    at: datetime | None = None
    side: str = ""


@dataclass(frozen=True)
class Conversation:
    """The turns of one conversation in their order. `began` is when the customer got in touch, where
    the file says so; `about` holds what else the file says of it."""

    turns: list[Turn]
    id: str | None = None
    customer: str | None = None
    began: datetime | None = None
    channel: str | None = None
    about: dict[str, str | None] = field(default_factory=dict)
    trouble: str | None = None


@dataclass(frozen=True)
class Conversations:
    """All conversations of a file, with whom they take for us and what was counted beside them.

    More than one of `candidates`, the addresses, domains or names that may be ours, is a question for
    a person, and the first is what was taken. `noted` counts what is not a row of its own.
    """

    tool: str
    found: list[Conversation]
    candidates: tuple[str, ...] = ()
    noted: Counter[str] = field(default_factory=Counter)

    def header(self) -> Header:
        known = Recognised(tools()[self.tool])
        return Header(distinct([*LABELS, *self._extras()]), 1, known, sides=self.candidates)

    def records(self) -> Iterator[Record]:
        """A record per conversation, numbered as rows of a sheet."""
        extras = self._extras()
        for row, one in enumerate(self.found, start=2):
            said = _contact(one)
            cells = [*(said[label] for label in LABELS), *(one.about.get(name) for name in extras)]
            yield Record(row, cells, one.trouble)

    def counted(self) -> Counter[str]:
        return self.noted + Counter(messages=sum(len(one.turns) for one in self.found))

    def _extras(self) -> list[str]:
        return list(dict.fromkeys(name for one in self.found for name in one.about))


def _contact(one: Conversation) -> dict[str, str | None]:
    spoken = [turn for turn in one.turns if turn.side != PRIVATE]
    customers = [turn for turn in spoken if turn.side == CUSTOMER]
    ours = [turn for turn in spoken if turn.side in (US, BOT)]
    began = one.began or next((turn.at for turn in spoken if turn.at), None)
    wait = None if one.channel == "phone" else _wait(spoken, one.began)
    return {
        "contact_id": one.id,
        "customer_id": one.customer,
        "contacted_at": _dated(began),
        "direction": _direction(spoken, one.channel),
        "channel": one.channel,
        "handled_by": _handled_by(ours),
        "wait_seconds": _seconds(wait),
        "handle_seconds": _seconds(_length(spoken)) if one.channel == "phone" else None,
        "text": _joined(customers),
        "reply": _joined(ours),
    }


def _direction(spoken: list[Turn], channel: str | None) -> str | None:
    """Who got in touch. We greet first in a call or chat that a customer began, so only a mail tells."""
    if not spoken:
        return None
    if spoken[0].side == CUSTOMER:
        return "in"
    return "out" if channel == "mail" else None


def _dated(began: datetime | None) -> str | None:
    known = began is not None and began.date() != UNKNOWN_DAY.date()
    return began.isoformat(sep=" ") if began and known else None


def _wait(spoken: list[Turn], began: datetime | None) -> float | None:
    """From the customer's first word to our first answer after it. A robot's answer does not end it
    when a person answers later."""
    start = next((place for place, turn in enumerate(spoken) if turn.side == CUSTOMER), None)
    if start is None:
        return None
    asked = began or spoken[start].at
    after = [turn for turn in spoken[start + 1 :] if turn.side in (US, BOT) and turn.at]
    answers = [turn for turn in after if turn.side == US] or after
    if not answers or asked is None:
        return None
    answered = answers[0].at
    assert answered is not None
    if (answered.tzinfo is None) != (asked.tzinfo is None):
        return None
    passed = (answered - asked).total_seconds()
    return passed if passed >= 0 else None


def _length(spoken: list[Turn]) -> float | None:
    times = [turn.at for turn in spoken if turn.at]
    return (times[-1] - times[0]).total_seconds() if len(times) > 1 else None


def _handled_by(ours: list[Turn]) -> str | None:
    sides = {turn.side for turn in ours}
    return None if not sides else "human" if US in sides else "bot"


def _joined(turns: list[Turn]) -> str | None:
    return "\n\n".join(turn.text.strip() for turn in turns if turn.text.strip()) or None


def _seconds(passed: float | None) -> str | None:
    return None if passed is None else f"{passed:.3f}".rstrip("0").rstrip(".")
