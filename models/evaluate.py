"""Measure the reader beside its peers: `python models/evaluate.py --keep FOLDER [--cards]`.

Trains without whole voices, sectors and sources, scores what was left out, and writes the figures to
`figures.json` in the folder. What was trained is kept there too: a second run only scores and counts.
With `--cards` the model card, the data card and the size of the errors of shares are written from them
(`models/cards.py`, `models/shares.py`).
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import sources
from agreement import agreements
from comparing import Judged, called_negative, compared, confusion, judged_of
from counting import RESAMPLES, auc, calibration_error, drawn, f1s, interval, one_hot
from peers import PEERS
from shares import shares_of, truth_of
from sources import DATA, LONGEST, PLACES, Example
from train import FOLDS, WEIGHTS, Trainer, best_threshold, examples_without, trained

from topofheart.understand.labels import (
    ACTS,
    EMOTIONS,
    TOPICS,
    UNDERSTOOD,
    VALENCES,
    WORRIES,
)
from topofheart.understand.model import Model, loaded

# A folder of what was trained holds for these and for the corpus.
MADE_BY = ("train", "features", "sources", "corpus")
# Each training leaves these sources out as a whole.
WITHOUT = {"nhs": ["nhs", "complaints"], "goemotions": ["goemotions"], "xed": ["xed"]}
GROUPS = {"emotion": EMOTIONS, "worry": WORRIES, "topic": TOPICS, "act": ACTS}
CLUSTERS = {
    "annoyance": {"Annoyance", "Anger"}, "gratitude": {"Gratitude"}, "joy": {"Joy"},
    "disappointment": {"Disappointment"}, "worry": {"Nervousness"}, "relief": {"Relief"},
}  # fmt: skip
STRATEGIES = (
    ("Explanation", "explain"), ("Request_information", "ask"), ("Help_offline", "ask"),
    ("Help_offline", "send_away"), ("Apology", "apologise"), ("Empathy", "acknowledge"),
    ("Gratitude", "thank"),
)  # fmt: skip


def trained_across(keep: Path, by: str) -> dict[str, Any]:
    """Probabilities of our own texts by weights that saw none of their voice (or sector)."""
    path = keep / f"by_{by}.npz"
    if not path.exists():
        trainer = Trainer(examples_without([]))
        everything = np.ones(len(trainer.examples), dtype=bool)
        if by == "voice":
            weights, likely = trained(trainer, everything, [])
            _save(keep / "everything.npz", weights)
        else:
            trainer.groups = np.array(
                [one.line.sector if one.line else one.group for one in trainer.examples]
            )
            likely = trainer.unseen(trainer.out_of_fold(everything), everything)
        ours = trainer.ours
        _save(path, {"likely": likely[ours], "fold": trainer.folds(everything)[ours]})
    return dict(np.load(path))


def model_without(keep: Path, name: str) -> Model:
    """A model that saw nothing of the sources left out under this name."""
    path = keep / f"without_{name}.npz"
    if not path.exists():
        trainer = Trainer(examples_without(WITHOUT[name]))
        weights, _ = trained(trainer, np.ones(len(trainer.examples), dtype=bool), WITHOUT[name])
        _save(path, weights)
    return loaded(path)


def _save(path: Path, arrays: dict[str, Any]) -> None:
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


# Our own corpus.


def said_across(found: dict[str, Any], labels: Any) -> Any:
    """Which labels hold, each fold by the thresholds of the other folds; the likeliest of valences and languages."""
    likely, fold = found["likely"], found["fold"]
    said = np.zeros(likely.shape, dtype=bool)
    for number in range(FOLDS):
        held, rest = fold == number, fold != number
        for place in range(likely.shape[1]):
            known = rest & ~np.isnan(labels[:, place])
            cut = best_threshold(labels[known, place] > 0.5, likely[known, place])
            said[held, place] = likely[held, place] >= cut
    for kind, names in (("valence", VALENCES), ("language", UNDERSTOOD)):
        places = [PLACES[f"{kind}.{name}"] for name in names]
        said[:, places] = one_hot(likely[:, places].argmax(axis=1), len(names))
    return said


def own_figures(found: dict[str, Any], ours: list[Example]) -> dict[str, Any]:
    """Per language: F1 of every label, and the mean of each group of labels."""
    labels = sources.known(ours)
    said = said_across(found, labels)
    own = np.array([one.line.language if one.line else "" for one in ours])
    return {language: _of_language(labels, said, own == language) for language in ("nl", "en")}


def _of_language(labels: Any, said: Any, of: Any) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    groups = {"valence": VALENCES, "asks": ("",), "worry?": ("",), **GROUPS}
    for group, names in groups.items():
        kind = group.rstrip("?")
        places = [PLACES[f"{kind}.{name}" if name else kind] for name in names]
        rows = np.flatnonzero(of & ~np.isnan(labels[:, places[0]]))
        truth, told = labels[rows][:, places] > 0.5, said[rows][:, places]
        draws = f1s(truth, told, drawn(len(rows)))
        point = f1s(truth, told)[0]
        figures[group] = [float(point.mean()), *interval(draws.mean(axis=1)), len(rows)]
        if len(names) > 1:
            for place, name in enumerate(names):
                n = int(truth[:, place].sum())
                figures[f"{group}.{name}"] = [float(point[place]), *interval(draws[:, place]), n]
    return figures


def slices(found: dict[str, Any], ours: list[Example]) -> dict[str, Any]:
    """How often the judgement is right by kind of text and by what is odd about it, unseen voices."""
    places = [PLACES[f"valence.{name}"] for name in VALENCES]
    labels, given = sources.known(ours)[:, places], found["likely"][:, places]
    right = labels.argmax(axis=1) == given.argmax(axis=1)
    told: dict[str, Any] = {}
    judged = [(row, one.line) for row, one in enumerate(ours) if one.line and one.line.valence]
    for row, line in judged:
        for name in (line.kind, *(line.marks or ("nothing odd",))):
            told.setdefault(name, []).append(right[row])
    return {
        name: [
            float(np.mean(of)),
            *interval(drawn(len(of)) @ np.array(of, np.float32) / len(of)),
            len(of),
        ]
        for name, of in sorted(told.items())
    }


def calibration(found: dict[str, Any], ours: list[Example]) -> dict[str, float]:
    """Expected calibration error of every label over our own texts, unseen voices."""
    labels, likely = sources.known(ours), found["likely"]
    own = np.array([one.source == "own" for one in ours])
    errors = {}
    for name, place in PLACES.items():
        rows = np.flatnonzero((own | name.startswith("language")) & ~np.isnan(labels[:, place]))
        errors[name] = calibration_error(labels[rows, place] > 0.5, likely[rows, place])
    return errors


def languages(found: dict[str, Any], ours: list[Example], everything: Model) -> dict[str, Any]:
    """How often the language is right: our own texts cross-validated, and texts never trained on."""
    labels, likely = sources.known(ours)[:, :3], found["likely"][:, :3]
    right = labels.argmax(axis=1) == likely.argmax(axis=1)
    kind = np.array(
        [one.source if one.source == "own" else one.group.split("-")[0] for one in ours]
    )
    names = {"own": "customers' texts", "short": "one to three words", "other": "other languages"}
    rows = {
        f"{names[of]}, {UNDERSTOOD[place]}": right[(kind == of) & (labels[:, place] > 0.5)]
        for of, places in (("own", (0, 1)), ("short", (0, 1)), ("other", (2,)))
        for place in places
    }
    unseen = (
        ("xsid_nl/nl_valid", "text", 0),
        ("xsid_nl/en_valid", "text", 1),
        ("olist/reviews_text_pt_a", "review_comment_message", 2),
    )
    for path, column, place in unseen:
        texts = _texts(path, column)
        rows[f"{path} (never trained on), {UNDERSTOOD[place]}"] = (
            everything.scores(texts).labels[:, :3].argmax(axis=1) == place
        )
    return {
        name: [float(of.mean()), *interval(drawn(len(of)) @ of / len(of)), len(of)]
        for name, of in rows.items()
    }


def _texts(path: str, column: str) -> list[str]:
    texts = pq.read_table(DATA / f"{path}.parquet", columns=[column])[column].to_pylist()
    return [text for text in texts if text and text.strip()]


# Sources never seen.


def emotwics(customers: bool) -> list[dict[str, Any]]:
    told = "valence" if customers else "response_strats"
    rows = pq.read_table(DATA / "emotwics_nl_dev/turns.parquet").to_pylist()
    return [row for row in rows if row["is_customer"] == customers and row[told]]


def labels_of(model: Model, pairs: list[tuple[str, str, Any]], likely: Any) -> dict[str, Any]:
    """F1 of (name, label, truth): the label holds from the model's own threshold."""
    figures = {}
    for name, label, truth in pairs:
        known = ~np.isnan(truth)
        told = likely[known, PLACES[label]] >= model.thresholds.get(label, 0.5)
        yes = truth[known] > 0.5
        draws = f1s(yes[:, None], told[:, None], drawn(len(yes)))
        figures[name] = [
            float(f1s(yes[:, None], told[:, None])[0, 0]),
            *interval(draws[:, 0]),
            int(yes.sum()),
        ]
    return figures


