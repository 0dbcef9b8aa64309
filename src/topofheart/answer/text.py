"""An answer as text for other programs: JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from topofheart.answer.formulas import harmless

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer


def as_json(answer: Answer) -> str:
    """One object with `rows`, `question` and `caveats`."""
    return json.dumps(answer.as_dict(), ensure_ascii=False, indent=2, default=str)


def as_csv(answer: Answer) -> str:
    """One line per row. Text that a spreadsheet would run as a formula gets a quote before it."""
    rows = [flat(row.as_dict()) for row in answer]
    names = list(dict.fromkeys(name for row in rows for name in row))
    target = io.StringIO()
    writer = csv.DictWriter(target, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _safe(value) for name, value in row.items()} for row in rows)
    return target.getvalue()


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """Nested estimates as `before_value`, `before_low` …"""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= {f"{name}_{key}": inner for key, inner in flat(value).items()}
        else:
            found[name] = value
    return found


def _safe(value: object) -> object:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    # A bare return would end the line.
    return harmless(value).replace("\r", "\n") if isinstance(value, str) else value
