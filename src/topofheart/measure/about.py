"""Which texts are asked for: by words that they hold, in either language, or by what was understood of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from topofheart.kernel.errors import UnknownName
from topofheart.kernel.language import LANGUAGES, Words
from topofheart.measure.beginnings import begins_with, is_word
from topofheart.measure.own_topics import OwnTopic
from topofheart.measure.question import Question
from topofheart.measure.question_groups import Groups
from topofheart.measure.questions import own_words_of, per_question
from topofheart.measure.reader import Reader
from topofheart.measure.texts import LABELS, TEXT_OF, Label, given, has_readings
from topofheart.understand.asked import OWN, catalogue
from topofheart.understand.forms import FORMS, OTHER
from topofheart.understand.labels import TOPICS, UNDERSTOOD
from topofheart.understand.pairs import WHOLE, also, whole

if TYPE_CHECKING:
    import ibis.expr.types as ir

SEARCHED = ("topics", "worries", "emotions")
# What a reading can be filtered by, as people name it.
FILTERS = {
    "valence": "valence", "emotion": "emotions", "emotions": "emotions", "worry": "worries",
    "worries": "worries", "topic": "topics", "topics": "topics",
}  # fmt: skip
LANGUAGE = "language"


@dataclass(frozen=True)
class About:
    """A text is meant where one of the words, labels or groups holds, and each of the filters.

    `also` are words of the other language. `groups` are ids of groups of questions, after merging.
    """

    words: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    groups: tuple[str, ...] = ()
    only: tuple[tuple[str, tuple[Label, ...]], ...] = ()
    of_analyst: Groups = field(default_factory=Groups)

    @property
    def understood(self) -> bool:
        """Whether readings are needed to tell."""
        return bool(self.labels or self.groups or self.only)

    def as_dict(self) -> dict[str, Any]:
        """What was asked for, and what it was looked for as beside."""
        labels = [*(name for *_, name in self.labels), *(f"question.{id}" for id in self.groups)]
        return {
            "about": list(self.words),
            "about_also": [word.rstrip(WHOLE) for word in self.also],
            "about_labels": labels,
        }


def about_of(
    texts: Sequence[str], *, own: Sequence[OwnTopic] = (), groups: Groups | None = None
) -> About:
    """What is meant by some texts: each is a word, a label's id or name, or both.

    An organisation's own topics and groups are known by their names too.
    """
    groups = groups or Groups()
    asked = tuple(text.strip() for text in texts if text.strip())
    low = [text.lower() for text in asked]
    by_words = [word for text in low for one in own if _is_named(one, text) for word in one.words]
    renamed = {one.id for one in own if not one.words and any(_is_named(one, text) for text in low)}
    labels = [
        label for kind in SEARCHED for label in LABELS[kind] if _labelled(label, low, renamed)
    ]
    ids = (groups.final(id) for text in low for id in _groups_named(text, groups))
    others = (word for text in asked for word in also(text))
    words = (word for word in others if not word.startswith(tuple(low)))
    return About(
        asked,
        tuple(dict.fromkeys((*words, *by_words))),
        tuple(labels),
        tuple(dict.fromkeys(ids)),
        of_analyst=groups,
    )


def _is_named(one: OwnTopic, text: str) -> bool:
    return not one.off and text in (one.id, *(name.lower() for name in one.names.values()))


def _labelled(label: Label, texts: Sequence[str], renamed: set[str]) -> bool:
    column, name, _ = label
    return (column == "topics" and name in renamed) or not names_of(name).isdisjoint(texts)


@cache
def names_of(label: str) -> frozenset[str]:
    """A label's id and its names in both languages, whole and between their commas."""
    told = [Words("answer", language)(f"label.{label}").lower() for language in LANGUAGES]
    parts = (part.strip() for name in told for part in name.split(","))
    return frozenset({label, *told, *parts})


def _groups_named(text: str, groups: Groups) -> Iterator[str]:
    if text in groups.own() or text.startswith(f"{OWN}."):
        yield text
    if text in _known_groups():
        yield _known_groups()[text]
    for id, names in groups.names.items():
        if text in (name.lower() for name in names.values()):
            yield id


