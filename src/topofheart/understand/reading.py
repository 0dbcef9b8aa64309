"""One text understood: its language, how the customer judges and feels, what is asked, feared and about.

A text that is neither Dutch nor English, or holds no words, is said to be not understood: nothing else
is told of it. Personal data is blanked first. Of an employee's reply only its acts are told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from topofheart.listen.mail_body import own_words, text_of_html
from topofheart.understand.asking import asked_in
from topofheart.understand.labels import (
    EMOTIONS,
    OF_A_TEXT,
    TOPICS,
    UNDERSTOOD,
    VALENCES,
    WORRIES,
    of_kind,
)
from topofheart.understand.reader import Floats, Reader, Scores, Spans, checked
from topofheart.understand.redaction import redacted

WORRY_ABOUT = "worry_about"
PLACE = {name: place for place, name in enumerate(OF_A_TEXT)}
LANGUAGE, VALENCE, WORRY, TOPIC = (
    of_kind(kind) for kind in ("language", "valence", "worry", "topic")
)
KINDS = [
    (name, name) if "." not in name else (WORRY_ABOUT if kind == "worry" else kind, one)
    for name in OF_A_TEXT
    for kind, _, one in (name.partition("."),)
]
OF_A_CUSTOMER = ("language", "valence", "emotion", "asks", "worry", "topic")
OF_A_REPLY = ("language", "act", "topic")
ONE_HOLDS = ("language", "valence")
SURELY_OTHER = 0.7
MOST_TOPICS, MOST_WORRIES = 3, 2
LONGEST_SAID = 400
BATCH = 512
TAG = re.compile(
    r"</?(?:p|br|div|span|html|body|a|b|i|table|td|ul|li|font|strong|em)\b[^<>]*>", re.I
)
# A cheap look for what `own_words` may cut off: history, a closing, a disclaimer.
OF_A_MAIL = re.compile(
    r"(?mi)^>|^--\s*$|^(?:op|on) .{5,120}:\s*$|^(?:van|from|verzonden|verstuurd|sent)\b|^-{2,}|^_{20}"
    r"|groet(?:en|jes)?\b|regards\b|^(?:mvg|m\.v\.g|hgr|vr\.? ?gr|gr|grtz)\b|hoogacht|sincerely|^cheers"
    r"|disclaimer|vertrouwelijk|confidential|geadresseerde|intended (?:only|solely)"
)
# What no customer typed, and what no terminal or file may get.
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
# Dutch and English are written with these; a text without them is in neither.
LETTER = re.compile(r"[a-zA-Z\u00c0-\u024f]")


@dataclass(frozen=True)
class Reading:
    """What is understood of one text; probabilities lie between 0 and 1.

    `emotions`, `worries`, `topics` and `acts` hold what is taken to be there, the surest first;
    `probabilities` has every label. A text that is not understood has no valence and empty lists.
    """

    language: str
    valence: str | None
    emotions: tuple[str, ...]
    asks: bool
    questions: tuple[str, ...]
    worry: bool
    worries: tuple[str, ...]
    worried: tuple[str, ...]
    topics: tuple[str, ...]
    acts: tuple[str, ...]
    likely: Floats = field(repr=False, compare=False)

    @property
    def probabilities(self) -> dict[str, float]:
        """The probability of every label, by its name."""
        return dict(zip(OF_A_TEXT, self.likely.astype(np.float64).round(3).tolist(), strict=True))

    @property
    def understood(self) -> bool:
        return self.language != "other"

    @property
    def likeliest_topic(self) -> str:
        """What the text is about first of all, sure or not."""
        return self.topics[0] if self.topics else TOPICS[int(self.likely[TOPIC].argmax())]

    def as_dict(self) -> dict[str, Any]:
        """The reading as JSON: language, valence, emotions, asks, worry, topics, acts."""
        likely = self.probabilities

        def told(kind: str, names: Sequence[str]) -> dict[str, float]:
            return {name: likely[f"{kind}.{name}"] for name in names}

        return {
            "language": self.language,
            "valence": self.valence and {"is": self.valence, **told("valence", VALENCES)},
            "emotions": {"felt": list(self.emotions), **told("emotion", EMOTIONS)},
            "asks": {
                "is": self.asks,
                "probability": likely["asks"],
                "questions": list(self.questions),
            },
            "worry": {
                "is": self.worry,
                "probability": likely["worry"],
                "about": list(self.worries),
                "said": list(self.worried),
            },
            "topics": list(self.topics),
            "acts": list(self.acts),
        }


def prepared(text: str | None) -> str:
    """The customer's own words: without markup, quoted history, signature and personal data."""
    return redacted(said(text), language="en")


