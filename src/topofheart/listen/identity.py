"""Who a row is about, without saying so: names, mail and phone become a pseudonym or stay outside.

The pseudonym is HMAC-SHA256 (RFC 2104) of the mail address or phone number with the workspace's own
key, so that the same customer is the same everywhere in one workspace and nobody outside it.
"""

from __future__ import annotations

import hashlib
import hmac
import re

MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}$")
PHONE = re.compile(r"^(\+|00?(?=[1-9])|\(0)[\d\s().-]{8,20}$")
NAME = re.compile(
    r"^[A-ZÀ-Þ][\w'’.-]*( [A-ZÀ-Þ][\w'’.-]*)*( (van|de|der|den|het|'t|ten|ter|la|le|von|el|al|bin|da|dos))*"
    r" [A-ZÀ-Þ][\w'’-]+$"
)
NAME_HEADERS = re.compile(
    r"\b(first|last|full|sur|contact|recipient|family)?[ -]?names?\b"
    r"|\b(voor|achter|klant|contact|roep)?na(a)?m(en)?\b|contactpersoon|voorletters|tussenvoegsel"
    r"|geboortedatum|date of birth|birth ?date|\bdob\b|add?ress?\b|straat|street|huisnummer"
    r"|\bbsn\b|\biban\b|rekeningnummer|kenteken|\bip\b|latitude|longitude|postcode|\bzip",
    re.IGNORECASE,
)
STAFF_HEADERS = re.compile(
    r"medewerk(er|ster)|behandelaar|adviseur|\bagent|assignee|employee|requester|submitter|monteur"
    r"|\baanmelder|\bmelder\b|indiener|\brespondent\b|\breporter\b|\breviewer\b|teammate|review username",
    re.IGNORECASE,
)
PHONE_HEADERS = re.compile(
    r"telefoon|phone|mobiel|mobile|\btel\b|\bgsm\b|06[- ]?nummer", re.IGNORECASE
)
NOT_A_PERSON = re.compile(
    r"product|bedrijf|company|campaign|survey|enqu|file|bestand|naam (van )?(het|de) |shop|store|winkel"
    r"|unit|\bteams?\b|filiaal|vestiging|dealer|user ?name of|hospital|ziekenhuis|school|county|city|country|region|regio"
    r"|plaats|gemeente|land\b|branch|department|afdeling|locati|categor|brand|merk|model|event|column|field",
    re.IGNORECASE,
)
BLOCK = 64
SPACES = " \t\r\n\u00a0"
MARKS = "().-"


def is_phone(value: str) -> bool:
    return bool(PHONE.match(value)) and 9 <= sum(letter.isdigit() for letter in value) <= 15


def plain(identity: str) -> str:
    """The form in which an identity is compared: no capitals, no spaces, a phone number's digits only."""
    return identity.lower().translate(
        dict.fromkeys(map(ord, SPACES + ("" if "@" in identity else MARKS)))
    )


def pseudonym(identity: str, key: bytes) -> str:
    """The customer_id of a mail address or phone number: 32 hexadecimal characters."""
    return hmac.new(key, plain(identity).encode(), hashlib.sha256).hexdigest()[:32]


def pseudonym_sql(text: str, key: bytes) -> str:
    """The same in SQL."""
    spaces = " || ".join(f"chr({ord(one)})" for one in SPACES)
    marks = f"CASE WHEN contains({text}, '@') THEN '' ELSE '{MARKS}' END"
    bare = f"translate(lower({text}), {spaces} || {marks}, '')"
    return f"left({hmac_sql(bare, key)}, 32)"


def hmac_sql(text: str, key: bytes) -> str:
    """HMAC-SHA256 in hexadecimals, written out because the engine has SHA-256 but no HMAC."""
    padded = key.ljust(BLOCK, b"\0")
    inner = _blob(bytes(byte ^ 0x36 for byte in padded))
    outer = _blob(bytes(byte ^ 0x5C for byte in padded))
    return f"sha256({outer} || unhex(sha256({inner} || encode({text}))))"


def _blob(data: bytes) -> str:
    return "'" + "".join(f"\\x{byte:02X}" for byte in data) + "'::BLOB"
