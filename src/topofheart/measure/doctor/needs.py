"""What questions and rooms need, and the files that bring it; declared in `needs.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from topofheart.lake.tables import MADE, TABLES

NOT_A_ROOM = ("look", "grade")


@dataclass(frozen=True)
class Need:
    """A question: the ways in which it can be answered, and what makes its answer say more."""

    question: str
    ways: tuple[tuple[str, ...], ...]
    better: tuple[str, ...] = ()

    def lacking(self, filled: Collection[str]) -> tuple[str, ...]:
        """What the nearest way still lacks; empty when the question can be asked."""
        short = [tuple(one for one in way if not met(one, filled)) for way in self.ways]
        return min(short, key=len)

    def improved_by(self, filled: Collection[str]) -> tuple[str, ...]:
        return tuple(one for one in self.better if not met(one, filled))


@dataclass(frozen=True)
class File:
    """A file that an organisation can bring: the columns that matter, and the minutes it takes."""

    table: str
    minutes: int
    columns: tuple[str, ...]
    instead: tuple[str, ...] = ()


def met(need: str, filled: Collection[str]) -> bool:
    """Whether one of the columns of `a|b` is there."""
    return any(one in filled for one in need.split("|"))


@cache
def questions() -> tuple[Need, ...]:
    return tuple(
        Need(name, tuple(tuple(way) for way in one["ways"]), tuple(one.get("better", ())))
        for name, one in _declared()["questions"].items()
    )


@cache
def rooms() -> dict[str, tuple[str, ...]]:
    """The rooms that are still to come, each with the tables that it will use."""
    built = {*_declared()["questions"], *NOT_A_ROOM}
    found: dict[str, list[str]] = {}
    for one in (table for name, table in TABLES.items() if name not in MADE):
        for use in one.used_by:
            if use not in built:
                found.setdefault(use, []).append(one.name)
    return {room: tuple(tables) for room, tables in found.items()}


def missing_files(held: Collection[str]) -> list[File]:
    """The files that are not there, the most helpful first."""
    return [one for one in _files() if not {one.table, *one.instead} & set(held)]


def opened_by(file: File, filled: Collection[str]) -> list[str]:
    """The questions, then the rooms, that this file would open or make say more."""
    brought = {*filled, *(f"{file.table}.{column}" for column in file.columns)}
    opened = [
        one.question
        for one in questions()
        if len(one.lacking(brought)) < len(one.lacking(filled))
        or len(one.improved_by(brought)) < len(one.improved_by(filled))
    ]
    return opened + [room for room, tables in rooms().items() if file.table in tables]


@cache
def _files() -> tuple[File, ...]:
    return tuple(
        File(name, one["minutes"], tuple(one["columns"]), tuple(one.get("instead", ())))
        for name, one in _declared()["files"].items()
    )


@cache
def _declared() -> dict[str, dict[str, dict[str, Any]]]:
    text = (files("topofheart") / "measure" / "doctor" / "needs.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
