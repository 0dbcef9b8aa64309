"""Train the model that is shipped: `python models/train.py [--out weights.npz] [--without SOURCE]`.

Two steps. A logistic regression per label gives every word, piece and pair its weight. A second one
weighs the text against its segments; it is fitted on scores that the first step gave to voices it had
not seen, and so its probabilities are calibrated.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

import features
import numpy as np
import sources
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression

from topofheart.understand.labels import COLUMNS, OF_A_SEGMENT, OF_A_TEXT, of_kind
from topofheart.understand.model import sigmoid, sizes
from topofheart.understand.sums import stored

RATED = 7
SEED, FOLDS = 20261122, 4
STRENGTH, TOLD_STRENGTH = 4.0, 0.02
SEGMENT_STRENGTH = 4.0
WEIGHTS = {
    "own": 1.0,
    "goemotions": 0.25,
    "nhs": 0.5,
    "xed": 0.2,
    "requests": 0.2,
    "complaints": 0.2,
    "tongues": 0.5,
}
# The second step learns from these: the customers' texts, and for the language the texts in others.
OURS = ("own", "tongues")
OUT = Path(__file__).parents[1] / "src" / "topofheart" / "understand" / "weights.npz"


class Trainer:
    """Examples as one matrix, fitted on any part of them."""

    def __init__(self, examples: list[sources.Example]) -> None:
        self.examples = examples
        self.found = features.taken([example.text for example in examples], also=features.rated())
        self.columns = features.columns(self.found)
        self.of_segments = features.matrix(self.found, self.columns)
        self.of_texts = features.whole(self.of_segments, self.found, len(examples))
        self.of_single = features.scaled(self.of_segments, self.found.lengths)
        self.labels = sources.known(examples)
        self.segment_labels = self._segment_labels()
        self.weight = np.array([WEIGHTS.get(example.source, 0.3) for example in examples])
        self.sources = np.array([example.source for example in examples])
        self.own = self.sources == "own"
        self.ours = np.isin(self.sources, OURS)
        self.groups = np.array([example.group for example in examples])

    def _segment_labels(self) -> Any:
        """Segments × (asks, worry): yes where half of the segment or of a marked span meets."""
        table = np.full((len(self.found.spans), len(OF_A_SEGMENT)), np.nan, dtype=np.float32)
        for row, ((start, end), of) in enumerate(
            zip(self.found.spans, self.found.text, strict=True)
        ):
            spans = self.examples[of].spans
            if spans is None:
                if self.examples[of].labels.get("asks") == 1.0:
                    table[row, 0] = 1.0
                continue
            for place, name in enumerate(OF_A_SEGMENT):
                table[row, place] = any(
                    min(end, last) - max(start, first) >= 0.5 * min(end - start, last - first)
                    for first, last in spans[name]
                )
        return table

    def fit(self, chosen: Any) -> tuple[Any, Any]:
        """Weights (features × columns) and bias, from the chosen examples."""
        tasks = [
            (self.of_texts, self.labels[:, place], chosen, STRENGTH)
            for place in range(len(OF_A_TEXT))
        ]
        of_segment = chosen[self.found.text]
        tasks += [
            (self.of_single, self.segment_labels[:, place], of_segment, SEGMENT_STRENGTH)
            for place in range(len(OF_A_SEGMENT))
        ]
        weights = [self.weight] * len(OF_A_TEXT) + [self.weight[self.found.text]] * len(
            OF_A_SEGMENT
        )
        done = Parallel(n_jobs=2)(
            delayed(one_label)(rows, labels, part, weight, strength)
            for (rows, labels, part, strength), weight in zip(tasks, weights, strict=True)
        )
        return np.stack([one[0] for one in done], axis=1), np.array([one[1] for one in done])

    def inputs(self, coefficients: Any, bias: Any, chosen: Any) -> Any:
        """What the second step sees of the chosen texts."""
        segment = np.flatnonzero(chosen[self.found.text])
        single = self.of_single[segment] @ coefficients + bias
        texts = self.of_texts[np.flatnonzero(chosen)] @ coefficients + bias
        of = self.found.text[segment]
        first = np.flatnonzero(np.concatenate([[True], of[1:] != of[:-1]]))
        counts = np.diff(np.concatenate([first, [len(of)]]))
        words = np.add.reduceat(self.found.lengths[segment], first)
        parts = [texts, np.maximum.reduceat(single, first), np.minimum.reduceat(single, first)]
        return np.concatenate([*parts, sizes(words, counts)], axis=1).astype(np.float32)

    def folds(self, part: Any) -> Any:
        """The fold of each of our texts, whole groups together; -1 where a text is in none."""
        fold = np.full(len(self.examples), -1)
        for source in OURS:
            chosen = part & (self.sources == source)
            groups = sorted(set(self.groups[chosen]))
            np.random.default_rng(SEED).shuffle(groups)
            place = {group: number % FOLDS for number, group in enumerate(groups)}
            fold[chosen] = [place[group] for group in self.groups[chosen]]
        return fold

    def out_of_fold(self, part: Any) -> Any:
        """The second step's inputs for our own texts, each by weights that never saw its group."""
        fold = self.folds(part)
        wide = np.zeros((len(self.examples), 3 * len(COLUMNS) + 2), dtype=np.float32)
        for number in range(FOLDS):
            held = fold == number
            coefficients, bias = self.fit(part & ~held)
            wide[held] = self.inputs(coefficients, bias, held)
            print(f"fold {number + 1} of {FOLDS}", flush=True)
        return wide

    def unseen(self, wide: Any, part: Any) -> Any:
        """Probabilities of our own texts, each by weights that never saw its group in either step."""
        fold = self.folds(part)
        likely = np.zeros((len(self.examples), len(OF_A_TEXT)), dtype=np.float32)
        for number in range(FOLDS):
            held = fold == number
            weights, bias = self.told(wide, part & ~held)
            likely[held] = sigmoid(wide[held] @ weights + bias)
        for kind in ("language", "valence"):
            block = likely[:, of_kind(kind)]
            block /= np.maximum(block.sum(axis=1, keepdims=True), 1e-9)
        return likely

    def judged(self, likely: Any, part: Any) -> tuple[dict[str, float], dict[str, Any]]:
        """From which probability each label holds (best F1), and how often it errs then, by language.

        On the probabilities of `unseen`.
        """
        rows = np.flatnonzero(self.ours & part)
        thresholds, errors = {}, {}
        languages = np.array(
            [example.line.language if example.line else "" for example in self.examples]
        )
        for place, name in enumerate(OF_A_TEXT):
            known = rows[~np.isnan(self.labels[rows, place])]
            truth, given = self.labels[known, place] > 0.5, likely[known, place]
            thresholds[name] = best_threshold(truth, given)
            said = given >= thresholds[name]
            if name.startswith("valence."):  # the likeliest one is told
                said = given >= likely[known][:, of_kind("valence")].max(axis=1)
            errors[name] = {
                language: [
                    int((said & truth & of).sum()),
                    int((truth & of).sum()),
                    int((~said & ~truth & of).sum()),
                    int((~truth & of).sum()),
                ]
                for language in ("nl", "en")
                for of in (languages[known] == language,)
            }
        return thresholds, errors

    def told(self, wide: Any, part: Any) -> tuple[Any, Any]:
        """The second step, from the inputs of `out_of_fold`."""
        chosen = self.ours & part
        done = Parallel(n_jobs=2)(
            delayed(one_label)(
                wide, self.labels[:, place], chosen, np.ones(len(wide)), TOLD_STRENGTH, dense=True
            )
            for place in range(len(OF_A_TEXT))
        )
        return np.stack([one[0] for one in done], axis=1), np.array([one[1] for one in done])


