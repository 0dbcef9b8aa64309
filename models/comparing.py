"""The judgement of texts, ours beside the peers': on the same texts, with the interval of the difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import sources
from counting import drawn, f1s, interval, one_hot
from peers import ABOVE, PEERS
from sources import PLACES, Example

from topofheart.understand.labels import VALENCES

THREE, TWO = ("negative", "neutral", "positive"), ("negative", "positive")
CUTS = np.round(np.arange(-0.6, 0.61, 0.05), 2)


@dataclass
class Judged:
    """Texts of which the judgement is known, and what the reader gives for each class."""

    name: str
    language: str
    texts: list[str]
    truth: Any
    likely: Any

    @property
    def classes(self) -> tuple[str, ...]:
        return THREE if (self.truth == "neutral").any() else TWO


def judged_of(name: str, language: str, examples: list[Example], likely: Any) -> Judged:
    """The texts that are judged negative, neutral or positive; mixed ones have no class at the peers."""
    table = sources.known(examples)[:, [PLACES[f"valence.{one}"] for one in VALENCES]]
    rows = np.flatnonzero(~np.isnan(table[:, 0]) & (table[:, VALENCES.index("mixed")] < 0.5))
    truth = np.array(VALENCES)[table[rows].argmax(axis=1)]
    return Judged(name, language, [examples[row].text for row in rows], truth, likely[rows])


def compared(judged: Judged) -> list[dict[str, Any]]:
    """Ours beside each peer of the language, on the same texts and classes; the peer also at its best cuts."""
    classes, order = judged.classes, drawn(len(judged.texts))
    truth = one_hot([classes.index(one) for one in judged.truth], len(classes))
    places = [PLACES[f"valence.{one}"] for one in classes]
    ours = one_hot(judged.likely[:, places].argmax(axis=1), len(classes))
    found = []
    for peer in PEERS[judged.language]:
        scores = peer.scores(judged.texts)
        low, high = (peer.low, peer.high) if len(classes) == 3 else (0.0, ABOVE)
        theirs = classed(scores, low, high, len(classes))
        best = best_cuts(scores, truth)
        mine, other, other_best = (
            f1s(truth, one, order).mean(axis=1) for one in (ours, theirs, best)
        )
        points = [float(f1s(truth, one)[0].mean()) for one in (ours, theirs, best)]
        found.append(
            {
                "set": judged.name, "language": judged.language, "peer": peer.name, "texts": len(scores), "classes": len(classes),
                "ours": [points[0], *interval(mine)], "theirs": [points[1], *interval(other)],
                "best": [points[2], *interval(other_best)],
                "difference": [points[0] - points[1], *interval(mine - other)],
                "difference_best": [points[0] - points[2], *interval(mine - other_best)],
            }
        )  # fmt: skip
    return found


def confusion(judged: Judged) -> dict[str, dict[str, int]]:
    """For each true class how many texts ours says to be of each class."""
    places = [PLACES[f"valence.{one}"] for one in judged.classes]
    said = np.array(judged.classes)[judged.likely[:, places].argmax(axis=1)]
    return {
        truth: {one: int(((judged.truth == truth) & (said == one)).sum()) for one in judged.classes}
        for truth in judged.classes
    }


def best_cuts(scores: Any, truth: Any) -> Any:
    """The classes by the cuts that suit these very texts best: more than a user of the peer could know."""
    classes = truth.shape[1]
    pairs = [
        (low, high)
        for low in CUTS
        for high in CUTS
        if (high > low if classes == 3 else high == low)
    ]
    tried = (classed(scores, low, high, classes) for low, high in pairs)
    return max(tried, key=lambda one: float(f1s(truth, one)[0].mean()))


def classed(scores: Any, low: float, high: float, classes: int) -> Any:
    """Negative up to `low`, positive from `high`; with two classes all that is not positive is negative."""
    if classes == 2:
        return one_hot((scores >= high).astype(int), 2)
    return one_hot(np.where(scores >= high, 2, np.where(scores <= low, 0, 1)), 3)


def called_negative(texts: list[str], likely: Any) -> list[dict[str, Any]]:
    """Of texts that are all complaints the share that is called negative, ours and the peers'."""
    ours = likely[:, [PLACES[f"valence.{one}"] for one in VALENCES]].argmax(axis=1) == 0
    order = drawn(len(texts)) / len(texts)
    rows = [
        {"who": "ours", "share": [float(ours.mean()), *interval(order @ ours)], "texts": len(texts)}
    ]
    for peer in PEERS["en"]:
        theirs = peer.scores(texts) <= peer.low
        gap = [float(ours.mean() - theirs.mean()), *interval(order @ ours - order @ theirs)]
        rows.append(
            {
                "who": peer.name,
                "share": [float(theirs.mean()), *interval(order @ theirs)],
                "difference": gap,
            }
        )
    return rows
