"""A text taken apart: segments (a sentence, or what follows a "but"), and the words in them as they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import chain

# A segment ends behind a mark that ends a sentence, at a line break, and before a word that turns the tide.
# Each alternative begins with one letter, so that the pattern runs over all others at once.
SEGMENT = re.compile(
    "|".join(rf"""{mark}["'”’)]*(?=\s)""" for mark in (r"\.", "!", r"\?", "…"))
    + r"|\n|,(?= (?:maar|alleen|echter|though) )| (?=(?:but|however)[ ,])"
)
WORD = re.compile(
    r"[^\W\d_]+(?:['’´`][^\W\d_]+)*"  # a word, with what an apostrophe binds to it
    r"|\d+(?:[.,:/-]\d+)*"  # a number, an amount, a time, a date
    r"|[!?]+|\.\.+|…"
    r"|[:;=8x]['’]?-?[()\[\]DPpOo/\\|3]+(?!\w)|<3"  # emoticons
    r"|[\u2600-\u27bf\U0001f000-\U0001faff]|[€£$%]"
)
NUMBER = "<number>"
SHOUT = "<shout>"
LONGEST_WORD = 40
SHORTEST_STEM = 3
NEGATORS = frozenset(
    [
        "niet",
        "geen",
        "nooit",
        "niks",
        "niets",
        "noch",
        "zonder",
        "nergens",
        "niemand",
        "amper",
        "nauwelijks",
        "nie",
        "ni",
        "nt",
        "not",
        "no",
        "never",
        "nothing",
        "none",
        "without",
        "neither",
        "nor",
        "hardly",
        "barely",
        "cannot",
        "cant",
        "wont",
        "dont",
        "didnt",
        "isnt",
        "wasnt",
        "doesnt",
        "couldnt",
        "wouldnt",
        "shouldnt",
        "havent",
        "hasnt",
        "hadnt",
        "arent",
        "werent",
    ]
)
ENDS_NEGATION = frozenset(
    ["!", "?", "!!", "??", "...", "…", "maar", "but", "en", "and", "want", "omdat", "because"]
)
SCOPE = 4


def segments(text: str) -> list[tuple[int, int]]:
    """Where each segment begins and ends; a text of nothing but blanks has none."""
    spans, start = [], 0
    for one in SEGMENT.finditer(text):
        end = one.end()
        if not text[start:end].isspace():
            spans.append((start, end))
        start = end
    if start < len(text) and not text[start:].isspace():
        spans.append((start, len(text)))
    return spans


class Chunks(dict[str, Sequence[int]]):
    """What stands between blanks, with the numbers of the words in it; told once, then remembered.

    No word has a blank in it, so a text need not be searched for words again and again.
    """

    def __init__(self, numbers: Callable[[list[str]], Sequence[int]]) -> None:
        self._numbers = numbers

    def __missing__(self, chunk: str) -> Sequence[int]:
        found = self._numbers(WORD.findall(chunk))
        if len(chunk) <= LONGEST_WORD:
            self[chunk] = found
        return found

    def of(self, text: str) -> Iterator[int]:
        """The numbers of the words of a text, in order."""
        return chain.from_iterable(map(self.__getitem__, text.split()))


def plain(word: str) -> str:
    """The word as it is looked up: small, one apostrophe, repeated letters and marks cut short."""
    if word[0].isdigit():
        return NUMBER
    low = word.lower()[:LONGEST_WORD].replace("’", "'").replace("´", "'").replace("`", "'")
    return _shorter(low)


def shouted(word: str) -> bool:
    """Three capitals or more: `NIET`, not an abbreviation of two."""
    return len(word) > 2 and word.isupper()


def negates(word: str) -> bool:
    """Whether the plain word turns what follows round."""
    return word in NEGATORS or word.endswith("n't")


def pieces(word: str) -> list[str]:
    """The parts of three to five letters of a plain word, with marks for its beginning and end."""
    marked = f"<{word}>"
    return [
        marked[start : start + length]
        for length in (3, 4, 5)
        for start in range(len(marked) - length + 1)
    ]


def stem_of(word: str, stems: Container[str]) -> str | None:
    """The longest known beginning (`bezorg*`) or ending (`*factuur`) of a plain word."""
    for length in range(len(word), SHORTEST_STEM - 1, -1):
        if (beginning := f"{word[:length]}*") in stems:
            return beginning
        if (ending := f"*{word[-length:]}") in stems:
            return ending
    return None


def _shorter(word: str, most: int = 2) -> str:
    """`suuuuper` → `suuper`; `!!!!` → `!!`."""
    return re.sub(r"(.)\1{2,}", lambda one: one[1] * most, word) if _repeats(word) else word


def _repeats(word: str) -> bool:
    return any(word[place] == word[place + 1] == word[place + 2] for place in range(len(word) - 2))
