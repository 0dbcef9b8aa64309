"""The model card and the data card, from the figures of `models/evaluate.py` and the texts of `models/cards/`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from string import Template
from typing import Any

import asked
import numpy as np
import sources
from agreement import ENOUGH, second
from corpus import Line, lines

from topofheart.understand.labels import ACTS, EMOTIONS, TOPICS, VALENCES, WORRIES

ROOT = Path(__file__).parents[1]
TEXTS = Path(__file__).parent / "cards"
MODEL_CARD = ROOT / "src" / "topofheart" / "understand" / "MODEL.md"
DATA_CARD = ROOT / "corpus" / "README.md"
LANGUAGES = {"nl": "Dutch", "en": "English"}
ALIKE = 0.7
TRAINED = {
    "own": ("our own corpus", "CC0"),
    "goemotions": (
        "GoEmotions: Reddit posts with emotions, English",
        "CC BY 4.0 (copy: Apache-2.0)",
    ),
    "nhs": ("comments of patients of two NHS trusts, English", "MIT"),
    "xed": ("XED: subtitles with emotions, Dutch (projected) and English", "CC BY 4.0"),
    "requests": ("Banking77, CLINC150, NLU++: questions, English", "CC BY 4.0, 3.0, 4.0"),
    "complaints": ("complaints to the CFPB, English", "public domain"),
    "tongues": ("our own texts in other languages, and very short ones", "CC0"),
}
GROUPS = {
    "valence": "valence (4 classes)", "emotion": "emotions (7)", "asks": "asks something", "worry?": "fears something",
    "worry": "what is feared (10)", "topic": "topics (21)", "act": "acts of a reply (7)",
}  # fmt: skip
WHY = {
    "NHS comments": "most are short answers to a question that nobody here is shown (\"What was good?\", \"What could we do better?\"), so that the same words may be praise or blame, and ours calls praise without a warm word negative more often",
    "GoEmotions (dev)": "in our corpus neutral is a question or a report to a company; remarks on anything else that Reddit's labellers called neutral ours mostly calls negative",
    "XED subtitles": "two lines in three hold no word of Pattern's lexicon; being made to choose it then says negative, and most lines are; the Dutch labels were also carried over from other languages",
}  # fmt: skip


def write(told: dict[str, Any]) -> None:
    """Both cards, where they belong."""
    MODEL_CARD.write_text(_filled("model.md", model_card(told)), encoding="utf-8")
    DATA_CARD.write_text(_filled("corpus.md", data_card(told)), encoding="utf-8")


def _filled(name: str, parts: dict[str, Any]) -> str:
    return Template((TEXTS / name).read_text(encoding="utf-8")).substitute(parts)


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    head = list(head)
    body = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in row)} |" for row in body)


def number(value: float, *, sign: bool = False) -> str:
    """`0.73` → `.73`; with a sign where it is a difference."""
    text = f"{value:+.2f}" if sign else f"{value:.2f}"
    return text.replace("0.", ".", 1) if abs(value) < 0.995 else text


def ranged(values: list[float], *, sign: bool = False) -> str:
    point, low, high = (number(value, sign=sign) for value in values[:3])
    return f"{point} [{low}, {high}]"


# The model card.


def model_card(told: dict[str, Any]) -> dict[str, Any]:
    own = told["own"]["voice"]
    vague = [name for name in TOPICS if told["agreement"][f"topic.{name}"][0] < ENOUGH]
    offline = {
        name: values[0] for name, values in told["acts"].items() if name.startswith("Help_offline")
    }
    fits = max(offline, key=lambda name: offline[name]).split(" → ")[1]
    return {
        "date": told["date"], "model": told["model"], "resamples": f"{told['resamples']:,}",
        "trained_on": _trained_on(told), "groups": _groups(told), "peers": _peers(told), "not_above": _not_above(told),
        "confusions": _confusions(told),
        "shares": _shares(told),
        "complaints": _complaints(told), "worry_rated": _worry_rated(told),
        "worry_texts": "{3:,} texts, {4:,} worried".format(*next(iter(told["worry_rated"].values()))),
        "emotions": _emotions(told), "acts": _labelled(told["acts"], "EmoTwiCS → ours"),
        "help_offline": f"Help offline fits `{fits}` best: " + ", ".join(f"{number(value)} as `{name.split(' → ')[1]}`" for name, value in offline.items()) + ".",
        "languages": table(("Texts", "Right", "Texts"), ((name, ranged(of), f"{of[3]:,}") for name, of in told["languages"].items())),
        "labels": _labels(told),
        "slices": table(("Kind or mark", "Right", "Texts"), ((name.replace("_", " "), ranged(of), f"{of[3]:,}") for name, of in told["slices"].items())),
        "vague": _of_topics(vague), **{f"{group}_{language}": number(own[language][group][0]) for group in ("topic", "worry") for language in LANGUAGES},
    }  # fmt: skip


def _of_questions() -> dict[str, str]:
    kinds = asked.catalogue()
    pens = Counter(
        one.voice if one.voice in asked.OURS else "corpus" for one in asked.examples(kinds)
    )
    return {"types": f"{len(kinds):,}", "more": f"{pens['more']:,}", "asked": f"{pens['corpus']:,}"}


def _of_topics(vague: list[str]) -> str:
    if not vague:
        return "though the two labellings themselves agree well enough"
    return f"and of {len(vague)} of {len(TOPICS)} topics the two labellings themselves agree too little (alpha under .667)"


def _shares(told: dict[str, Any]) -> str:
    """The share that truly has each label of a source, and the share that is read."""
    rows = (
        (
            one["set"],
            one["label"].replace(".", ": "),
            f"{one['texts']:,}",
            f"{one['true']:.1%}",
            f"{one['read']:.1%}",
        )
        for one in told["shares"]
    )
    return table(("Source", "Label", "Texts", "True", "Read"), rows)


def _trained_on(told: dict[str, Any]) -> str:
    rows = (
        (*TRAINED[name], f"{count:,}", weight)
        for name, (count, weight) in told["trained_on"].items()
    )
    return table(("Source", "Licence", "Texts", "Weight of a text"), rows)


def _groups(told: dict[str, Any]) -> str:
    head = (
        "Macro-F1",
        *(
            f"{LANGUAGES[language]}, unseen {by}s"
            for language in LANGUAGES
            for by in ("voice", "sector")
        ),
    )
    return table(head, (
        (name, *(ranged(told["own"][by][language][group]) for language in LANGUAGES for by in ("voice", "sector")))
        for group, name in GROUPS.items()
    ))  # fmt: skip


def _peers(told: dict[str, Any]) -> str:
    head = (
        "Texts",
        "n",
        "Classes",
        "Ours",
        "Peer",
        "Peer's F1",
        "Difference",
        "Peer at its best cut",
        "Difference then",
    )
    return table(head, (
        (f"{row['set']}, {row['language']}", f"{row['texts']:,}", row["classes"], ranged(row["ours"]), row["peer"], ranged(row["theirs"]),
         ranged(row["difference"], sign=True), ranged(row["best"]), ranged(row["difference_best"], sign=True))
        for row in told["peers"]
    ))  # fmt: skip


def _not_above(told: dict[str, Any]) -> str:
    """Where ours is not surely better, and why."""
    found = []
    for key, when in (
        ("difference", "as its makers use it"),
        ("difference_best", "at its best cut"),
    ):
        for row in told["peers"]:
            if row[key][1] <= 0:
                how = "worse than" if row[key][2] < 0 else "not surely better than"
                why = WHY.get(row["set"], "")
                found.append(
                    f"- {row['set']}, {row['language']}: ours is {how} {row['peer']} {when} ({ranged(row[key], sign=True)}){f': {why}' if why else ''}."
                )
    if not found:
        return "On each of these sets the interval of the difference lies above zero, also with the peer at its best cut."
    return "**Where the difference is not above zero:**\n\n" + "\n".join(found)


def _confusions(told: dict[str, Any]) -> str:
    """Of each true class how ours divides its texts."""
    rows = []
    for name, found in told["confusions"].items():
        for truth, said in found.items():
            total = sum(said.values())
            shares = (
                f"{said[one] / total:.0%}" if one in said else ""
                for one in ("negative", "neutral", "positive")
            )
            rows.append((name, truth, f"{total:,}", *shares))
    return table(("Texts", "Truly", "n", "said negative", "said neutral", "said positive"), rows)


def _complaints(told: dict[str, Any]) -> str:
    head = ("Sample", "Texts", "Who", "Share called negative", "Ours minus theirs")
    return table(head, (
        (name, f"{rows[0]['texts']:,}", row["who"], ranged(row["share"]), ranged(row["difference"], sign=True) if "difference" in row else "")
        for name, rows in told["complaints"].items() for row in rows
    ))  # fmt: skip


def _worry_rated(told: dict[str, Any]) -> str:
    return table(("Who", "AUC"), ((name, ranged(of)) for name, of in told["worry_rated"].items()))


def _emotions(told: dict[str, Any]) -> str:
    head = ("Emotion", *told["emotions"])
    return table(head, (
        (emotion, *(f"{ranged(of[emotion])}, {of[emotion][3]:,} there" if emotion in of else "" for of in told["emotions"].values()))
        for emotion in EMOTIONS
    ))  # fmt: skip


def _labelled(figures: dict[str, Any], head: str) -> str:
    return table(
        (head, "F1", "There"),
        ((name.replace("_", " "), ranged(of), f"{of[3]:,}") for name, of in figures.items()),
    )


def _labels(told: dict[str, Any]) -> str:
    rows = []
    groups = {
        "valence": VALENCES,
        "emotion": EMOTIONS,
        "asks": ("",),
        "worry?": ("",),
        "worry": WORRIES,
        "topic": TOPICS,
        "act": ACTS,
    }
    for group, names in groups.items():
        kind = group.rstrip("?")
        for name in names:
            label, key = (f"{kind}.{name}", f"{group}.{name}") if name else (kind, group)
            cells = [told["own"]["voice"][language][key] for language in LANGUAGES]
            agreed = told["agreement"].get(label) or told["agreement"].get(kind)
            alpha = number(agreed[0]) + (
                " (of all four)"
                if group == "valence"
                else " **under .667**"
                if agreed[0] < ENOUGH
                else ""
            )
            shown = (f"{ranged(cell)}, {cell[3]:,}" if name else ranged(cell) for cell in cells)
            rows.append((label, *shown, f"{told['calibration'][label]:.3f}", alpha))
    return table(("Label", "Dutch: F1, there", "English: F1, there", "Calibration", "Alpha"), rows)


# The data card.


def data_card(told: dict[str, Any]) -> dict[str, Any]:
    texts = lines()
    few, words, many = np.percentile(
        [len(line.text.split()) for line in texts], [5, 50, 95]
    ).astype(int)
    vague = [name for name, (value, _) in told["agreement"].items() if value < ENOUGH]
    tongues = Counter(one.group.split("-")[0] for one in sources.tongues())
    return {
        "date": told["date"], "count": f"{len(texts):,}", "other": f"{tongues['other']:,}", "short": f"{tongues['short']:,}",
        "second": f"{len(second()):,}", "few": few, "words": words, "many": many,
        "kinds": _counted("Kind", texts, lambda line: [line.kind]),
        "sectors": _counted("Sector", texts, lambda line: [line.sector]),
        "marks": _counted("Mark", texts, lambda line: line.marks or ["none"]),
        "labels": _counted("Label", texts, _given),
        "voices": ", ".join(f"{voice} {n}" for voice, n in sorted(Counter(line.voice for line in texts).items())) + ".",
        "voice_sectors": _range({(line.voice, line.sector) for line in texts}),
        **_of_questions(),
        "duplicates": _duplicates(texts),
        "vague": ", ".join(f"`{name}`" for name in vague) or "none",
        "agreement": table(("Label", "Alpha", "Given", ""), (
            (name, number(value), f"{n:,}" if name != "valence" else f"{n:,} (all)", "" if value >= ENOUGH else "**under .667**")
            for name, (value, n) in told["agreement"].items()
        )),
    }  # fmt: skip


def _range(pairs: set[tuple[str, str]]) -> str:
    counts = sorted(Counter(voice for voice, _ in pairs).values())
    return str(counts[0]) if counts[0] == counts[-1] else f"{counts[0]} to {counts[-1]}"


def _given(line: Line) -> list[str]:
    if line.kind == "reply":
        return [*(f"act: {one}" for one in line.feels), *(f"topic: {one}" for one in line.topics)]
    return [
        f"valence: {line.valence}", *(f"emotion: {one}" for one in line.feels), *(f"topic: {one}" for one in line.topics),
        *(f"feared: {one}" for one in line.worry), *(["question marked"] if line.questions else []), *(["worry marked"] if line.worries else []),
    ]  # fmt: skip


def _counted(head: str, texts: list[Line], of: Any) -> str:
    counts = {
        language: Counter(one for line in texts if line.language == language for one in of(line))
        for language in LANGUAGES
    }
    names = sorted(counts["nl"] | counts["en"])
    rows = (
        (name.replace("_", " "), f"{counts['nl'][name]:,}", f"{counts['en'][name]:,}")
        for name in names
    )
    return table((head, *LANGUAGES.values()), rows)


def _duplicates(texts: list[Line]) -> str:
    """How many texts are the same but for marks and capitals, and how many pairs look alike by their letters."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    same = len(texts) - len({re.sub(r"\W+", " ", line.text.lower()).strip() for line in texts})
    rows = TfidfVectorizer(analyzer="char_wb", ngram_range=(4, 4), min_df=2).fit_transform(
        [line.text for line in texts]
    )
    pairs = 0
    for start in range(0, len(texts), 1000):
        alike = (rows[start : start + 1000] @ rows.T).tocoo()
        pairs += int(((alike.data > ALIKE) & (alike.row + start < alike.col)).sum())
    return f"Checked again at this writing: {same} texts are the same but for marks and capitals, and {pairs} pairs have a cosine over {ALIKE} of their groups of four letters."