def emotions_of(model: Model, examples: list[Example], likely: Any) -> dict[str, Any]:
    table = sources.known(examples)
    pairs = [(name, f"emotion.{name}", table[:, PLACES[f"emotion.{name}"]]) for name in EMOTIONS]
    return labels_of(model, [one for one in pairs if np.nansum(one[2]) > 0], likely)


def judged_own(across: dict[str, Any], ours: list[Example]) -> list[Judged]:
    found = []
    for by, told in across.items():
        for language in ("nl", "en"):
            rows = [
                row for row, one in enumerate(ours) if one.line and one.line.language == language
            ]
            examples = [ours[row] for row in rows]
            found.append(
                judged_of(f"own corpus, unseen {by}s", language, examples, told["likely"][rows])
            )
    return found


def elsewhere() -> list[tuple[str, str, str, list[Example]]]:
    """The sources that a model was trained without: name, language, which model, examples."""
    xed = sources.xed()
    return [
        ("NHS comments", "en", "nhs", sources.nhs()),
        ("GoEmotions (dev)", "en", "goemotions", sources.goemotions("dev")),
        ("XED subtitles", "nl", "xed", [one for one in xed if one.group.startswith("nl")]),
        ("XED subtitles", "en", "xed", [one for one in xed if one.group.startswith("en")]),
    ]