def one_label(
    rows: Any, labels: Any, part: Any, weight: Any, strength: float, *, dense: bool = False
) -> Any:
    """The weights of one label; zeros and a low bias where nobody says yes."""
    known = np.flatnonzero(part & ~np.isnan(labels))
    target = labels[known] > 0.5
    if target.sum() < 3 or target.all():
        return np.zeros(rows.shape[1], np.float32), -6.0 if target.sum() < 3 else 6.0
    solver = "lbfgs" if dense else "liblinear"
    model = LogisticRegression(
        C=strength, solver=solver, max_iter=1000, tol=1e-5 if dense else 1e-3, random_state=SEED
    )
    model.fit(rows[known], target, sample_weight=weight[known])
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def best_threshold(truth: Any, given: Any) -> float:
    """The cut with the best F1, between 0.2 and 0.7 so that a rare label cannot ask for nonsense."""
    cuts = np.arange(0.2, 0.71, 0.02)
    scores = [
        2 * (truth & (given >= cut)).sum() / max(1, truth.sum() + (given >= cut).sum())
        for cut in cuts
    ]
    return round(float(cuts[int(np.argmax(scores))]), 2)


def folded(
    trainer: Trainer, coefficients: Any, bias: Any, told: Any, about: dict[str, Any]
) -> dict[str, Any]:
    """The weights as the reader wants them: everything about a word added up in its row."""
    words, negated, pieces, pairs, _ = trainer.columns.blocks
    names = list(trainer.found.vocabulary)
    chosen = trainer.columns.words
    of_pieces = coefficients[negated:pieces]
    lexicon = trainer.columns.lexicon
    width = lexicon.shape[1]
    rows = features.WORD_SCALE * coefficients[:words]
    rows = rows + (features.pieces_of(trainer.found.vocabulary) @ of_pieces)[chosen]
    rows = rows + features.LEXICON_SCALE * lexicon[chosen] @ coefficients[pairs : pairs + width]
    turned = features.LEXICON_SCALE * lexicon[chosen] @ coefficients[pairs + width :]
    place = {word: number for number, word in enumerate(chosen)}
    for number, word in enumerate(trainer.columns.negated):
        if word in place:
            turned[place[word]] += features.NEGATED_SCALE * coefficients[words + number]
    position = np.full(len(names), -1)
    position[chosen] = np.arange(len(chosen))
    first, second = np.divmod(trainer.columns.pairs, features.PAIR)
    both = (position[first] >= 0) & (position[second] >= 0)
    codes = position[first] * features.PAIR + position[second]
    order = np.argsort(codes[both])
    entries = features.seeds()[1]
    stems = sorted(entry for entry in entries if "*" in entry)
    pointing = coefficients[pairs + RATED : pairs + width]
    of_stems = features.LEXICON_SCALE * np.stack(
        [pointing[entries[stem]].sum(axis=0) for stem in stems]
    )
    weights = stored(
        {
            "words": [names[word] for word in chosen],
            "of_words": rows,
            "of_negated": turned,
            "of_pieces": of_pieces,
            "stems": stems,
            "of_stems": of_stems,
            "pairs": codes[both][order],
            "of_pairs": (features.PAIR_SCALE * coefficients[pieces:pairs])[both][order],
        }
    )
    return {
        **weights,
        "bias": bias.astype(np.float32),
        "told": told[0].astype(np.float32),
        "told_bias": told[1].astype(np.float32),
        "about": np.frombuffer(json.dumps(about).encode(), np.uint8),
    }


