"""Personal data taken out of a customer's words on every way out: mail, phone and account numbers."""

from __future__ import annotations

import re

MAIL = re.compile(r"[\w.+-]+ ?(?:@|\(at\)|\[at\]) ?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{4}){2,7}(?:[ .-]?[A-Z0-9]{1,3})?\b", re.IGNORECASE
)
PHONE = re.compile(r"(?<![\w.,:/-])(?:\+|00|0|\(0)(?:[ ()./-]{0,2}\d){8,13}(?!\d)")
CARD = re.compile(r"\b(?:\d[ -]?){13,19}\b")


def redacted(
    text: str, *, mail: str = "[mail]", phone: str = "[tel]", account: str = "[account]"
) -> str:
    """The text with mail addresses, phone numbers and account numbers blanked."""
    text = MAIL.sub(mail, text)
    text = IBAN.sub(lambda found: _without_iban(found.group(), account), text)
    text = CARD.sub(lambda found: account if _is_card(found.group()) else found.group(), text)
    return PHONE.sub(phone, text)


def _without_iban(text: str, account: str) -> str:
    """What was found may run on into the words behind the number."""
    parts = re.split(r"(?=[ .-])", text)
    for end in range(len(parts), 0, -1):
        if _is_iban("".join(parts[:end])):
            return account + "".join(parts[end:])
    return text


def _is_iban(text: str) -> bool:
    """Length, and the check of ISO 13616: the number modulo 97 is 1; a slip of the pen counts too."""
    plain = re.sub(r"[ .-]", "", text).upper()
    if not 15 <= len(plain) <= 34:
        return False
    digits = "".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])
    looks_dutch = bool(re.fullmatch(r"NL\d{2}[A-Z]{4}\d{10}", plain))
    return looks_dutch or int(digits) % 97 == 1


def _is_card(text: str) -> bool:
    """The check digit of Luhn (ISO/IEC 7812)."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0