def judged_elsewhere(keep: Path, everything: Model) -> list[Judged]:
    found = [
        judged_of(name, language, examples, _likely(model_without(keep, without), examples))
        for name, language, without, examples in elsewhere()
    ]
    turns = emotwics(customers=True)
    texts = [row["text"] for row in turns]
    rated = np.array([row["valence"] for row in turns])
    truth = np.where(rated < 3, "negative", np.where(rated > 3, "positive", "neutral"))
    return [*found, Judged("EmoTwiCS (dev)", "nl", texts, truth, everything.scores(texts).labels)]


def emotions_elsewhere(keep: Path, everything: Model) -> dict[str, Any]:
    figures = {}
    for name, language, without, examples in elsewhere():
        if without != "nhs":
            model = model_without(keep, without)
            figures[f"{name}, {language}"] = emotions_of(model, examples, _likely(model, examples))
    turns = emotwics(customers=True)
    likely = everything.scores([row["text"] for row in turns]).labels
    pairs = [
        (
            name,
            f"emotion.{name}",
            np.array([float(bool(of & set(row["emo_clusters"] or ()))) for row in turns]),
        )
        for name, of in CLUSTERS.items()
    ]
    return figures | {"EmoTwiCS (dev), nl": labels_of(everything, pairs, likely)}


def shares_elsewhere(keep: Path, everything: Model) -> list[dict[str, Any]]:
    """Of every source never seen, how large the share of each label is and is read."""
    found = []
    for name, language, without, examples in elsewhere():
        model = model_without(keep, without)
        likely = _likely(model, examples)
        found += shares_of(f"{name}, {language}", model, likely, truth_of(examples))
    turns = emotwics(customers=True)
    rated = np.array([row["valence"] for row in turns])
    truth = {
        f"emotion.{name}": np.array(
            [float(bool(of & set(row["emo_clusters"] or ()))) for row in turns]
        )
        for name, of in CLUSTERS.items()
    }
    truth |= {"valence.negative": (rated < 3) * 1.0, "valence.positive": (rated > 3) * 1.0}
    likely = everything.scores([row["text"] for row in turns]).labels
    return found + shares_of("EmoTwiCS (dev), nl", everything, likely, truth)


