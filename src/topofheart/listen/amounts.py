"""How numbers are written: `1.234,5` or `1,234.5`.

A file has one decimal sign, which settles `1.234`; what can be read in one way only is read that way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

GROUPED = {
    ".": r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?",
    ",": r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?",
}
PLAIN = r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,2})?"
DECIMAL_FOR_SURE = {
    sign: re.compile(
        rf"[+-]?(\d+[{sign}](\d{{1,2}}|\d{{4,}})|0[{sign}]\d+|\d{{1,3}}([{other}]\d{{3}})+[{sign}]\d+)"
    )
    for sign, other in ((".", ","), (",", "."))
}


def decimal_of(values: Iterable[str]) -> str:
    """The decimal sign of these values; a point where they do not tell."""
    points = commas = 0
    for value in values:
        points += bool(DECIMAL_FOR_SURE["."].fullmatch(value))
        commas += bool(DECIMAL_FOR_SURE[","].fullmatch(value))
    return "," if commas > points else "."


def decimal_of_counts(values: Iterable[str]) -> str:
    """The decimal sign where numbers count things: `1.140` is then a thousand and more."""
    values = list(values)
    grouped = any(re.fullmatch(r"\d{1,3}(\.\d{3})+", value) for value in values)
    points = any(DECIMAL_FOR_SURE["."].fullmatch(value) for value in values)
    return "," if grouped and not points else decimal_of(values)


def number(text: str, decimal: str) -> float | None:
    """The number written in `text`, or None."""
    text = text.strip()
    if re.fullmatch(GROUPED[decimal], text):
        return float(text.replace("," if decimal == "." else ".", "").replace(",", "."))
    return float(text.replace(",", ".")) if re.fullmatch(PLAIN, text) else None


def number_sql(text: str, decimal: str, kind: str = "DOUBLE") -> str:
    """The same in SQL, never NaN or infinite."""
    plain = rf"trim({text}, ' ' || chr(9) || chr(160))"
    group = "," if decimal == "." else "."
    slow = (
        f"CASE WHEN regexp_full_match({plain}, '{GROUPED[decimal]}') "
        f"THEN try_cast(replace(replace({plain}, '{group}', ''), ',', '.') AS {kind}) "
        f"WHEN regexp_full_match({plain}, '{PLAIN}') "
        f"THEN try_cast(replace({plain}, ',', '.') AS {kind}) END"
    )
    cast = f"try_cast({text} AS {kind})"
    usable = f"isfinite({cast})" if kind == "DOUBLE" else f"{cast} IS NOT NULL"
    easy = usable if decimal == "." else f"NOT contains({text}, '.') AND {usable}"
    return f"CASE WHEN {easy} THEN {cast} ELSE {slow} END"


def amount_sql(text: str, decimal: str) -> str:
    """SQL for an amount of money with its sign, its currency beside it or not: `€ -1.234,50`, `12,-`."""
    bare = rf"regexp_replace({text}, '[€$£\sA-Za-z\x{{A0}}]', '', 'g')"
    return number_sql(f"regexp_replace({bare}, ',-+$', '')", decimal, "DECIMAL(18,2)")
