"""What is blanked in a customer's words, and what stays readable."""

from __future__ import annotations

import pytest

from topofheart.understand.redaction import redacted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail me op jan.de-vries+x@example.nl graag", "mail me op [mail] graag"),
        ("jan (at) example.nl", "[mail]"),
        ("bel 06-12345678!", "bel [tel]!"),
        ("bel 06 12 34 56 78", "bel [tel]"),
        ("+31 6 1234 5678 of 0031612345678", "[tel] of [tel]"),
        ("tel. (030) 123 45 67", "tel. [tel]"),
        ("IBAN NL91ABNA0417164300 graag", "IBAN [account] graag"),
        ("NL91 ABNA 0417 1643 00", "[account]"),
        ("nl91abna0417164300", "[account]"),
        ("BE68 5390 0754 7034", "[account]"),
        ("kaart 4111 1111 1111 1111", "kaart [account]"),
    ],
)
def test_mail_phone_and_account_numbers_are_blanked(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ik wacht al 3 weken, sinds 12-03-2026 10:30",
        "Bestelling 12345 kwam 2 dagen te laat",
        "een 10, want 100 % tevreden over €1.250,00",
        "Bel me @ thuis",
        "model XR2000-55 uit 2019",
        "",
    ],
)
def test_ordinary_words_and_numbers_stay(text: str) -> None:
    assert redacted(text) == text
