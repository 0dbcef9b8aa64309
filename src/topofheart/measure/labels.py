"""The names of groups on their way out: a column to split by may turn out to hold remarks of customers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from topofheart.answer.answer import Answer, Row


def with_shown_labels(answer: Answer) -> Answer:
    """The same answer; personal data in the names of its groups and of what explains them is blanked."""
    from topofheart.understand.redaction import redacted_label

    @cache
    def label(text: str) -> str:
        return redacted_label(text, language=answer.language)

    return replace(answer, rows=tuple(_row(row, label) for row in answer))


def _row(row: Row, label: Callable[[str], str]) -> Row:
    """There are many rows and few of them change."""
    group, more = _shown(row.group, label), _shown(row.more, label)
    if group == row.group and more == row.more:
        return row
    return replace(row, group=group, more=more)


def _shown(value: Any, label: Callable[[str], str]) -> Any:
    """Every text in dictionaries and lists, however deep."""
    if isinstance(value, str):
        return label(value)
    if isinstance(value, dict):
        return {name: _shown(one, label) for name, one in value.items()}
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(_shown(one, label) for one in value)
    return value
