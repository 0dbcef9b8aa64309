"""Mail addresses, personal links, addresses on the internet and the names that people have there."""

from __future__ import annotations

import re

from topofheart.understand.found import Finds, Found, stands_alone

MAIL = re.compile(r"[\w.+-]+ ?(?:@|[(\[]at[)\]]) ?[\w-]+(?:(?:\.|[(\[](?:dot|punt)[)\]])[\w-]+)+")
SPOKEN_MAIL = re.compile(
    r"[\w.+-]+(?: (?:punt|dot|streepje|underscore) [\w+-]+| [a-z](?= ))* (?:ape?n?st(?:aa|a)rtje|at)"
    r" [\w-]+(?:(?: (?:punt|dot) |\.)[\w-]+)+",
    re.IGNORECASE,
)
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+[^\s<>\"'.,;:!?)]")
PERSONAL_LINK = re.compile(
    r"[?&](?:\w*token|e?-?mail|uid|user\w*|klant\w*|customer\w*|code|sid|session\w*|key|auth|sig|last_?name"
    r"|first_?name|naam|name|pnr|phone|tel)=|/(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}",
    re.IGNORECASE,
)
NETWORK = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.]*\d)")
NETWORK_6 = re.compile(r"(?:[0-9a-fA-F]{1,4}:{1,2}){3,7}[0-9a-fA-F]{1,4}")
OF_NOBODY = re.compile(r"0\.|10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|255\.")
VERSION = re.compile(r"(?:versie|version|firmware|release|app|update|v)\W*$", re.IGNORECASE)
HANDLE = re.compile(r"@([A-Za-z0-9_](?:[\w.]*\w)?)")
NETWORKS = re.compile(
    r"(?:twitter|insta(?:gram)?|tik ?tok|facebook|snapchat|linkedin|\bx)\b[ :]*$", re.IGNORECASE
)
ACCOUNT = re.compile(
    r"\b(?:gebruikers?naam|user ?name|inlog(?:naam)?|login|user|gebruiker|account ?naam)\b"
    r"(?: ?is)?[ :=]+(@?(?=[\w.-]*(?:[\d_]|\.\w))[A-Za-z][\w.-]*\w)",
    re.IGNORECASE,
)


def links(text: str) -> Finds:
    """Only those that lead to somebody: with a token, a mail address or a number of the customer."""
    if "://" in text or "www." in text:
        for one in LINK.finditer(text):
            if PERSONAL_LINK.search(one.group()):
                yield Found("link", *one.span())


def mails(text: str, low: str) -> Finds:
    if "@" in text or "at)" in low or "at]" in low:
        yield from (Found("mail", *one.span()) for one in MAIL.finditer(text))
    if " punt " in low or " dot " in low or "artje" in low:
        yield from (Found("mail", *one.span()) for one in SPOKEN_MAIL.finditer(text))


def networks(text: str) -> Finds:
    """IP addresses, without those that every home has and without version numbers."""
    if text.count(".") > 2:
        for one in NETWORK.finditer(text):
            parts = one.group().split(".")
            version = VERSION.search(text[max(0, one.start() - 12) : one.start()])
            if not stands_alone(text, one.start()) or max(map(int, parts)) > 255:
                continue
            if not version and not OF_NOBODY.match(one.group()):
                yield Found("ip", *one.span())
    if text.count(":") > 3:
        yield from (
            Found("ip", *one.span())
            for one in NETWORK_6.finditer(text)
            if "::" in one[0] or one[0].count(":") == 7
        )


def handles(text: str, low: str) -> Finds:
    """The name of a person on a network; `@webshop` calls a company and stays."""
    if "@" in text:
        for one in HANDLE.finditer(text):
            named = NETWORKS.search(text[max(0, one.start() - 12) : one.start()])
            if named or re.search(r"[\d_.]", one[1]):
                yield Found("handle", *one.span())
    if "user" in low or "login" in low or "inlog" in low or "gebruiker" in low:
        yield from (Found("handle", *one.span(1)) for one in ACCOUNT.finditer(text))
