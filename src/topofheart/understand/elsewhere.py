"""How far plain counts of the reader were off on sources that it never learned from.

The numbers are written by `models/evaluate.py`; errors are of shares, on the logit scale.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Elsewhere:
    """`error` is the root mean square, `half` the median; over `pairs` of a source and a label."""

    error: float
    half: float
    pairs: int
    sources: tuple[str, ...]
    date: str


@cache
def elsewhere() -> Elsewhere:
    """What was measured of the reader that comes with the package."""
    text = (files("topofheart") / "understand" / "elsewhere.json").read_text(encoding="utf-8")
    told = json.loads(text)
    return Elsewhere(**told | {"sources": tuple(told["sources"])})
