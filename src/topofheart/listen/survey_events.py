"""PostHog's survey events: properties in three ways of naming, questions told by id or by number.

Events come out oldest first, so that of several of one submission the latest counts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from topofheart.listen.delimited import Record
from topofheart.listen.header import distinct, without_tags
from topofheart.listen.records import as_text
from topofheart.listen.reshaped import Reshaped, as_dicts, below_header

PREFIX = "properties."
RESPONSE = re.compile(r"\$survey_response(?:_(.+))?")
SUBMISSION = "$survey_submission_id"
COMPLETE = "$survey_complete"
LATEST = "$survey_event_at"
Event = dict[str, str]
Answers = dict[str, tuple[str, str]]


def reshaped(records: Iterator[Record], row: int) -> Reshaped:
    labels, below = below_header(records, row)
    events, broken = [], []
    for record in below:
        if record.trouble or len(record.cells) != len(labels):
            broken.append(Record(record.row, [], record.trouble or "cut off"))
        else:
            events.append((record.row, _properties(as_dicts(labels, record))))
    events.sort(key=lambda one: one[1].get("timestamp", ""))
    several = len({event.get("$survey_id") for _, event in events if "$survey_id" in event}) > 1
    told = [(row, _told(event, several=several)) for row, event in events]
    names = list(dict.fromkeys(name for _, (about, _) in told for name in about))
    texts: dict[str, str] = {}
    for _, (_, answers) in told:
        texts |= {name: text for name, (_, text) in answers.items()}
    made = [
        Record(
            row,
            [about.get(name) for name in names]
            + [answers[name][0] if name in answers else None for name in texts],
        )
        for row, (about, answers) in told
    ]
    noted = Counter(partial=_partial([event for _, event in events]))
    labels = distinct([*names, *texts])
    questions = dict(zip(labels[len(names) :], texts.values(), strict=True))
    return Reshaped(labels, iter([*broken, *made]), questions, noted=noted)


def _properties(cells: Event) -> Event:
    """The event with its properties beside it, whether they were columns or one cell of JSON."""
    found: Event = {}
    for label, cell in cells.items():
        if label == "properties" and cell.startswith("{"):
            found |= _unpacked(cell)
        else:
            found[label.removeprefix(PREFIX)] = cell
    return found


def _unpacked(cell: str) -> Event:
    try:
        told: dict[str, Any] = json.loads(cell)
    except ValueError:
        return {}
    plain = {
        name: json.dumps(value) if isinstance(value, dict) or name == "$survey_questions"
        else ", ".join(as_text(one) or "" for one in value) if isinstance(value, list)
        else as_text(value)
        for name, value in told.items()
    }  # fmt: skip
    return {name: value for name, value in plain.items() if value}


def _told(event: Event, *, several: bool) -> tuple[Event, Answers]:
    """What the event is about, and its answers by the text of the question or, where nothing tells it,
    by the name of the property."""
    questions = _questions(event)
    about: Event = {}
    answers: Answers = {}
    for name, value in event.items():
        response = RESPONSE.fullmatch(name)
        if response is None:
            about[name] = value
        else:
            text, place = _question(response.group(1), questions)
            of_survey = f"{event.get('$survey_name', '')} {name}" if several else name
            answers.setdefault(text or of_survey, (value, text or place))
    if complete := _complete(event):
        about[COMPLETE] = complete
    if "timestamp" in event:
        about[LATEST] = event["timestamp"]
    return about, answers


def _questions(event: Event) -> list[dict[str, Any]]:
    try:
        found = json.loads(event.get("$survey_questions", "[]"))
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _question(which: str | None, questions: list[dict[str, Any]]) -> tuple[str, str]:
    """The text of a question, by its id or by its place counted from 0, and `Q1` for its place."""
    if which is None or which.isdigit():
        place = int(which or 0)
        known = questions[place] if place < len(questions) else {}
        return without_tags(str(known.get("question") or "")), f"Q{place + 1}"
    known = next((one for one in questions if str(one.get("id")) == which), {})
    return without_tags(str(known.get("question") or "")), which


def _complete(event: Event) -> str:
    if event.get("$survey_completed"):
        return event["$survey_completed"]
    partial = event.get("$survey_partially_completed")
    return "" if not partial else "false" if partial.lower() == "true" else "true"


def _partial(events: list[Event]) -> int:
    """The submissions of which the latest event is not complete."""
    latest = {event[SUBMISSION]: event for event in events if SUBMISSION in event}
    return sum(_complete(event).lower() == "false" for event in latest.values())
