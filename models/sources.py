"""Everything a model is trained on, as examples: our own corpus, and the open sets that allow it.

A label that a set does not tell is unknown (NaN), never a no.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from corpus import Line, lines

from topofheart.understand.labels import (
    ACTS,
    EMOTIONS,
    OF_A_TEXT,
    TOPICS,
    UNDERSTOOD,
    VALENCES,
    WORRIES,
)

DATA = Path(os.environ.get("TOPOFHEART_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
PLACES = {name: place for place, name in enumerate(OF_A_TEXT)}
LONGEST = 2_000


@dataclass
class Example:
    """A text and what is known of it; `spans` only where questions and worries were marked."""

    text: str
    source: str
    group: str
    labels: dict[str, float]
    line: Line | None = None
    spans: dict[str, tuple[tuple[int, int], ...]] | None = field(default=None)


def known(examples: list[Example]) -> Any:
    """Labels as an array of examples × labels; what is unknown is NaN."""
    table = np.full((len(examples), len(OF_A_TEXT)), np.nan, dtype=np.float32)
    for row, example in enumerate(examples):
        for name, value in example.labels.items():
            table[row, PLACES[name]] = value
    return table


def own(folder: Path | None = None) -> list[Example]:
    """Our corpus, one example a line."""
    return [_own(line) for line in (lines(folder) if folder else lines())]


def _own(line: Line) -> Example:
    labels = one_of("language", UNDERSTOOD, line.language)
    if line.kind == "reply":
        labels |= some_of("act", ACTS, line.feels) | some_of("topic", TOPICS, line.topics)
        return Example(line.text, "own", line.voice, labels, line)
    labels |= one_of("valence", VALENCES, line.valence)
    labels |= some_of("emotion", EMOTIONS, line.feels)
    labels |= some_of("worry", WORRIES, line.worry)
    labels |= some_of("topic", TOPICS, line.topics)
    labels |= {"asks": float(bool(line.questions)), "worry": float(bool(line.worry))}
    spans = {"segment.asks": line.questions, "segment.worry": line.worries}
    return Example(line.text, "own", line.voice, labels, line, spans)


def one_of(kind: str, names: Iterable[str], name: str) -> dict[str, float]:
    return {f"{kind}.{one}": float(one == name) for one in names}


def some_of(kind: str, names: Iterable[str], chosen: Iterable[str]) -> dict[str, float]:
    found = set(chosen)
    return {f"{kind}.{one}": float(one in found) for one in names}


def _rows(path: str) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    return list(pq.read_table(DATA / path).to_pylist())


POSITIVE = {"gratitude": "gratitude", "joy": "joy", "amusement": "joy", "excitement": "joy", "love": "joy",
            "admiration": "joy", "relief": "relief"}  # fmt: skip
NEGATIVE = {"annoyance": "annoyance", "anger": "annoyance", "disgust": "annoyance", "disapproval": "annoyance",
            "disappointment": "disappointment", "sadness": "disappointment", "grief": "disappointment",
            "fear": "worry", "nervousness": "worry"}  # fmt: skip
MILD = {"approval", "caring", "optimism", "pride", "desire"}


def goemotions(part: str = "train") -> list[Example]:
    """GoEmotions: short English posts with 27 emotions, brought back to ours."""
    found = []
    for row in _rows(f"goemotions/{part}.parquet"):
        names = set(row["labels"])
        felt = {(POSITIVE | NEGATIVE | {"confusion": "confusion"}).get(name) for name in names} - {
            None
        }
        labels = one_of("language", UNDERSTOOD, "en")
        for emotion in EMOTIONS:
            labels[f"emotion.{emotion}"] = float(emotion in felt)
        if names & MILD:
            labels.pop("emotion.joy")
        valence = _valence(
            bool(names & POSITIVE.keys()), bool(names & NEGATIVE.keys()), names == {"neutral"}
        )
        if valence:
            labels |= one_of("valence", VALENCES, valence)
        found.append(Example(row["text"], "goemotions", row["id"], labels))
    return found


def _valence(good: bool, bad: bool, neutral: bool) -> str | None:
    if good and bad:
        return "mixed"
    return "positive" if good else "negative" if bad else "neutral" if neutral else None


THEMES = {
    "people": ("Staff manner & personal attributes", "Staff listening, understanding & involving patients",
               "Competence & training"),
    "contact": ("Contacting services",),
    "appointment": ("Appointment arrangements", "Appointment method"),
    "waiting": ("Timeliness of care",),
    "place": ("Cleanliness, tidiness & infection control", "Service location", "Parking",
              "Environment & Facilities"),
}  # fmt: skip


def nhs() -> list[Example]:
    """Comments of NHS patients: a sentiment of 1 (very good) to 5, and themes."""
    found = []
    for row in _rows("nhs_fft_feedback/fft_v6_a.parquet"):
        text, sentiment = row["FFT answer"], row["Comment sentiment"]
        if not text or sentiment is None:
            continue
        labels = one_of("language", UNDERSTOOD, "en")
        if sentiment != 3:
            labels |= one_of("valence", VALENCES, "positive" if sentiment < 3 else "negative")
        for topic, themes in THEMES.items():
            labels[f"topic.{topic}"] = float(any(row[theme] for theme in themes))
        found.append(Example(text[:LONGEST], "nhs", str(row["Comment ID"]), labels))
    return found


XED = {
    "anger": "annoyance",
    "disgust": "annoyance",
    "sadness": "disappointment",
    "fear": "worry",
    "joy": "joy",
}


def xed() -> list[Example]:
    """XED: lines of subtitles with an emotion, Dutch and English."""
    files = {"nl_projected_a": "nl", "en_annotated_a": "en", "en_neutral": "en"}
    found = []
    for file, language in files.items():
        for number, row in enumerate(_rows(f"xed/{file}.parquet")):
            names = set(row.get("labels") or ())
            labels = one_of("language", UNDERSTOOD, language)
            felt = {XED.get(name) for name in names} - {None}
            for emotion in ("annoyance", "disappointment", "worry", "joy"):
                labels[f"emotion.{emotion}"] = float(emotion in felt)
            valence = _valence("joy" in felt, bool(felt - {"joy"}), file == "en_neutral")
            if valence:
                labels |= one_of("valence", VALENCES, valence)
            found.append(Example(row["text"], "xed", f"{file}-{number}", labels))
    return found


def requests() -> list[Example]:
    """Questions to banks and assistants: banking77, CLINC150, NLU++; something is asked, matter-of-factly."""
    found = []
    files = ("banking77/train", "clinc150/train_val", "nlupp/folds_0_13")
    for file in files:
        for number, row in enumerate(_rows(f"{file}.parquet")):
            if file != "banking77/train" and number % 4:
                continue
            labels = one_of("language", UNDERSTOOD, "en")
            if file == "banking77/train":
                labels["asks"] = 1.0
            found.append(Example(row["text"], "requests", f"{file}-{number}", labels))
    return found


def complaints() -> list[Example]:
    """Complaints about American financial firms, by their beginning."""
    found = []
    for number, row in enumerate(_rows("cfpb_complaints/sample_2025_a.parquet")):
        text = row["Consumer complaint narrative"]
        if text:
            labels = one_of("language", UNDERSTOOD, "en") | one_of("valence", VALENCES, "negative")
            found.append(Example(text[:600], "complaints", str(number), labels))
    return found


def tongues() -> list[Example]:
    """Texts of our own in neither language, and very short ones in one of the two."""
    folder = Path(__file__).parents[1] / "corpus" / "tongues"
    found = []
    for name in ("other", "short"):
        for number, row in enumerate(
            (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        ):
            code, _, text = row.partition("|")
            if text and code != "both":
                language = "other" if name == "other" else code
                labels = one_of("language", UNDERSTOOD, language)
                found.append(Example(text, "tongues", f"{name}-{number}", labels))
    return found


SETS: dict[str, Callable[[], list[Example]]] = {
    "own": own, "goemotions": goemotions, "nhs": nhs, "xed": xed, "requests": requests,
    "complaints": complaints, "tongues": tongues,
}  # fmt: skip
