"""Train what tells which known question a customer asks: `python models/asked.py`.

The catalogue (`corpus/questions/`) has for each type of question its wordings in Dutch and English; with
them come questions that sound like a type and are none, and the questions of the corpus, each labelled with
its type or none. A multinomial regression on the same words, pieces and lexicon as the reader's; its weights
are brought back to a few dimensions, so that a word costs little, and those dimensions serve to group what
is new.
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
import sources
from corpus import lines
from scipy.sparse import csr_array, hstack
from sklearn.linear_model import LogisticRegression
from sources import DATA
from train import RATED

from topofheart.understand.sums import stored
from topofheart.understand.telling import Telling
from topofheart.understand.words import WORD, plain

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "corpus" / "questions"
OUT = ROOT / "src" / "topofheart" / "understand" / "questions.npz"
DIMENSIONS, STRENGTH, SEED = 64, 8.0, 20261122
STEPS, QUICK = 100, 40
NONE, OURS = "none", ("catalogue", "more")
# What only sounds like a type is written down far more often than customers ask it.
OFTENER = 2.0
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


@dataclass(frozen=True)
class Example:
    """A question with its type (`none`: no type asks this), and whose pen it is from."""

    kind: str
    language: str
    text: str
    voice: str


def examples(kinds: list[Kind]) -> list[Example]:
    """The wordings of every type, those added by others with what only sounds like it, and the corpus's own questions."""
    found = [
        Example(kind.id, language, text, "catalogue")
        for kind in kinds
        for language, text in kind.wordings
    ]
    for row in (CATALOGUE / "more.tsv").read_text(encoding="utf-8").splitlines():
        kind, language, text = row.split("\t")
        found.append(Example(kind, language, text, "more"))
    return found + of_the_corpus()


def of_the_corpus() -> list[Example]:
    """The questions marked in the corpus, labelled in `asked.tsv`; none where only what stands around tells."""
    labels = dict(
        row.split("\t")
        for row in (CATALOGUE / "asked.tsv").read_text(encoding="utf-8").splitlines()
    )
    return [
        Example(
            NONE if kind.startswith("~") else kind, line.language, line.text[start:end], line.voice
        )
        for line in lines()
        for number, (start, end) in enumerate(line.questions, 1)
        for kind in (labels.get(f"{line.id}#{number}"),)
        if kind
    ]


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


def matrix(texts: list[str]) -> tuple[Any, Any, Any]:
    found = features.taken(texts)
    chosen = features.columns(found)
    of_segments = features.matrix(found, chosen)
    return features.whole(of_segments, found, len(texts)), found, chosen


def fitted(rows: Any, labels: Any, steps: int) -> LogisticRegression:
    """A model whose last class is that no type asks this."""
    model = LogisticRegression(C=STRENGTH, max_iter=steps, tol=1e-4).fit(rows, labels)
    model.intercept_[-1] -= np.log(OFTENER)
    return model


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--out", type=Path, default=OUT)
    asked.add_argument(
        "--try",
        dest="tried",
        action="store_true",
        help="hold voices back and tell how often it is right",
    )
    given = asked.parse_args()
    features.PIECE_BUCKETS = BUCKETS
    kinds = catalogue()
    told = examples(kinds)
    if given.tried:
        return held_back(told, kinds)
    rows, found, chosen = matrix([one.text for one in told])
    entries = entries_of(kinds)
    width = rows.shape[1]
    rows = with_hits(rows, told, entries, kinds)
    labels = labels_of(told, kinds)
    print(f"{len(kinds)} types, {len(told):,} questions, {rows.shape[1]:,} columns", flush=True)
    model = fitted(rows, labels, STEPS)
    centred = (model.coef_ - model.coef_.mean(axis=0))[:, :width]
    of_hits = HIT_SCALE * model.coef_[:, width:].T
    left, sizes, right = np.linalg.svd(centred.T, full_matrices=False)
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
        stability_of(rows, labels, kinds),
    )


def with_hits(
    rows: Any, told: list[Example], entries: list[tuple[int, str]], kinds: list[Kind]
) -> Any:
    """The rows, and behind them how many entries of each type hold."""
    hits = Telling(entries, len(kinds)).hits([one.text for one in told])
    return hstack([rows, csr_array(HIT_SCALE * hits)], format="csr", dtype=np.float32)


def labels_of(told: list[Example], kinds: list[Kind]) -> Any:
    """The place of each question's type; behind them all stands `none`."""
    places = {kind.id: place for place, kind in enumerate(kinds)} | {NONE: len(kinds)}
    return np.array([places[one.kind] for one in told])