@cache
def _known_groups() -> dict[str, str]:
    """Ids of the groups that are the same everywhere, by their ids and their names in both languages."""
    found = {name.lower(): one.id for one in catalogue().types for name in (one.id, one.nl, one.en)}
    for language in LANGUAGES:
        say = Words("answer", language)
        for topic in TOPICS:
            for form in (*FORMS, OTHER):
                id = f"{topic}.{form}"
                name = say("asked.group", topic=say(f"label.{topic}"), form=say(f"form.{form}"))
                found |= {id: id, name.lower(): id}
    return found


def with_filters(reader: Reader, question: Question, about: About) -> tuple[Question, About]:
    """Filters on what was understood, where the data has no column of that name, taken out of `where`.

    Raises UnknownName for a label that is none of the kind.
    """
    only: list[tuple[str, tuple[Label, ...]]] = []
    stored: list[tuple[str, tuple[str, ...]]] = []
    for name, values in question.where:
        if name in (*FILTERS, LANGUAGE) and not _is_stored(reader, question, name):
            only.append((name, tuple(_label(name, value) for value in values)))
        else:
            stored.append((name, values))
    return replace(question, where=tuple(stored)), replace(about, only=tuple(only))


def _is_stored(reader: Reader, question: Question, name: str) -> bool:
    try:
        reader.located(replace(question, by=(), where=((name, ()),)))
    except UnknownName:
        return False
    return True


def _label(name: str, value: str) -> Label:
    low = value.strip().lower()
    if name == LANGUAGE:
        known = [(LANGUAGE, one, f"language.{one}") for one in UNDERSTOOD]
        found = [label for label in known if label[1] == low]
    else:
        known = list(LABELS[FILTERS[name]])
        found = [label for label in known if low in names_of(label[1])]
    if not found:
        raise UnknownName(
            f"No text is understood to have the {name} '{value}'.",
            hint=f"Choose from: {', '.join(one for _, one, _ in known)}.",
        )
    return found[0]


def settled(about: About, reader: Reader, question: Question, by_reader: str | None) -> About:
    """The same, where groups by the organisation's own words are those that its texts have now."""
    if by_reader is None or not has_readings(reader):
        return replace(about, labels=(), groups=())
    if not any(id.startswith(f"{OWN}.") for id in about.groups):
        return about
    plain = replace(question, by=(), every=None)
    words = tuple(own_words_of(reader, plain, by_reader))
    own = {f"{OWN}.{word}" for word in words} | set(about.of_analyst.own())
    known = tuple(id for id in about.groups if id in own or not id.startswith(f"{OWN}."))
    return replace(about, groups=known, of_analyst=replace(about.of_analyst, words=words))


def texts_about(
    rows: ir.Table, reader: Reader, question: Question, about: About, by_reader: str
) -> ir.Table:
    """The rows whose text is meant; where `about` needs readings, `rows` stand beside them."""
    import ibis

    for _, labels in about.only:
        rows = rows.filter(ibis.or_(*(_has(rows, label) for label in labels)))
    if not about.words:
        return rows
    text = rows[TEXT_OF[question.source].split(".")[1]].lower()
    holds = [
        *(text.re_search(begins_with(word)) for word in about.words),
        *(text.re_search(_pattern(word)) for word in about.also),
        *(_has(rows, label) for label in about.labels),
    ]
    if not about.groups:
        return rows.filter(ibis.or_(*holds))
    rows = rows.mutate(meant=ibis.or_(*holds))
    asked = _asked_in(rows, reader, question, about, by_reader)
    rows = rows.left_join(asked, rows.key == asked.asked_key)
    return rows.filter(rows.meant | rows.asked_key.notnull())


def _pattern(word: str) -> str:
    plain = word.rstrip(WHOLE)
    return is_word(plain) if whole(word) else begins_with(plain)


def _has(rows: ir.Table, label: Label) -> ir.Value:
    column, name, _ = label
    if column == LANGUAGE:
        return rows.understood_language == name
    return given(rows, column, name)


def _asked_in(
    rows: ir.Table, reader: Reader, question: Question, about: About, by_reader: str
) -> ir.Table:
    """The keys of the texts that ask a question of one of the groups."""
    plain_rows = rows.select("key", TEXT_OF[question.source].split(".")[1])
    each = per_question(plain_rows, reader, question.source, about.of_analyst, by_reader)
    return each.filter(each.group_id.isin(about.groups)).select(asked_key="row_key").distinct()
