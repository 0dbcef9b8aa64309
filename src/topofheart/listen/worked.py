"""What was worked out from other columns, so that it can be said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Worked:
    """A column that was worked out: how, its new label, and the labels that it comes from."""

    code: str
    label: str
    source: tuple[str, ...]
