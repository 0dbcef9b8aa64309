"""Mails, one (`.eml`) or a mailbox of them (mbox), as conversations: one per thread."""

from __future__ import annotations

import hashlib
import mailbox
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from topofheart.listen.conversations import (
    BOT,
    CUSTOMER,
    MAIL,
    PRIVATE,
    US,
    Conversation,
    Conversations,
    Turn,
)
from topofheart.listen.mail_body import own_words, text_of_html
from topofheart.listen.sides import our_domain

MAILS = (".eml", ".mbox", ".mbx")
ANSWERS = re.compile(
    r"^\s*((re|fw|fwd|antw|aw|betr|doorst|tr|sv)\s*(\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
SPAM = ("yes", "true", "spam")
NOT_A_MAIL = "not a mail: nobody sent it"


@dataclass(frozen=True)
class _Mail:
    id: str
    refers: tuple[str, ...]
    subject: str
    sender: str
    receivers: tuple[str, ...]
    at: datetime | None
    text: str
    answers: bool
    automatic: bool
    spam: bool

    @property
    def key(self) -> tuple[str, ...]:
        """Its subject and the two who write: what ties an answer to a mail that it does not name."""
        return (self.subject.lower(), *sorted({self.sender, *self.receivers[:1]}))


def mails(path: Path, ours: Sequence[str]) -> Conversations:
    noted: Counter[str] = Counter()
    found = [_mail(data, noted) for data in _messages(path)]
    strangers = [one for one in found if not one.sender]
    threads = _threads([one for one in found if one.sender])
    candidates = tuple(ours) or our_domain(
        [[(one.sender, one.receivers) for one in thread] for thread in threads]
    )
    own = set(ours) or set(candidates[:1])
    conversations = [_conversation(thread, own) for thread in threads]
    conversations += [Conversation([Turn("", one.text)], trouble=NOT_A_MAIL) for one in strangers]
    asked = () if ours or len(candidates) < 2 else candidates
    return Conversations(MAIL, conversations, asked, noted)


def _messages(path: Path) -> Iterator[bytes]:
    if path.suffix.lower() == ".eml":
        yield path.read_bytes()
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield ESCAPED_FROM.sub(rb"\1", box.get_bytes(key))
    finally:
        box.close()


def _mail(data: bytes, noted: Counter[str]) -> _Mail:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    text, cut = own_words(_body(message))
    noted["quoted_or_signature"] += cut
    noted["attachments"] += sum(1 for _ in _attachments(message))
    name = _header(message, "message-id").strip() or hashlib.sha256(data).hexdigest()
    refers = re.findall(
        r"<[^<>\s]+>", f"{_header(message, 'references')} {_header(message, 'in-reply-to')}"
    )
    sender = _addresses(message, "from") or _addresses(message, "sender")
    automatic = _header(message, "auto-submitted").lower().strip() not in ("", "no")
    return _Mail(
        name,
        tuple(dict.fromkeys(refers)),
        " ".join(ANSWERS.sub("", _header(message, "subject")).split()),
        sender[0] if sender else "",
        (
            *_addresses(message, "to"),
            *_addresses(message, "cc"),
            *_addresses(message, "delivered-to"),
        ),
        _date(_header(message, "date")),
        text,
        bool(ANSWERS.match(_header(message, "subject"))),
        automatic or bool(_header(message, "x-autoreply")),
        _header(message, "x-spam-flag").strip().lower().startswith(SPAM),
    )


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; one that cannot be parsed counts as absent."""
    try:
        return str(message.get(name, ""))
    except (ValueError, AttributeError, IndexError, LookupError):
        return ""


def _addresses(message: EmailMessage, name: str) -> tuple[str, ...]:
    found = getaddresses([_header(message, name)])
    return tuple(address.lower() for _, address in found if "@" in address)


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _body(message: EmailMessage) -> str:
    try:
        part = message.get_body(("plain", "html"))
    except (AttributeError, KeyError, ValueError):
        part = None
    if part is None:
        return ""
    text = _decoded(part)
    return text_of_html(text) if part.get_content_type() == "text/html" else text


def _decoded(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return str(part.get_payload())
    declared = part.get_content_charset() or "utf-8"
    for name in (declared, "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("cp1252", "replace")


def _attachments(message: EmailMessage) -> Iterator[object]:
    try:
        yield from message.iter_attachments()
    except (AttributeError, KeyError, ValueError, TypeError):
        return


def _threads(found: list[_Mail]) -> list[list[_Mail]]:
    """Mails that refer to each other; without a reference, answers with one subject among the same people."""
    first_of: dict[str, str] = {}

    def first(name: str) -> str:
        while first_of.setdefault(name, name) != name:
            first_of[name] = first_of[first_of[name]]
            name = first_of[name]
        return name

    for one in found:
        for name in one.refers:
            first_of[first(name)] = first(one.id)
    begun = {one.key: one.id for one in reversed(found) if not one.answers}
    for one in found:
        if one.answers and not one.refers and one.key in begun:
            first_of[first(begun[one.key])] = first(one.id)
    threads: dict[str, dict[str, _Mail]] = {}
    for one in found:
        threads.setdefault(first(one.id), {}).setdefault(one.id, one)
    return [sorted(thread.values(), key=_moment) for thread in threads.values()]


def _moment(one: _Mail) -> float:
    return one.at.timestamp() if one.at else float("inf")


def _conversation(thread: list[_Mail], ours: set[str]) -> Conversation:
    turns = [Turn(one.sender, one.text, one.at, _side(one, ours)) for one in thread]
    writers = [turn.speaker for turn in turns if turn.side == CUSTOMER]
    others = [one for mail in thread for one in mail.receivers if not _is_ours(one, ours)]
    name = hashlib.sha256(thread[0].id.encode()).hexdigest()[:24]
    return Conversation(
        turns,
        id=name,
        customer=next(iter(writers or others), None),
        began=thread[0].at,
        channel="mail",
        about={"subject": thread[0].subject or None, "spam": "yes" if thread[0].spam else None},
    )


def _side(one: _Mail, ours: set[str]) -> str:
    if not _is_ours(one.sender, ours):
        return PRIVATE if one.automatic else CUSTOMER
    return BOT if one.automatic else US


def _is_ours(address: str, ours: set[str]) -> bool:
    return address in ours or address.rpartition("@")[2] in ours
