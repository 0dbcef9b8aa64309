"""Feedback records of Formbricks Hub: one per answer, put together to one row per submission."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from topofheart.listen.delimited import Record
from topofheart.listen.header import distinct, without_tags
from topofheart.listen.reshaped import Reshaped, as_dicts, below_header

VALUES = ("value_text", "value_number", "value_boolean", "value_date")
OF_THE_ANSWER = (
    "field_id", "field_label", "field_type", "field_group_id", "field_group_label", *VALUES, "value_id", "id",
    "sentiment", "sentiment_score", "emotions", "created_at", "updated_at",
)  # fmt: skip
TRANSLATED = ("translation", "value_text_translated", "field_label_translated")
SUBMISSION = "submission_id"


@dataclass
class _Submission:
    row: int
    about: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)


def reshaped(records: Iterator[Record], row: int) -> Reshaped:
    labels, below = below_header(records, row)
    shared = [
        label for label in labels if label not in OF_THE_ANSWER and not label.startswith(TRANSLATED)
    ]
    submissions: dict[str, _Submission] = {}
    fields: dict[str, tuple[str, str]] = {}
    broken: list[Record] = []
    noted: Counter[str] = Counter()
    for record in below:
        if record.trouble or len(record.cells) != len(labels):
            broken.append(Record(record.row, [], record.trouble or _cut_off(record, labels)))
            continue
        _add(as_dicts(labels, record), record.row, shared, submissions, fields, noted)
    names = dict(
        zip(
            fields,
            distinct([*shared, *(text for text, _ in fields.values())])[len(shared) :],
            strict=True,
        )
    )
    made = (
        Record(
            one.row,
            [one.about.get(label) for label in shared]
            + [", ".join(one.answers.get(code, ())) or None for code in fields],
        )
        for one in submissions.values()
    )
    kinds = {names[code]: kind for code, (_, kind) in fields.items()}
    rows = iter([*broken, *made])
    return Reshaped([*shared, *names.values()], rows, kinds=kinds, noted=noted)


def _add(
    record: dict[str, str],
    row: int,
    shared: list[str],
    submissions: dict[str, _Submission],
    fields: dict[str, tuple[str, str]],
    noted: Counter[str],
) -> None:
    name = record.get(SUBMISSION) or record.get("id") or f"row {row}"
    known = submissions.setdefault(name, _Submission(row))
    for label in shared:
        if label in record:
            known.about.setdefault(label, record[label])
    code = record.get("field_id") or record.get("field_label") or "answer"
    group = record.get("field_group_label")
    text = without_tags(record.get("field_label") or code)
    fields.setdefault(code, (f"{group} - {text}" if group else text, record.get("field_type", "")))
    value = next((record[one] for one in VALUES if one in record), None)
    noted["records"] += 1
    noted["skipped"] += value is None
    if value is not None:
        _put(known.answers.setdefault(code, []), value, noted)


def _put(values: list[str], value: str, noted: Counter[str]) -> None:
    """Several options of one question stand beside each other; the same answer again is counted."""
    if value in values:
        noted["repeated"] += 1
    else:
        values.append(value)


def _cut_off(record: Record, labels: list[str]) -> str:
    return f"{len(record.cells)} cells where {len(labels)} are expected"
