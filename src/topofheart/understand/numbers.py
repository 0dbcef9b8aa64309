"""Numbers that belong to one person: phone, bank account, citizen service number (BSN), card.

A number called an order, a customer or a case stays, whatever check it passes by chance.
"""

from __future__ import annotations

import re

from topofheart.understand.found import Finds, Found, stands_alone

BETWEEN = r"[ ()./–-]{0,3}"
PHONE = re.compile(
    rf"(?:\+|00)\s?[1-9](?:{BETWEEN}\d){{7,13}}(?!\d)"
    rf"|\(?0(?:{BETWEEN}\d){{8,10}}(?!\d)"
    r"|\(?[2-9]\d{2}\)?[ -]\d{3}-\d{4}(?!\d)"
)
SERVICE_LINES = re.compile(r"\(?0(?:800|900|906|909|300|330|345|84\d|87[01])")
DAY = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d|\d{1,2}/\d{1,2}/\d\d(?![/\d])")
SPOKEN_DIGIT = (
    r"(?:nul|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien"
    r"|\w*tien|\w*(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)"
    r"|zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|double|treble|triple|hundred"
    r"|\w*(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)|\d{1,2})"
)
SPOKEN_PHONE = re.compile(rf"\b(?:nul|zero|oh)(?:[ ,-]+{SPOKEN_DIGIT}){{4,12}}\b", re.IGNORECASE)
IBAN = re.compile(r"\d\d(?=(?:[ .-]?[A-Za-z0-9]){11})")
IBAN_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27,
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MA": 28, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28,
    "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26,
}  # fmt: skip
CARD = re.compile(r"[2-6]\d{3}(?:[ -]?\d){8,15}(?!\d)")
CITIZEN = re.compile(r"\d{8,9}(?!\d)|\d{4}\.\d{2}\.\d{3}(?!\d)|\d{3} \d{3} \d{3}(?!\d)")
CALLED_CITIZEN = re.compile(r"bsn|burger ?service|sofi")
OTHER_NUMBER = re.compile(
    r"(?:bestel|order|dossier|ticket|zaak|polis|factuur|ref|kenmerk|aanslag|beschikking"
    r"|case|account|track|quote|klacht|barcode|imei|sim\b|serie|serial|artik|article|kvk|btw|vat"
    r"|rijbewijs|transact|booking|boeking|invoice|mpan|meter|bon|contract|(?:klant|client|customer|member|lid)(?:\w|[ -])*(?:nummer|number|nr|no|id|ref))\w*"
    r"(?:[ .]*(?:nummer|number|nr|no|ref\w*))?(?: (?:is|was))?[\s.:#-]*$"
)  # fmt: skip


def phones(text: str, low: str) -> Finds:
    for one in PHONE.finditer(text):
        number, start = one.group(), one.start()
        if not stands_alone(text, start) or SERVICE_LINES.match(number):
            continue
        if DAY.match(number) or not 9 <= _digits(number) <= 15 or _is_other(low, start):
            continue
        yield Found("phone", *one.span())


def spoken_phones(text: str, low: str) -> Finds:
    if "nul" in low or "zero" in low or "oh " in low:
        for one in SPOKEN_PHONE.finditer(text):
            yield Found("phone", *one.span())


def accounts(text: str) -> Finds:
    """IBANs of the right length for their country, with the check of ISO 13616.

    A Dutch one with a slip of the pen still tells the account, so its shape is enough.
    """
    for one in IBAN.finditer(text):
        start = one.start() - 2
        country = text[max(0, start) : one.start()].upper()
        length = IBAN_LENGTHS.get(country)
        if length is None or not stands_alone(text, start):
            continue
        end = _end_of(text, start, length)
        plain = re.sub(r"[ .-]", "", text[start:end]).upper()
        if len(plain) == length and not text[end : end + 1].isalnum() and _is_account(plain):
            yield Found("iban", start, end)


def cards(text: str, low: str) -> Finds:
    for one in CARD.finditer(text):
        digits = [int(letter) for letter in one.group() if letter.isdigit()]
        alone = stands_alone(text, one.start()) and not _is_other(low, one.start())
        if alone and 13 <= len(digits) <= 19 and passes_luhn(digits):
            yield Found("card", *one.span())


def citizens(text: str, low: str) -> Finds:
    """Citizen service numbers: 9 digits that pass, or 8 or 9 digits that are called so."""
    called = "bsn" in low or "burger" in low or "sofi" in low
    for one in CITIZEN.finditer(text):
        if not stands_alone(text, one.start()) or _is_other(low, one.start()):
            continue
        digits = [int(letter) for letter in one.group() if letter.isdigit()]
        near = called and CALLED_CITIZEN.search(low, max(0, one.start() - 60), one.end() + 12)
        if near or (len(digits) == 9 and passes_eleven(digits)):
            yield Found("bsn", *one.span())


def passes_luhn(digits: list[int]) -> bool:
    """The check digit of ISO/IEC 7812."""
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def passes_eleven(digits: list[int]) -> bool:
    """The 11-test of the Dutch citizen service number: weights 9 … 2 and −1."""
    weighted = sum(
        digit * weight for digit, weight in zip(digits, (*range(9, 1, -1), -1), strict=True)
    )
    return weighted % 11 == 0 and any(digits)


def _is_account(plain: str) -> bool:
    if re.fullmatch(r"NL\d\d[A-Z]{4}\d{10}", plain):
        return True
    moved = "".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])
    return int(moved) % 97 == 1


def _end_of(text: str, start: int, length: int) -> int:
    """Where the `length`th letter or digit ends."""
    place = start
    while length and place < len(text):
        length -= text[place].isalnum()
        place += 1
    return place


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def _is_other(low: str, start: int) -> bool:
    return bool(OTHER_NUMBER.search(low[max(0, start - 32) : start]))
