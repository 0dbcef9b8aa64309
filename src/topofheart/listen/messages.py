"""Conversations kept as data: a table with one message per row, or objects that hold their messages.

Which column is the speaker, the words, the time and the conversation is told by names in Dutch and
English (`messages.toml`). A ticket with comments is such an object; what is private there stays out.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

from topofheart.listen.clock import moment, months_first
from topofheart.listen.conversations import (
    CUSTOMER,
    PRIVATE,
    TRANSCRIPT,
    US,
    ZENDESK,
    Conversation,
    Conversations,
    Turn,
)
from topofheart.listen.delimited import Record
from topofheart.listen.mail_body import own_words, text_of_html
from topofheart.listen.records import as_text
from topofheart.listen.sides import sided, word_for

ROWS_LOOKED_AT = 200
KNOWN_SPEAKERS = 0.6
Cells = Sequence[str | None]
UNNAMED = "no conversation is named"
WITHOUT_TURNS = "not an object with messages"


@cache
def _names() -> dict[str, Any]:
    text = resources.files("topofheart.listen").joinpath("messages.toml").read_text("utf-8")
    return tomllib.loads(text)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()).strip("_")


def _named(kind: str, labels: Iterable[str]) -> str | None:
    """The label that stands first in the list of names for this."""
    plain = {_plain(label): label for label in reversed(list(labels))}
    return next((plain[name] for name in _names()["row"][kind] if name in plain), None)


# A table with a message per row ---------------------------------------------------------------


def columns_of(labels: Sequence[str], rows: Sequence[Cells]) -> dict[str, str] | None:
    """Which column holds what, when a row is a message: the same conversation on several rows, or
    speakers with the words for customer and agent. A list of reviews by name is neither."""
    kinds = ("conversation", "speaker", "text", "at", "private")
    found = {kind: label for kind in kinds if (label := _named(kind, labels))}
    if "speaker" not in found or "text" not in found or not rows:
        return None
    place = {label: i for i, label in enumerate(labels)}

    def values(kind: str) -> list[str]:
        here = place[found[kind]]
        return [str(row[here]) for row in rows[:ROWS_LOOKED_AT] if len(row) > here and row[here]]

    speakers = values("speaker")
    told = sum(bool(word_for(speaker)) for speaker in speakers) >= KNOWN_SPEAKERS * len(speakers)
    several = len({word_for(one) or one for one in speakers}) > 1
    names = values("conversation") if "conversation" in found else []
    repeated = bool(names) and len(set(names)) < len(names)
    return found if several and (told or repeated) and (told or "at" in found) else None


def of_table(
    labels: Sequence[str], records: Iterable[Record], found: dict[str, str], ours: Sequence[str]
) -> Conversations:
    """One conversation for each name in its column; without such a column, all rows are one."""
    place = {label: i for i, label in enumerate(labels)}
    groups: dict[str, list[Cells]] = {}
    broken: list[Conversation] = []
    for record in records:
        name = _cell(record.cells, place, found.get("conversation")) or ""
        trouble = record.trouble or ("conversation" in found and not name and UNNAMED) or None
        if trouble:
            words = " ".join(cell for cell in record.cells if cell)
            broken.append(Conversation([Turn("", words, side=CUSTOMER)], trouble=trouble))
        else:
            groups.setdefault(name, []).append(record.cells)
    at = found.get("at")
    times = [cell for group in groups.values() for row in group if (cell := _cell(row, place, at))]
    first = months_first(times)
    conversations = [
        _of_rows(name or None, group, place, found, first) for name, group in groups.items()
    ]
    return _done(TRANSCRIPT, conversations + broken, ours, Counter())


def _of_rows(
    name: str | None,
    group: list[Cells],
    place: dict[str, int],
    found: dict[str, str],
    month_first: bool,
) -> Conversation:
    turns = [_turn(row, place, found, month_first) for row in group]
    if all(turn.at for turn in turns):
        turns.sort(key=_moment)
    others = [label for label in place if label not in found.values()]
    about = {
        label: next((value for row in group if (value := _cell(row, place, label))), None)
        for label in others
    }
    channel = about.pop(_named("channel", others) or "", None)
    customer = about.pop(_named("customer", others) or "", None)
    return Conversation(turns, id=name, customer=customer, channel=channel or "chat", about=about)


def _moment(turn: Turn) -> float:
    return turn.at.timestamp() if turn.at else float("inf")


def _cell(row: Cells, place: dict[str, int], label: str | None) -> str | None:
    here = place[label] if label is not None else len(row)
    return row[here] if here < len(row) else None


def _turn(row: Cells, place: dict[str, int], found: dict[str, str], month_first: bool) -> Turn:
    speaker = _cell(row, place, found["speaker"]) or ""
    at = _cell(row, place, found.get("at"))
    private = (_cell(row, place, found.get("private")) or "").strip().lower()
    side = PRIVATE if private in _names()["private_words"] else ""
    when = moment(at, month_first=month_first) if at else None
    return Turn(speaker.strip(), _cell(row, place, found["text"]) or "", when, side)


def _done(
    tool: str, conversations: list[Conversation], ours: Sequence[str], noted: Counter[str]
) -> Conversations:
    found, sides = sided(conversations, ours)
    noted["private_or_system"] += sum(turn.side == PRIVATE for one in found for turn in one.turns)
    return Conversations(tool, found, sides, noted)


# Objects that hold their messages -------------------------------------------------------------


def inner_list(objects: Sequence[Any]) -> str | None:
    """The name under which most of these objects hold a list of messages."""
    names = Counter(
        name
        for one in objects[:ROWS_LOOKED_AT]
        if isinstance(one, dict)
        for name, value in one.items()
        if _plain(name) in _names()["lists"] and _are_messages(value)
    )
    return names.most_common(1)[0][0] if names else None


def _are_messages(value: Any) -> bool:
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return False
    return _named("text", value[0]) is not None


def of_objects(objects: Sequence[Any], ours: Sequence[str]) -> Conversations:
    """Tickets with their comments, chats with their messages: one conversation for each."""
    inside = inner_list(objects)
    assert inside
    noted: Counter[str] = Counter()
    conversations = [_conversation(one, inside, noted) for one in objects]
    tool = ZENDESK if inside == "comments" and _are_tickets(objects) else TRANSCRIPT
    return _done(tool, conversations, ours, noted)


def _are_tickets(objects: Sequence[Any]) -> bool:
    first = next((one for one in objects if isinstance(one, dict)), {})
    return bool({"requester_id", "requester"} & set(first)) and "created_at" in first


def _conversation(one: Any, inside: str, noted: Counter[str]) -> Conversation:
    if not isinstance(one, dict):
        return Conversation([], trouble=WITHOUT_TURNS)
    messages = one.get(inside)
    listed = messages if isinstance(messages, list) else []
    requester = one.get(_named("requester", one) or "")
    turns = sorted(
        (_message(said, requester, noted) for said in listed if isinstance(said, dict)),
        key=_moment,
    )
    said = {turn.text for turn in turns}
    about = {name: value for name, value in _about(one, inside) if value not in said}
    began = as_text(one.get(_named("at", one) or ""))
    name = as_text(one.get(_named("conversation", one) or "") or one.get("id"))
    channel = _channel(one.get(_named("channel", one) or ""))
    return Conversation(
        turns,
        id=name,
        customer=_person(requester) or as_text(one.get(_named("customer", one) or "")),
        began=moment(began) if began else None,
        channel=channel or "chat",
        about=about,
    )


def _message(said: dict[str, Any], requester: Any, noted: Counter[str]) -> Turn:
    author = next((said[name] for name in _authors(said)), None)
    at = as_text(said.get(_named("at", said) or ""))
    text = as_text(said.get(_named("text", said) or "")) or ""
    if re.search(r"</?(p|div|br|span|a|html)\b", text, re.IGNORECASE):
        text = text_of_html(text)
    words, cut = own_words(text)
    noted["quoted_or_signature"] += cut
    attached = said.get("attachments")
    noted["attachments"] += len(attached) if isinstance(attached, list) else 0
    return Turn(
        _person(author) or "", words, moment(at) if at else None, _side(said, author, requester)
    )


def _authors(said: dict[str, Any]) -> Iterator[str]:
    plain = {_plain(name): name for name in said}
    yield from (plain[name] for name in _names()["row"]["speaker"] if plain.get(name))


def _person(value: Any) -> str | None:
    """How a speaker or customer is known: a mail address or number before a name."""
    if isinstance(value, dict):
        return next((as_text(value[k]) for k in ("email", "id", "name") if value.get(k)), None)
    return as_text(value)


def _side(said: dict[str, Any], author: Any, requester: Any) -> str:
    """Private when it says so; else by the role of its author, or because the author asked."""
    for name, value in said.items():
        plain, word = _plain(name), (as_text(value) or "").lower()
        public = plain in ("public", "is_public") and word in ("false", "0", "no", "nee")
        private = plain in _names()["row"]["private"] and word in _names()["private_words"]
        if public or private:
            return PRIVATE
    role = author.get("role") if isinstance(author, dict) else None
    for told in (role, said.get("author_role"), said.get("role"), said.get("author_type")):
        if told and word_for(str(told)):
            return word_for(str(told))
    if author is not None and requester is not None:
        return CUSTOMER if _ids(author) & _ids(requester) else US
    return ""


def _ids(person: Any) -> set[str]:
    values = (
        [person.get(k) for k in ("id", "email", "name")] if isinstance(person, dict) else [person]
    )
    return {str(value).lower() for value in values if value}


def _about(one: dict[str, Any], inside: str) -> Iterator[tuple[str, str | None]]:
    """What else an object says, as columns: one level deep, without its messages and its people."""
    used = {
        inside,
        "id",
        *(_named(kind, one) for kind in ("conversation", "at", "channel", "requester")),
    }
    for name, value in one.items():
        if _plain(name) in _names()["passed_over"] or name in used:
            continue
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            continue
        if isinstance(value, dict):
            score = value.get("score")
            if isinstance(score, str | int | float):
                yield f"{name}.score", as_text(score)
        elif isinstance(value, list):
            yield name, ", ".join(as_text(item) or "" for item in value) or None
        else:
            yield name, as_text(value)


def _channel(value: Any) -> str | None:
    return as_text(value.get("channel")) if isinstance(value, dict) else as_text(value)
