"""The names of groups on their way out: a column to split by may turn out to hold remarks of customers."""

from __future__ import annotations

from dataclasses import replace

from topofheart.answer.answer import Answer


def with_shown_labels(answer: Answer) -> Answer:
    """The same answer; personal data in the names of its groups is blanked."""
    if not any(row.group for row in answer):
        return answer
    rows = (
        replace(row, group={by: shown_label(one, answer.language) for by, one in row.group.items()})
        for row in answer
    )
    return replace(answer, rows=tuple(rows))


def shown_label(label: str | None, language: str) -> str | None:
    from topofheart.understand.redaction import redacted_label

    return redacted_label(label, language=language) if label else label
