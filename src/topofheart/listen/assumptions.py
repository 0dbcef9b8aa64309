"""What the values alone do not settle, put to a person, and the mapping after their answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from topofheart.kernel.language import Words
from topofheart.lake.schema import is_extra
from topofheart.listen.direction import REVERSED
from topofheart.listen.mapping import ColumnUse, Mapping


@dataclass(frozen=True)
class Assumption:
    """A choice that the values alone do not settle: a code, the column, and the other ways to see it."""

    code: str
    column: str
    taken: str
    others: tuple[str, ...] = ()


def sentence(assumption: Assumption, language: str) -> str:
    """The question in words."""
    say = Words("listen", language)
    return say(f"assumption.{assumption.code}", column=assumption.column, taken=assumption.taken)


def decided(mapping: Mapping, assumption: Assumption, choice: str) -> Mapping:
    """The mapping when the person chose this. Another table needs another proposal, not this."""
    if assumption.code == "who_is_us":
        return replace(mapping, ours=(choice,))
    if choice == assumption.taken:
        return mapping
    constants = dict(mapping.constants)
    if assumption.code in ("which_day", "which_score"):
        return _moved(mapping, assumption.column, choice)
    if assumption.code == "scale":
        return replace(mapping, constants=constants | {"satisfaction_scale": choice})
    if choice == "recommend":
        constants.pop("satisfaction_scale", None)
    elif choice == "satisfaction":
        constants["satisfaction_scale"] = "1-10" if assumption.code == "no_zeros" else "0-10"
    columns = tuple(
        _changed(use, assumption.code, choice) if use.name == assumption.column else use
        for use in mapping.columns
    )
    return replace(mapping, columns=columns, constants=constants)


def _changed(use: ColumnUse, code: str, choice: str) -> ColumnUse:
    if choice == REVERSED:
        return replace(use, reverse=True)
    if code in ("day_month", "unit_of_time"):
        return replace(use, format=choice)
    return replace(use, to=choice, reverse=use.reverse and not is_extra(choice))


def _moved(mapping: Mapping, before: str, now: str) -> Mapping:
    """The mapping with the target of one column given to another."""
    to = next(use.to for use in mapping.columns if use.name == before)
    columns = (
        replace(use, to="" if use.name == before else to) if use.name in (before, now) else use
        for use in mapping.columns
    )
    return replace(mapping, columns=tuple(columns))
