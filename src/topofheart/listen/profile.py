"""What the values of one column look like, from a sample: numbers, days, mail, words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from topofheart.listen.amounts import decimal_of, number
from topofheart.listen.days import formats_of, nearly_all
from topofheart.listen.identity import MAIL, NAME, is_phone

NOTHING = frozenset(
    (
        "",
        "-",
        "--",
        "?",
        "na",
        "n/a",
        "nan",
        "null",
        "none",
        "nvt",
        "n.v.t.",
        "n.v.t",
        "#n/a",
        "weet niet",
    )
)
MEANT_AS_TEXT = frozenset(("na", "weet niet", "none"))
YES = ("true", "yes", "ja", "waar", "y", "j")
NO = ("false", "no", "nee", "onwaar", "n")
LEADING_NUMBER = re.compile(r"^(\d{1,2})(?:\s*[-–:=(]\s*(?!\d)|\s*/\s*(?:5|7|10)$|\s+\D|$)")
SCALE = re.compile(r"\b([01])\s*(?:-|–|/|t/m|tot( en met)?|to|through|\.\.)\s*(5|7|10)\b")
DATES_TRIED = 400
MOST_HALVES = 0.02


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
    def numbers(self) -> list[float]:
        """Its numbers, when nearly all values are; the others are mistakes, to be refused."""
        decimal = decimal_of(self.said)
        found = [one for one in (number(value, decimal) for value in self.said) if one is not None]
        return found if nearly_all(len(found), len(self.said)) else []

    @property
    def only_numbers(self) -> bool:
        return bool(self.numbers) and len(self.numbers) == len(self.said)

    @cached_property
    def leading_numbers(self) -> list[float]:
        """The numbers of `9 - very likely`, when nearly all values are written so."""
        found = [match for match in map(LEADING_NUMBER.match, self.said) if match]
        return (
            [float(one.group(1)) for one in found] if nearly_all(len(found), len(self.said)) else []
        )

    @cached_property
    def scores(self) -> list[float]:
        """Whole numbers that could be an answer on a scale; a few values may be mistakes."""
        numbers = self.numbers or self.leading_numbers
        whole = [one for one in numbers if one.is_integer()]
        on_scale = [one for one in whole if 0 <= one <= 10]
        halves = len(numbers) - len(whole)
        good = nearly_all(len(on_scale), len(self.said)) and halves <= max(
            1, MOST_HALVES * len(numbers)
        )
        return on_scale if good else []

    @property
    def scale(self) -> str | None:
        """The scale that the label names: `Cijfer (1 t/m 10)`."""
        found = SCALE.search(self.label.lower())
        return f"{found.group(1)}-{found.group(3)}" if found else None

    @cached_property
    def formats(self) -> list[str]:
        """How days or times are written in it; nothing when they are not."""
        step = max(1, len(self.said) // DATES_TRIED)
        return formats_of(self.said[::step])

    @property
    def mails(self) -> bool:
        return self._share(_is_mail) > 0.6

    @property
    def phones(self) -> bool:
        return not self.formats and self._share(is_phone) > 0.6

    @property
    def somebody(self) -> bool:
        """Whether some of its cells are nothing but a mail address or phone number, or most a name."""
        named = self.distinct > len(self.said) / 2 > 2 and self._share(_is_name) > 0.6
        return (
            named or self._share(_is_mail) > 0 or (not self.formats and self._share(is_phone) > 0.1)
        )

    @property
    def codes(self) -> bool:
        """Whether its values are numbers or codes, as customers are numbered: with digits, no spaces."""
        return self._share(lambda value: bool(re.fullmatch(r"[^@\s]*\d[^@\s]*", value))) > 0.9

    @property
    def counts_rows(self) -> bool:
        """Whether it holds 1, 2, 3 … or 0, 1, 2 … and so numbers the rows, not what is in them."""
        first = self.numbers[0] if self.numbers else -1
        return first in (0, 1) and self.numbers == [first + i for i in range(len(self.said))]

    @property
    def flags(self) -> bool:
        return bool(self.said) and {value.lower() for value in self.said} <= {*YES, *NO, "0", "1"}

    @property
    def words_per_value(self) -> float:
        return sum(value.count(" ") + 1 for value in self.said) / max(1, len(self.said))

    @property
    def unique(self) -> bool:
        return len(self.said) == self.sampled > 1 and self.distinct == self.sampled

    def _share(self, test: Callable[[str], bool]) -> float:
        return sum(map(test, self.said)) / len(self.said) if self.said else 0.0


def _is_mail(value: str) -> bool:
    return bool(MAIL.match(value))


def _is_name(value: str) -> bool:
    return bool(NAME.match(value))
