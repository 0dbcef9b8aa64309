"""What is blanked in a customer's words, and what stays readable."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.understand.numbers import passes_eleven, passes_luhn
from topofheart.understand.redaction import found, redacted, redacted_label

MIXED = st.text(alphabet="aBeJn 0123456789-.@+()/:\n'\"{}[]ÉşİNL9ABNA,", max_size=120) | st.text(
    max_size=80
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail me op jan.de-vries+x@example.nl graag", "mail me op [mail] graag"),
        ("jan (at) example.nl", "[mail]"),
        ("bel 06-12345678!", "bel [telefoon]!"),
        ("bel 06 12 34 56 78", "bel [telefoon]"),
        ("+31 6 1234 5678 of 0031612345678", "[telefoon] of [telefoon]"),
        ("tel. (030) 123 45 67", "tel. [telefoon]"),
        ("nul zes een twee drie vier vijf zes zeven acht", "[telefoon]"),
        ("IBAN NL91ABNA0417164300 graag", "IBAN [rekening] graag"),
        ("NL91 ABNA 0417 1643 00", "[rekening]"),
        ("nl91abna0417164300", "[rekening]"),
        ("in 2026 BE68 5390 0754 7034 betaald", "in 2026 [rekening] betaald"),
        ("kaart 4111 1111 1111 1111", "kaart [kaart]"),
        ("mijn bsn is 111222333", "mijn bsn is [bsn]"),
        ("Dorpsstraat 12, 1234 AB Utrecht", "[adres], [adres] Utrecht"),
        ("kenteken gh 123 k", "kenteken [kenteken]"),
        (
            "geboren op 12-03-1980, geleverd op 12-03-2026",
            "geboren op [geboortedatum], geleverd op 12-03-2026",
        ),
        ("mevrouw De Vries hielp me", "mevrouw [naam] hielp me"),
        ("Fatima hielp me goed", "[naam] hielp me goed"),
        ("Roos van de balie was lief", "[naam] van de balie was lief"),
        ("Met vriendelijke groet,\nJan", "Met vriendelijke groet,\n[naam]"),
        ("ik ben @pietje_72", "ik ben [gebruiker]"),
    ],
)
def test_personal_data_is_blanked_in_words_of_the_reader(text: str, expected: str) -> None:
    assert redacted(text, language="nl") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ik wacht al 3 weken, sinds 12-03-2026 10:30",
        "Bestelling 12345 kwam 2 dagen te laat",
        "bestelnummer 111222333 is zoek",
        "een 10, want 100 % tevreden over €1.250,00",
        "Bel me @ thuis",
        "model XR2000-55 uit 2019",
        "Albert Heijn is goedkoper dan Philips",
        "Roos en tulp bloeien, Mark my words",
        "Will you refund me? May was bad.",
        "afspraak 06-05-2026 08:30",
        "",
    ],
)
def test_ordinary_words_and_numbers_stay(text: str) -> None:
    assert redacted(text) == text


def test_a_find_is_a_kind_and_a_place() -> None:
    text = "Groetjes Anouk, anouk@example.nl"
    assert [(one.kind, text[one.start : one.end]) for one in found(text)] == [
        ("name", "Anouk"),
        ("mail", "anouk@example.nl"),
    ]


def test_english_blanks_are_english() -> None:
    assert redacted("Kind regards, Priya Patel", language="en") == "Kind regards, [name]"


@pytest.mark.parametrize("label", ["Garage Jansen", "Dorpsstraat 12", "Team Fatima", "GH-123-K"])
def test_the_name_of_a_group_stays(label: str) -> None:
    assert redacted_label(label, language="nl") == label


def test_a_remark_or_a_number_is_no_name_of_a_group() -> None:
    assert redacted_label("bel Fatima op 0612345678", language="nl") == "bel [naam] op [telefoon]"
    remark = "ik heb Fatima nu drie keer gebeld"
    assert redacted_label(remark, language="nl") == remark.replace("Fatima", "[naam]")


@pytest.mark.parametrize(
    ("number", "passes"),
    [("111222333", True), ("123456782", True), ("123456789", False), ("000000000", False)],
)
def test_citizen_numbers_pass_the_eleven_test(number: str, passes: bool) -> None:
    """111222333 and 123456782 are the numbers that public bodies use in their own tests."""
    assert passes_eleven([int(digit) for digit in number]) is passes


@pytest.mark.parametrize(("number", "passes"), [("79927398713", True), ("79927398710", False)])
def test_cards_pass_the_check_of_luhn(number: str, passes: bool) -> None:
    """The example of ISO/IEC 7812-1, annex B."""
    assert passes_luhn([int(digit) for digit in number]) is passes


@given(MIXED)
def test_any_text_keeps_what_is_outside_the_finds(text: str) -> None:
    spans = found(text)
    assert all(0 <= one.start < one.end <= len(text) for one in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    starts, ends = [0, *(s.end for s in spans)], [*(s.start for s in spans), len(text)]
    blanked, place = redacted(text, language="nl"), 0
    for kept in (text[start:end] for start, end in zip(starts, ends, strict=True)):
        place = blanked.index(kept, place) + len(kept)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_blank_holds_nothing_to_blank(language: str) -> None:
    blanks = [
        redacted(text, language=language)
        for text in ("Fatima", "0612345678", "a@b.nl", "Dorpsstraat 1")
    ]
    assert all(blank[0] == "[" and blank[-1] == "]" for blank in blanks)
    assert not found(" ".join(blanks))
