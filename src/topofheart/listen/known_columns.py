"""Which table a file holds and what its columns are there, from names and values; answers apart.

The names are data (`known_columns.toml`). A name decides nothing where the values contradict it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from topofheart.lake.tables import Column, table
from topofheart.listen.amounts import decimal_of, number
from topofheart.listen.days import nearly_all
from topofheart.listen.durations import COUNTED_IN, unit_of
from topofheart.listen.mapping import ID
from topofheart.listen.profile import Profile

ENOUGH = 2.0
A_RATING = 2.5
A_LITTLE = 0.25
MOST_LABELS = 200
ENDS_IN_CODE = re.compile(r"\b(id|nr|nummer|number|no|key)$", re.IGNORECASE)
CURRENCY = re.compile(r"[€$£]|\b(eur|usd|gbp|euro)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """A column of a file that a table has, and its values translated. `unsure` when nothing tells in which unit of time it is."""

    label: str
    to: str
    values: tuple[tuple[str, str], ...] = ()
    unsure: bool = False


@dataclass(frozen=True)
class Guess:
    """The table of a file, and the other tables that it may as well be."""

    table: str
    others: tuple[str, ...] = ()


@cache
def _tables() -> dict[str, dict[str, Any]]:
    text = resources.files("topofheart.listen").joinpath("known_columns.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _pattern(name: str, to: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|(?<=\W))(?:{_tables()[name]['names'][to]})", re.IGNORECASE)


def guess(profiles: Sequence[Profile], file: str, *, rated: bool) -> Guess:
    """The table of which the file has most signs; answers when it has too few. The other columns and the
    name of the file count a little. A satisfaction or an effort makes answers another possibility."""
    weight = {name: _weight(name, profiles, file.replace("-", " ")) for name in _tables()}
    weight["answers"] = A_RATING if rated else 0.0
    ordered = sorted(weight, key=lambda name: -weight[name])
    best = weight[ordered[0]]
    if best < ENOUGH:
        return Guess("answers")
    near = [name for name in ordered[1:] if weight[name] > max(best - 1, ENOUGH - 0.5)]
    return Guess(ordered[0], tuple(near[:3]))


def counts_promoters(profiles: Sequence[Profile]) -> bool:
    """Whether the file has promoters and detractors beside each other, whatever else it has."""
    found = {one.to for one in known_columns("answer_counts", profiles)}
    return {"promoters", "detractors"} <= found


def _weight(name: str, profiles: Sequence[Profile], file: str) -> float:
    listed = set(_tables()[name]["signs"])
    found = {one.to for one in known_columns(name, profiles)}
    signs = found & listed
    named = bool(re.search(_tables()[name]["files"], file))
    return (len(signs) + len(found - signs) * A_LITTLE + named * 2 * A_LITTLE) if signs else 0.0


def known_columns(name: str, profiles: Sequence[Profile]) -> list[Known]:
    """For each column of the table the first of the file's that has its name and fitting values; of prose
    the one with the most words."""
    if name not in _tables():
        return []
    found: list[Known] = []
    for to in _tables()[name]["names"]:
        free = [one for one in profiles if one.label not in {known.label for known in found}]
        named = [one for one in free if one.said and is_named(name, to, one.label)]
        if (name, to) in PROSE:
            named.sort(key=lambda one: -one.words_per_value)
        fitting = [one for one in (_fitted(name, to, profile) for profile in named) if one]
        if fitting:
            found.append(fitting[0])
    return found


def is_named(name: str, to: str, label: str) -> bool:
    """Whether a label is a name for this column of this table."""
    return bool(_pattern(name, to).search(_plain(label)))


def _plain(label: str) -> str:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label)
    return re.sub(r"[_.\s]+", " ", apart).strip().lower()


def _fitted(name: str, to: str, profile: Profile) -> Known | None:
    """The column as the table has it, when its values can be that."""
    if to == ID:
        alone = profile.unique and profile.words_per_value < 2 and not profile.somebody
        return Known(profile.label, to) if alone else None
    column = table(name).by_name[to]
    if column.choices:
        values = _translated(name, column, profile)
        return None if values is None else Known(profile.label, to, values=values)
    if column.type in ("integer", "number"):
        return _measured(column, profile)
    fits = {
        "day": bool(profile.formats),
        "time": bool(profile.formats),
        "boolean": profile.flags,
        "money": _are_amounts(profile),
        "text": _is_text(name, to, profile),
    }
    return Known(profile.label, to) if fits[column.type] else None


def _measured(column: Column, profile: Profile) -> Known | None:
    """Numbers, or lengths of time, of which the unit may be told by nothing."""
    timed = column.unit in COUNTED_IN
    unit = unit_of(profile.label, profile.said) if timed else ""
    if not profile.numbers and unit != "clock":
        return None
    return Known(profile.label, column.name, unsure=timed and not unit)


def _are_amounts(profile: Profile) -> bool:
    return bool(bare_amounts(profile)) and not profile.formats


def bare_amounts(profile: Profile) -> list[str]:
    """The numbers of a column of money without their currency; nothing when they are no amounts."""
    bare = [re.sub(r"[€$£\s\xa0]|,-+$|[A-Za-z]{3}", "", value) for value in profile.said]
    decimal = decimal_of(bare)
    found = sum(number(value, decimal) is not None for value in bare)
    return bare if nearly_all(found, len(bare)) else []


def _is_text(name: str, to: str, profile: Profile) -> bool:
    prose = (name, to) in PROSE
    if to not in NUMBERED and ENDS_IN_CODE.search(profile.label):
        return False
    if profile.formats or (profile.numbers and prose):
        return False
    if prose:
        return profile.words_per_value > 1.2
    few = profile.distinct <= MOST_LABELS
    return few and profile.words_per_value < 8 and not profile.flags


NUMBERED = ("account_id", "customer_id", "queue")
PROSE = {("contacts", "text"), ("contacts", "reply"), ("courses", "goals")}


def _translated(name: str, column: Column, profile: Profile) -> tuple[tuple[str, str], ...] | None:
    """The file's words for the choices of a column, when all of its values are known: a row with
    another would be refused."""
    words = {choice: choice for choice in column.choices}
    for choice, listed in _tables()[name].get("words", {}).get(column.name, {}).items():
        words |= dict.fromkeys(listed, choice)
    said = [value.lower() for value in profile.said]
    if not said or any(one not in words for one in said):
        return None
    used = {one: words[one] for one in sorted(set(said)) if one in words and words[one] != one}
    return tuple(used.items())


def currency_of(profile: Profile) -> str | None:
    """The currency that a label or most values show."""
    signs = {
        "€": "EUR",
        "euro": "EUR",
        "eur": "EUR",
        "$": "USD",
        "usd": "USD",
        "£": "GBP",
        "gbp": "GBP",
    }
    shown = [CURRENCY.search(text) for text in (profile.label, *profile.said[:50])]
    found = {signs[one.group(0).lower()] for one in shown if one}
    return found.pop() if len(found) == 1 else None
