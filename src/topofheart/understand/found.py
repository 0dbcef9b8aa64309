"""What personal data is found as: its kind and its place in the text, as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal[
    "mail", "phone", "iban", "bsn", "card", "street", "postcode", "plate", "birth", "name",
    "link", "ip", "handle",
]  # fmt: skip


class Found(NamedTuple):
    """`text[start:end]` is personal data of this kind."""

    kind: Kind
    start: int
    end: int


Finds = Iterator[Found]


def stands_alone(text: str, start: int) -> bool:
    """Whether what begins here is not the tail of a longer word or number."""
    before = text[start - 1 : start]
    return not (before.isalnum() or before in ("_", "€", "£", "$") or _glued(text, start, before))


def _glued(text: str, start: int, before: str) -> bool:
    """After a mark that ties it to a number or code: `2026-0034512`, `1.234`."""
    return before in tuple("-./,") and text[start - 2 : start - 1].isdigit()
