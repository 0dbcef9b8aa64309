"""The names of groups on their way out: a column to split by may turn out to hold remarks of customers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from topofheart.answer.answer import Answer


def with_shown_labels(answer: Answer) -> Answer:
    """The same answer; personal data in the names of its groups and of what explains them is blanked."""
    rows = (
        replace(
            row, group=_shown(row.group, answer.language), more=_shown(row.more, answer.language)
        )
        if row.group or row.more
        else row
        for row in answer
    )
    return replace(answer, rows=tuple(rows))


def _shown(value: Any, language: str) -> Any:
    """Every text in dictionaries and lists, however deep."""
    from topofheart.understand.redaction import redacted_label

    if isinstance(value, str):
        return redacted_label(value, language=language)
    if isinstance(value, dict):
        return {name: _shown(one, language) for name, one in value.items()}
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(_shown(one, language) for one in value)
    return value
