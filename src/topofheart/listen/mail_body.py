"""The words that the sender of a mail wrote: without quoted history, signature and disclaimer.

The patterns are data (`mail_marks.toml`). Each is held against one line, so that no mail, however
made, takes long. `mail-parser-reply` was looked at: it misses the line with which Dutch Gmail quotes
(`Op … schreef Jan <…>:`), takes a list with hyphens for a signature, and its patterns can take forever.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from html.parser import HTMLParser
from importlib import resources

LONGEST_LINE = 2_000
QUOTE_CLASSES = re.compile(r"gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote")
QUOTE_IDS = re.compile(r"divRplyFwdMsg|appendonsend|mail-editor-reference-message")
BREAKS = frozenset(
    ("br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote", "hr", "ul", "ol")
)
UNSEEN = frozenset(("style", "script", "head", "title"))
EMPTY = frozenset(("br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr"))


@cache
def _marks() -> dict[str, re.Pattern[str]]:
    text = resources.files("topofheart.listen").joinpath("mail_marks.toml").read_text("utf-8")
    return {
        name: re.compile(found if isinstance(found, str) else "|".join(f"(?:{p})" for p in found))
        for name, found in tomllib.loads(text).items()
    }


def own_words(body: str) -> tuple[str, bool]:
    """What the sender wrote, and whether anything was cut off. A mail of nothing but a greeting or a
    quote keeps its text: something is better than silence."""
    lines = [line.rstrip() for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept = _without_signature(_without_history(lines))
    text = _tidy(kept)
    if not text:
        unquoted = _tidy([line for line in lines if not line.lstrip().startswith(">")])
        return unquoted, unquoted != _tidy(lines)
    return text, text != _tidy(lines)


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _is(kind: str, line: str) -> bool:
    return bool(
        _marks()[kind].fullmatch(
            line.strip(" \t*_" if kind == "closing" else " \t")[:LONGEST_LINE].lower()
        )
    )


def _without_history(lines: list[str]) -> list[str]:
    """Lines that quote are left out; what follows the start of an older mail is, unless it quotes with
    `>` and the answer stands below."""
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        after = lines[place + 1] if place + 1 < len(lines) else ""
        if line.lstrip().startswith(">"):
            place += 1
            continue
        taken = (
            1
            if _is("wrote", line)
            else 2
            if line and _is("wrote", f"{line} {after.strip()}")
            else 0
        )
        if taken:
            rest = [one for one in lines[place + taken :] if one.strip()]
            if not (rest and rest[0].lstrip().startswith(">")):
                return kept
            place += taken
            continue
        below = next((one for one in lines[place + 1 : place + 3] if one.strip()), "")
        two = _is("headers", line) and _is("headers", below)
        if two or (_is("history", line) and not _underlined(line, below)):
            return kept
        kept.append(line)
        place += 1
    return kept


def _underlined(line: str, below: str) -> bool:
    """A row of underscores begins an older mail only when its headers follow."""
    return line.strip("_ ") == "" and not _is("headers", below)


def _without_signature(lines: list[str]) -> list[str]:
    said = False
    for place, line in enumerate(lines):
        ends = line.strip() == "--" or _is("sent_from", line) or _is("disclaimer", line)
        if said and (ends or _is("closing", line)):
            return lines[:place] + _postscript(lines[place + 1 :])
        if ends and not _is("disclaimer", line):
            return lines[:place]
        said = said or bool(line.strip())
    return lines


def _postscript(lines: list[str]) -> list[str]:
    """What comes after `PS` below a signature, up to the first empty line."""
    for place, line in enumerate(lines):
        if re.match(r"p\.?s\.?[:. ]", line.strip().lower()):
            end = next((i for i in range(place, len(lines)) if not lines[i].strip()), len(lines))
            return ["", *lines[place:end]]
    return []


def text_of_html(html: str) -> str:
    """The text of a mail written as a web page, without what it quotes."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = "".join(reader.said).replace("\xa0", " ").split("\n")
    return _tidy([re.sub(r"[ \t]+", " ", line).strip() for line in lines])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.hidden: list[str] = []
        self.ended = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ended = self.ended or bool(QUOTE_IDS.search(given.get("id", "")))
        if tag in EMPTY or not self.hidden:
            self._break(tag)
        quotes = tag == "blockquote" or QUOTE_CLASSES.search(given.get("class", ""))
        if tag not in EMPTY and (self.hidden or tag in UNSEEN or quotes):
            self.hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.hidden:
            while self.hidden.pop() != tag:
                pass
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag in BREAKS and not self.hidden:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden and not self.ended:
            self.said.append(re.sub(r"\s+", " ", data))