def held_back(told: list[Example], kinds: list[Kind]) -> None:
    """Of the corpus's questions, voices held back: how often a type is told, and right; and of a bank's."""
    own = np.array([one.voice not in OURS for one in told])
    voices = sorted({one.voice for one in told} - set(OURS))
    fold = np.array([voices.index(one.voice) % 4 if one.voice in voices else -1 for one in told])
    bank = of_a_bank()
    every = [*told, *(Example(NONE, "en", text, "bank") for text, _ in bank)]
    rows = with_hits(matrix([one.text for one in every])[0], every, entries_of(kinds), kinds)
    labels = labels_of(told, kinds)
    likely = np.zeros((len(told), len(kinds) + 1))
    for number in range(4):
        rest = fold != number
        model = fitted(rows[: len(told)][rest], labels[rest], STEPS)
        held = np.flatnonzero(own & ~rest)
        likely[np.ix_(held, model.classes_)] = model.predict_proba(rows[held])
    for language in ("nl", "en"):
        of = own & np.array([one.language == language for one in told])
        right = np.eye(len(kinds) + 1, dtype=bool)[labels[of]]
        tell(f"corpus, {language}", likely[of], right)
    ids = {kind.id: place for place, kind in enumerate(kinds)} | {NONE: len(kinds)}
    right = np.zeros((len(bank), len(kinds) + 1), dtype=bool)
    for row, (_, accepted) in enumerate(bank):
        right[row, [ids[one] for one in accepted]] = True
    tell("bank", model.predict_proba(rows[len(told) :]), right)


def of_a_bank() -> list[tuple[str, list[str]]]:
    """A third of Banking77's questions, never trained on, with the types that are right for their intent."""
    import pyarrow.parquet as pq

    lines = (ROOT / "models" / "banking77.tsv").read_text(encoding="utf-8").splitlines()
    accepted = {intent: ids.split(",") for intent, ids in (line.split("\t") for line in lines)}
    found = pq.read_table(DATA / "banking77" / "train.parquet").to_pylist()[::3]
    return [(row["text"], accepted[row["category"]]) for row in found]


def tell(name: str, likely: Any, right: Any) -> None:
    """From each certainty on: how many are told a type, how often it is right, how many of those with one get it."""
    best, sure = likely.argmax(axis=1), likely.max(axis=1)
    hit = right[np.arange(len(best)), best]
    typed = right[:, :-1].any(axis=1)
    for least in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        told = (sure >= least) & (best < likely.shape[1] - 1)
        print(
            f"{name}: from {least} told of {told.mean():.2f}, right {hit[told].mean():.2f}, "
            f"found {(hit & told).sum() / typed.sum():.2f}"
        )


def stability_of(rows: Any, labels: Any, kinds: list[Kind]) -> dict[str, float]:
    """Of each type how well it keeps its members when the wordings are drawn anew: mean Jaccard.

    Hennig (2007), Computational Statistics & Data Analysis 52, 258-271; under .6 a group is not steady.
    """
    draw = np.random.default_rng(SEED)
    usual = fitted(rows, labels, QUICK).predict(rows)
    kept = np.zeros(len(kinds))
    for _ in range(RESAMPLES):
        sample = draw.integers(0, len(labels), len(labels))
        other = fitted(rows[sample], labels[sample], QUICK).predict(rows)
        for place in range(len(kinds)):
            one, two = usual == place, other == place
            kept[place] += (one & two).sum() / max(1, (one | two).sum())
    return {
        kind.id: round(float(value / RESAMPLES), 2) for kind, value in zip(kinds, kept, strict=True)
    }


def usual_words() -> dict[str, Any]:
    """By language: of how many texts of all kinds, and in how many of them each word occurs."""
    texts: dict[str, list[str]] = {"nl": [], "en": []}
    for one in (*sources.own(), *sources.goemotions(), *sources.xed()):
        texts["nl" if one.labels["language.nl"] else "en"].append(one.text)
    found = {}
    for language, said in texts.items():
        counts = Counter(
            word for text in said for word in {plain(one) for one in WORD.findall(text)}
        )
        found[language] = [len(said), {word: n for word, n in counts.items() if n >= LEAST_USUAL}]
    return found


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
                    {
                        "kinds": about,
                        "entries": entries,
                        "stability": stability,
                        "usual": usual_words(),
                    }
                ).encode(),
                np.uint8,
            ),
        )
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