def examples_without(names: list[str]) -> list[sources.Example]:
    """The examples of every source but these."""
    return [one for name, read in sources.SETS.items() if name not in names for one in read()]


def trained(trainer: Trainer, part: Any, without: list[str]) -> tuple[dict[str, Any], Any]:
    """The weights as the reader wants them, and probabilities of our own texts as if unseen."""
    wide = trainer.out_of_fold(part)
    likely = trainer.unseen(wide, part)
    thresholds, errors = trainer.judged(likely, part)
    told = trainer.told(wide, part)
    coefficients, bias = trainer.fit(part)
    mark = crc32(np.ascontiguousarray(told[0], dtype=np.float32).tobytes())
    about = {
        "name": f"topofheart-{date.today()}-{mark:08x}",
        "without": without,
        "texts": int(part.sum()),
        "own_texts": int((trainer.own & part).sum()),
        "thresholds": thresholds,
        "errors": errors,
    }
    return folded(trainer, coefficients, bias, told, about), likely


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--out", type=Path, default=OUT)
    asked.add_argument("--without", action="append", default=[])
    asked.add_argument("--hold", default="", help="voices that training may not see, with commas")
    given = asked.parse_args()
    began = time.perf_counter()
    trainer = Trainer(examples_without(given.without))
    size = f"{len(trainer.examples):,} texts, {trainer.of_texts.shape[1]:,} columns"
    print(f"{size}, {time.perf_counter() - began:.0f} s", flush=True)
    part = ~np.isin(trainer.groups, given.hold.split(","))
    weights, _ = trained(trainer, part, given.without)
    with given.out.open("wb") as file:
        np.savez_compressed(file, **weights)
    print(
        f"{given.out}: {given.out.stat().st_size / 1e6:.1f} MB, {time.perf_counter() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