def acts_elsewhere(everything: Model) -> dict[str, Any]:
    replies = emotwics(customers=False)
    likely = everything.scores([row["text"] for row in replies]).labels
    pairs = [
        (
            f"{name} → {act}",
            f"act.{act}",
            np.array([float(name in row["response_strats"]) for row in replies]),
        )
        for name, act in STRATEGIES
    ]
    return labels_of(everything, pairs, likely)


def complaints(model: Model) -> dict[str, Any]:
    found = {}
    for path in ("sample_2025_a", "sample_ujjwal"):
        texts = [
            one[:LONGEST]
            for one in _texts(f"cfpb_complaints/{path}", "Consumer complaint narrative")
        ]
        found[path] = called_negative(texts, model.scores(texts).labels)
    return found


def _likely(model: Model, examples: list[Example]) -> Any:
    return model.scores([one.text for one in examples]).labels


def worry_rated(everything: Model) -> dict[str, Any]:
    """How well P(worry) tells who rates their own worry 6 or more of 9 (covid_worry, long texts)."""
    rows = [
        row
        for row in pq.read_table(DATA / "covid_worry/rwwd_phase1_a.parquet").to_pylist()
        if row["text_long"]
    ]
    texts = [row["text_long"] for row in rows]
    truth = np.array([row["worry"] >= 6 for row in rows])
    given = {"ours, P(worry)": everything.scores(texts).labels[:, PLACES["worry"]]}
    given |= {f"{peer.name}, negativity": -peer.scores(texts) for peer in PEERS["en"]}
    return {
        name: [*auc(truth, score), len(truth), int(truth.sum())] for name, score in given.items()
    }


def figures(keep: Path) -> dict[str, Any]:
    """Everything that the cards tell, by its part."""
    ours = [*sources.own(), *sources.tongues()]
    across = {by: trained_across(keep, by) for by in ("voice", "sector")}
    everything = loaded(keep / "everything.npz")
    judged = [*judged_own(across, ours), *judged_elsewhere(keep, everything)]
    return {
        "date": str(date.today()),
        "model": everything.name,
        "resamples": RESAMPLES,
        "without": WITHOUT,
        "trained_on": {name: [len(read()), WEIGHTS[name]] for name, read in sources.SETS.items()},
        "agreement": agreements(),
        "own": {by: own_figures(found, ours) for by, found in across.items()},
        "calibration": calibration(across["voice"], ours),
        "slices": slices(across["voice"], ours),
        "languages": languages(across["voice"], ours, everything),
        "emotions": emotions_elsewhere(keep, everything),
        "acts": acts_elsewhere(everything),
        "shares": shares_elsewhere(keep, everything),
        "peers": [row for one in judged for row in compared(one)],
        "confusions": {f"{one.name}, {one.language}": confusion(one) for one in judged},
        "complaints": complaints(model_without(keep, "nhs")),
        "worry_rated": worry_rated(everything),
    }


def checked_folder(keep: Path) -> Path:
    """The folder, made where it is not there; refused where it was trained by other code or texts."""
    keep.mkdir(parents=True, exist_ok=True)
    root = Path(__file__).parents[1]
    named = [root / "models" / f"{one}.py" for one in MADE_BY]
    named += [*(root / "corpus").glob("t*/*.txt"), root / "corpus" / "lexicon.toml"]
    mark = sha256(b"".join(path.read_bytes() for path in sorted(named))).hexdigest()
    made = keep / "made_by.txt"
    if any(keep.glob("*.npz")) and (not made.exists() or made.read_text() != mark):
        raise SystemExit(f"{keep} was trained by other code or texts: name an empty folder.")
    made.write_text(mark)
    return keep


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument(
        "--keep", type=Path, required=True, help="folder for what is trained and for figures.json"
    )
    asked.add_argument(
        "--cards", action="store_true", help="write the model card and the data card too"
    )
    given = asked.parse_args()
    told = figures(checked_folder(given.keep))
    (given.keep / "figures.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    if given.cards:
        import cards
        import shares

        cards.write(told)
        shares.write(told)


if __name__ == "__main__":
    main()