def said(text: str | None) -> str:
    """The same with the personal data that are in them."""
    if not text:
        return ""
    if not text.isprintable():
        text = UNSEEN.sub(" ", text)
    if "<" in text and TAG.search(text):
        text = text_of_html(text)
    if "\n" in text and OF_A_MAIL.search(text):
        text = own_words(text)[0]
    return text


def readings(
    texts: Sequence[str | None], reader: Reader | None = None, *, replies: bool = False
) -> Iterator[Reading]:
    """What is understood of each text, in order; by the reader that comes with the package."""
    reader = reader or _shipped()
    for first in range(0, len(texts), BATCH):
        ready = [prepared(text) for text in texts[first : first + BATCH]]
        scores = checked(reader.scores(ready), ready, reader)
        yield from decided(ready, scores, reader.thresholds, replies=replies)


def reading(text: str, reader: Reader | None = None, *, reply: bool = False) -> Reading:
    """What is understood of one text."""
    return next(readings([text], reader, replies=reply))


def decided(
    texts: Sequence[str], scores: Scores, thresholds: dict[str, float], *, replies: bool
) -> Iterator[Reading]:
    """From probabilities to what is told."""
    labels = scores.labels
    languages = _languages(labels[:, LANGUAGE]).tolist()
    valences = labels[:, VALENCE].argmax(axis=1).tolist()
    worst = labels[:, WORRY].argmax(axis=1).tolist()
    told_of = OF_A_REPLY if replies else OF_A_CUSTOMER
    likely, unknown = _only(labels, told_of), _only(labels, ("language",))
    held = _held(labels, thresholds, told_of)
    for row, text in enumerate(texts):
        language = UNDERSTOOD[languages[row]] if LETTER.search(text) else "other"
        if language == "other":
            yield _silent("other", unknown[row])
            continue
        found = held[row]
        topics = tuple(found["topic"][:MOST_TOPICS])
        if replies:
            yield _silent(language, likely[row], topics=topics, acts=tuple(found["act"]))
            continue
        asks, worry = bool(found["asks"]), bool(found["worry"])
        about = tuple(found["worry_about"][:MOST_WORRIES]) or (WORRIES[worst[row]],)
        yield Reading(
            language=language,
            valence=VALENCES[valences[row]],
            emotions=tuple(found["emotion"]),
            asks=asks,
            questions=_said(text, asked_in(text, scores.asked[row])) if asks else (),
            worry=worry,
            worries=about if worry else (),
            worried=_said(text, scores.worried[row]) if worry else (),
            topics=topics,
            acts=(),
            likely=likely[row],
        )


def _languages(likely: Floats) -> Any:
    """Which language each text is in; neither only where that is quite sure, for dialects look foreign."""
    strange = likely[:, UNDERSTOOD.index("other")] >= SURELY_OTHER
    return np.where(strange, UNDERSTOOD.index("other"), likely[:, :-1].argmax(axis=1))


def _held(
    labels: Floats, thresholds: dict[str, float], kinds: tuple[str, ...]
) -> list[dict[str, list[str]]]:
    """For each text the labels that hold, by kind, the likeliest first; of kinds that may hold several."""
    wanted = _of_kinds(tuple(kind for kind in kinds if kind not in ONE_HOLDS))
    least = np.array([thresholds.get(name, 0.5) for name in OF_A_TEXT], np.float32)
    least[~wanted] = np.inf
    rows, columns = np.nonzero(labels >= least)
    order = np.lexsort((-labels[rows, columns], rows))
    found: list[dict[str, list[str]]] = [defaultdict(list) for _ in range(len(labels))]
    for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        kind, name = KINDS[column]
        found[row][kind].append(name)
    return found


def _silent(language: str, likely: Floats, **told: tuple[str, ...]) -> Reading:
    """A reading without a customer's judgement: of a reply, or of what is not understood."""
    nothing = dict.fromkeys(("emotions", "questions", "worries", "worried", "topics", "acts"), ())
    return Reading(
        language=language, valence=None, asks=False, worry=False, likely=likely, **(nothing | told)
    )


def _only(likely: Floats, kinds: tuple[str, ...]) -> Floats:
    """The probabilities of these kinds; nothing is told of the others, not even a number."""
    return np.asarray(np.where(_of_kinds(kinds), likely, np.float32(0)), dtype=np.float32)


@cache
def _of_kinds(kinds: tuple[str, ...]) -> Any:
    return np.array([name.split(".")[0] in kinds for name in OF_A_TEXT])


def _said(text: str, spans: Spans) -> tuple[str, ...]:
    return tuple([text[start:end].strip()[:LONGEST_SAID] for start, end in spans])


def _shipped() -> Reader:
    from topofheart.understand.model import shipped

    return shipped()
