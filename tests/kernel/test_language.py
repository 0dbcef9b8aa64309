"""Numbers and days as Dutch and English write them."""

from __future__ import annotations

from datetime import date

import pytest

from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.language import Words, language_of_reader


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "english", "dutch"),
    [
        (1234.5, 1, False, "1,234.5", "1.234,5"),
        (-0.5, 1, True, "−0.5", "−0,5"),
        (0.04, 1, True, "0.0", "0,0"),
        (-0.04, 1, False, "0.0", "0,0"),
        (23, 0, True, "+23", "+23"),
    ],
)
def test_number_in_both_languages(
    value: float, decimals: int, signed: bool, english: str, dutch: str
) -> None:
    assert Words("kernel", "en").number(value, decimals=decimals, signed=signed) == english
    assert Words("kernel", "nl").number(value, decimals=decimals, signed=signed) == dutch


def test_day_and_month_are_spelled_out() -> None:
    assert Words("kernel", "nl").day(date(2026, 3, 4)) == "4 maart 2026"
    assert Words("kernel", "en").month(date(2026, 3, 4)) == "March 2026"


@pytest.mark.parametrize(
    ("setting", "language"), [("nl_NL.UTF-8", "nl"), ("nl_BE", "nl"), ("de_DE", "en"), ("C", "en")]
)
def test_language_of_the_reader_follows_the_settings(
    setting: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOPOFHEART_LANGUAGE", raising=False)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LC_MESSAGES", setting)
    assert language_of_reader() == language


def test_unknown_language_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Words("kernel", "fr")
