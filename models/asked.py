"""Train what tells which known question a customer asks: `python models/asked.py`.

The catalogue (`corpus/questions/`) has for each type of question its wordings in Dutch and English. A
multinomial regression on the same words, pieces and lexicon as the reader's; its weights are brought
back to a few dimensions, so that a word costs little, and those dimensions serve to group what is new.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import features
import numpy as np
from corpus import lines
from scipy.sparse import csr_array, hstack
from sklearn.linear_model import LogisticRegression
from train import RATED

from topofheart.understand.sums import stored
from topofheart.understand.telling import Telling
from topofheart.understand.words import WORD, plain

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "corpus" / "questions"
OUT = ROOT / "src" / "topofheart" / "understand" / "questions.npz"
DIMENSIONS, STRENGTH, SEED = 64, 8.0, 20261122
BUCKETS = 1 << 14
HIT_SCALE = 1.0
RESAMPLES = 6
LEAST_USUAL = 3


@dataclass(frozen=True)
class Kind:
    """One type of question: where in the journey, what is feared behind it, its name, its wordings."""

    id: str
    topic: str
    worry: str
    nl: str
    en: str
    wordings: tuple[tuple[str, str], ...]


def catalogue(folder: Path = CATALOGUE) -> list[Kind]:
    """Every type of question, in the order of the files."""
    found: list[Kind] = []
    for path in sorted(folder.glob("*.txt")):
        for block in re.split(r"(?m)^= ?", path.read_text(encoding="utf-8"))[1:]:
            head, *rest = block.strip().splitlines()
            id, topic, worry, nl, en = (part.strip() for part in head.split("|"))
            language, wordings = "nl", [("nl", nl), ("en", en)]
            for line in rest:
                if line.strip() == "-":
                    language = "en"
                elif line.strip():
                    wordings.append((language, line.strip()))
            found.append(Kind(id, topic, worry, nl, en, tuple(wordings)))
    return found


def entries_of(kinds: list[Kind], folder: Path = CATALOGUE) -> list[tuple[int, str]]:
    """What gives each type away: lines `id | Dutch entries | English entries` of the `.seeds` files."""
    places = {kind.id: place for place, kind in enumerate(kinds)}
    found = []
    for path in sorted(folder.glob("*.seeds")):
        for line in path.read_text(encoding="utf-8").splitlines():
            id, *lists = (part.strip() for part in line.split("|"))
            if id in places:
                found += [(places[id], entry) for part in lists for entry in part.split()]
    return found


def matrix(texts: list[str], vocabulary_of: list[str] | None = None) -> tuple[Any, Any, Any]:
    found = features.taken(texts)
    chosen = features.columns(found)
    of_segments = features.matrix(found, chosen)
    return features.whole(of_segments, found, len(texts)), found, chosen


def fitted(rows: Any, labels: Any) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, max_iter=150, tol=1e-5)
    return model.fit(rows, labels)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--out", type=Path, default=OUT)
    asked.add_argument(
        "--try", dest="tried", action="store_true", help="hold wordings back and tell the accuracy"
    )
    given = asked.parse_args()
    features.PIECE_BUCKETS = BUCKETS
    kinds = catalogue()
    texts = [text for kind in kinds for _, text in kind.wordings]
    labels = np.array([place for place, kind in enumerate(kinds) for _ in kind.wordings])
    rows, found, chosen = matrix(texts)
    entries = entries_of(kinds)
    hits = Telling(entries, len(kinds)).hits(texts)
    width = rows.shape[1]
    rows = hstack([rows, csr_array(HIT_SCALE * hits)], format="csr", dtype=np.float32)
    print(f"{len(kinds)} types, {len(texts)} wordings, {rows.shape[1]} columns", flush=True)
    if given.tried:
        return held_back(rows, labels, kinds)
    model = fitted(rows, labels)
    centred = (model.coef_ - model.coef_.mean(axis=0))[:, :width]
    of_hits = HIT_SCALE * model.coef_[:, width:].T
    left, sizes, right = np.linalg.svd(centred.T @ np.eye(len(kinds)), full_matrices=False)
    kept = left[:, :DIMENSIONS] * sizes[:DIMENSIONS]
    write(
        given.out,
        kinds,
        found,
        chosen,
        kept,
        right[:DIMENSIONS],
        model.intercept_,
        of_hits,
        entries,
        stability_of(rows, labels, kinds, model),
    )


def held_back(rows: Any, labels: Any, kinds: list[Kind]) -> None:
    """How often the right type is first, of wordings held back: one in four, four times."""
    languages = np.array([language for kind in kinds for language, _ in kind.wordings])
    fold = np.random.default_rng(SEED).integers(0, 4, len(labels))
    guess, sure = np.zeros(len(labels), dtype=int), np.zeros(len(labels))
    for number in range(4):
        model = fitted(rows[fold != number], labels[fold != number])
        likely = model.predict_proba(rows[fold == number])
        guess[fold == number] = model.classes_[likely.argmax(axis=1)]
        sure[fold == number] = likely.max(axis=1)
    for language in ("nl", "en"):
        of = languages == language
        print(language, "right:", round(float((guess == labels)[of].mean()), 3))
    for least in (0.2, 0.3, 0.4, 0.5, 0.6):
        told = sure >= least
        print(
            f"from {least}: told of {told.mean():.2f}, right {float((guess == labels)[told].mean()):.3f}"
        )
    wrong = [(kinds[a].id, kinds[b].id) for a, b in zip(labels, guess, strict=True) if a != b]
    print(Counter(wrong).most_common(15))


def stability_of(
    rows: Any, labels: Any, kinds: list[Kind], model: LogisticRegression
) -> dict[str, float]:
    """Of each type how well it keeps its members when the wordings are drawn anew: mean Jaccard.

    Hennig (2007), Computational Statistics & Data Analysis 52, 258-271; under .6 a group is not steady.
    """
    draw = np.random.default_rng(SEED)
    usual = model.predict(rows)
    kept = np.zeros(len(kinds))
    for _ in range(RESAMPLES):
        sample = draw.integers(0, len(labels), len(labels))
        other = (
            LogisticRegression(C=STRENGTH, max_iter=25, tol=1e-3)
            .fit(rows[sample], labels[sample])
            .predict(rows)
        )
        for place in range(len(kinds)):
            one, two = usual == place, other == place
            kept[place] += (one & two).sum() / max(1, (one | two).sum())
    return {
        kind.id: round(float(value / RESAMPLES), 2) for kind, value in zip(kinds, kept, strict=True)
    }


def usual_words() -> dict[str, Any]:
    """In how many texts of the corpus each word occurs."""
    counts: Counter[str] = Counter()
    texts = [line.text for line in lines()]
    for text in texts:
        counts.update({plain(word) for word in WORD.findall(text)})
    return {
        "usual_of": len(texts),
        "usual": {word: n for word, n in counts.items() if n >= LEAST_USUAL},
    }


def write(
    path: Path,
    kinds: list[Kind],
    found: Any,
    chosen: Any,
    kept: Any,
    right: Any,
    bias: Any,
    of_hits: Any,
    entries: list[tuple[int, str]],
    stability: dict[str, float],
) -> None:
    words, negated, pieces, pairs, _ = chosen.blocks
    names = list(found.vocabulary)
    width = chosen.lexicon.shape[1]
    own = chosen.words
    of_words = features.WORD_SCALE * kept[:words]
    of_words = of_words + (features.pieces_of(found.vocabulary) @ kept[negated:pieces])[own]
    of_words = of_words + features.LEXICON_SCALE * chosen.lexicon[own] @ kept[pairs : pairs + width]
    turned = features.LEXICON_SCALE * chosen.lexicon[own] @ kept[pairs + width :]
    place = {word: number for number, word in enumerate(own)}
    for number, word in enumerate(chosen.negated):
        if word in place:
            turned[place[word]] += features.NEGATED_SCALE * kept[words + number]
    seeds = features.seeds()[1]
    stems = sorted(entry for entry in seeds if "*" in entry)
    pointing = kept[pairs + RATED : pairs + width]
    of_stems = features.LEXICON_SCALE * np.stack(
        [pointing[seeds[stem]].sum(axis=0) for stem in stems]
    )
    position = np.full(len(names), -1)
    position[own] = np.arange(len(own))
    first, second = np.divmod(chosen.pairs, features.PAIR)
    both = (position[first] >= 0) & (position[second] >= 0)
    codes = (position[first] * features.PAIR + position[second])[both]
    order = np.argsort(codes)
    weights = {
        "words": [names[word] for word in own],
        "of_words": of_words,
        "of_negated": turned,
        "of_pieces": kept[negated:pieces],
        "stems": stems,
        "of_stems": of_stems,
        "pairs": codes[order],
        "of_pairs": (features.PAIR_SCALE * kept[pieces:pairs])[both][order],
    }
    about = [
        {"id": k.id, "topic": k.topic, "worry": k.worry, "nl": k.nl, "en": k.en} for k in kinds
    ]
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            **stored(weights),
            right=right.astype(np.float32),
            bias=bias.astype(np.float32),
            of_hits=of_hits.astype(np.float32),
            about=np.frombuffer(
                json.dumps(
                    {"kinds": about, "entries": entries, "stability": stability, **usual_words()}
                ).encode(),
                np.uint8,
            ),
        )
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
