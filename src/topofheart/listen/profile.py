"""What the values of one column look like, from a sample: numbers, days, mail, words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from topofheart.listen.days import formats_of
from topofheart.listen.identity import MAIL, PHONE

NOTHING = frozenset(
    ("", "-", "--", "?", "na", "n/a", "nan", "null", "none", "nvt", "n.v.t.", "n.v.t", "#n/a", "weet niet")
)
YES = ("true", "yes", "ja", "waar", "y", "j")
NO = ("false", "no", "nee", "onwaar", "n")
LEADING_NUMBER = re.compile(r"^(\d{1,2})\s*(?:[-–:=(/]|\s)")
DATES_TRIED = 400


@dataclass(frozen=True)
class Profile:
    """The sampled values of one column; empty cells are left out of `values`."""

    label: str
    values: Sequence[str]
    sampled: int

    @cached_property
    def said(self) -> list[str]:
        """The values that say something: no dashes, no `n.v.t.`."""
        return [value.strip() for value in self.values if value.strip().lower() not in NOTHING]

    @cached_property
    def distinct(self) -> int:
        return len(set(self.said))

    @cached_property
    def decimal_comma(self) -> bool:
        return any(re.fullmatch(r"[+-]?\d+,\d+", value) for value in self.said)

    @cached_property
    def numbers(self) -> list[float]:
        """All values as numbers, or nothing when one of them is not."""
        found = [_number(value) for value in self.said]
        return [] if None in found else [number for number in found if number is not None]

    @cached_property
    def leading_numbers(self) -> list[int]:
        """`9 - very likely` in all values, or nothing."""
        found = [LEADING_NUMBER.match(value + " ") for value in self.said]
        return [int(match.group(1)) for match in found if match] if all(found) else []

    @cached_property
    def scores(self) -> list[float]:
        """Whole numbers that could be an answer on a scale."""
        numbers = self.numbers or [float(number) for number in self.leading_numbers]
        return numbers if all(n.is_integer() and 0 <= n <= 10 for n in numbers) else []

    @cached_property
    def formats(self) -> list[str]:
        """How days or times are written in it; nothing when they are not."""
        step = max(1, len(self.said) // DATES_TRIED)
        return formats_of(self.said[::step])

    @property
    def mails(self) -> bool:
        return self._share(lambda value: bool(MAIL.match(value))) > 0.6

    @property
    def phones(self) -> bool:
        return not self.formats and self._share(_is_phone) > 0.6

    @property
    def flags(self) -> bool:
        return bool(self.said) and {value.lower() for value in self.said} <= {*YES, *NO, "0", "1"}

    @property
    def words_per_value(self) -> float:
        return sum(value.count(" ") + 1 for value in self.said) / max(1, len(self.said))

    @property
    def unique(self) -> bool:
        return len(self.said) == self.sampled > 1 and self.distinct == self.sampled

    def _share(self, test: object) -> float:
        assert callable(test)
        return sum(map(test, self.said)) / len(self.said) if self.said else 0.0


def _number(value: str) -> float | None:
    try:
        number = float(value.replace(",", ".") if value.count(",") == 1 else value)
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None


def _is_phone(value: str) -> bool:
    digits = sum(letter.isdigit() for letter in value)
    starts = value.startswith(("+", "0", "("))
    return bool(PHONE.match(value)) and 9 <= digits <= 15 and starts
