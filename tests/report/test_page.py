"""The first page: what it says, that it is whole by itself, and that anyone can read it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest

from report.pictures import (
    CHANGES,
    COMMENTS_ONLY,
    HALF,
    HALF_BEFORE,
    HEARD,
    HOSTILE,
    HOSTILE_TEXT,
    NPS,
    PICTURES,
    RICH,
    of_measure,
    with_change,
)
from topofheart.kernel.language import Words
from topofheart.lake.tables import TABLES
from topofheart.report.hearing import Hearing
from topofheart.report.page import EXCERPT, render
from topofheart.report.picture import Change, Group, Interval, Picture, Unknown
from topofheart.understand.labels import WORRIES

LANGUAGES = ("en", "nl")
EVERY = [(name, language) for name in PICTURES for language in LANGUAGES]
EMPTY = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """Reads a page as a machine does: its elements in order, each with what is written inside."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[int] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))
        if tag not in EMPTY:
            self.open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self.open.pop()][0] == tag
        if tag in ("td", "th", "p", "text"):
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        for i in self.open:
            self.elements[i][2].append(data)

    def all(self, *tags: str) -> list[tuple[str, dict[str, str | None], str]]:
        found = [(tag, attrs, "".join(text)) for tag, attrs, text in self.elements if tag in tags]
        return [(tag, attrs, " ".join(text.split())) for tag, attrs, text in found]


def read(picture: Picture, language: str = "en") -> Reader:
    return Reader(render(picture, language=language))


def words_of(picture: Picture, language: str = "en") -> str:
    [(_, _, text)] = read(picture, language).all("body")
    return text.replace("\u00a0", " ").replace("\u2060", "")


# What it says


@pytest.mark.parametrize(
    ("name", "en", "nl"),
    [
        ("rich", "Your customers give you +19.", "Uw klanten geven u +19."),
        ("grade", "Your customers give you a 7.6.", "Uw klanten geven u een 7,6."),
        ("csat", "82% of your customers are satisfied.", "82% van uw klanten is tevreden."),
        ("ces", "71% of your customers found it easy.", "71% van uw klanten vond het makkelijk."),
        ("comments", "This is what your customers tell you.", "Dit vertellen uw klanten u."),
        ("few", "Your customers have begun to answer.", "Uw klanten zijn begonnen met antwoorden."),
        (
            "hostile",
            "Your customers are not in this picture yet.",
            "Uw klanten staan nog niet op dit beeld.",
        ),
    ],
)
def test_headline_says_the_score_in_words(name: str, en: str, nl: str) -> None:
    for language, sentence in (("en", en), ("nl", nl)):
        [(_, _, headline)] = read(PICTURES[name], language).all("h1")
        assert headline == sentence


def test_score_never_stands_without_its_interval_and_answers() -> None:
    text = words_of(RICH)
    assert (
        "1,204 answers over January – June 2026, asked about the relationship as a whole." in text
    )
    assert "it lies between +15 and +24 (95% interval)" in text


def test_kind_unknown_is_said() -> None:
    text = words_of(replace(RICH, score=replace(NPS, kind=None)))
    assert "does not say whether it was asked about the whole relationship" in text


@pytest.mark.parametrize(
    ("verdict", "sentences"),
    [
        ("rose", ["It has risen.", "6 points higher", "somewhere between 1 and 11."]),
        ("fell", ["It is lower than it was.", "6 points lower", "somewhere between 1 and 11."]),
        ("no_change", ["No change shown.", "+1 point against", "between −4 and +6", "of 7 points"]),
        ("cannot_tell", ["Too early to tell whether it changed."]),
    ],
)  # fmt: skip
def test_verdict_is_said_with_its_interval(verdict: str, sentences: list[str]) -> None:
    text = words_of(with_change(CHANGES[verdict]))
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_cannot_tell_widens_the_window_and_says_when() -> None:
    text = words_of(RICH, "nl")
    assert (
        "Over langere tijd gezien is het gestegen. In juli 2025 – juni 2026 was het 6 punten hoger"
        in text
    )
    assert "Rond november 2026 kan het wel, met zo’n 1.600 antwoorden per periode." in text


def test_cannot_tell_without_a_wider_window_says_what_it_takes() -> None:
    one = Change("cannot_tell", HALF_BEFORE, HALF, decidable_from=date(2027, 3, 1))
    assert "Around March 2027 it can be told." in words_of(with_change(one))
    assert "It takes about 900 answers" in words_of(
        with_change(replace(one, decidable_from=None, answers_needed=900))
    )


def test_shares_get_a_decimal_only_when_whole_percents_would_miss_the_score() -> None:
    assert "41.5% are promoters (9–10) and 22.2% detractors (0–6)" in words_of(RICH)
    exact = replace(NPS, now=replace(NPS.now, value=0.2))
    assert "42% are promoters (9–10) and 22% detractors (0–6)" in words_of(
        replace(RICH, score=exact)
    )


def test_months_that_cannot_be_told_are_question_marks_and_break_the_line() -> None:
    page = read(RICH)
    assert [text for _, attrs, text in page.all("text") if attrs["class"] == "gap"] == ["?"] * 3
    assert len([1 for _, attrs, _ in page.all("line") if attrs["class"] == "joint"]) == 18 - 1 - 5


def test_groups_that_differ_are_named_and_the_others_only_drawn() -> None:
    page, text = read(RICH), words_of(RICH)
    assert "Above the rest: Utrecht Oost +41 (between +31 and +51, n = 214)." in text
    assert (
        "No group is shown to differ from the rest. A difference of about 12 points would" in text
    )
    named = [text for tag, attrs, text in page.all("tr") if attrs.get("class") == "named"]
    assert [row.split()[0] for row in named] == ["Utrecht", "Breda"]


def test_many_groups_fold_away_except_those_that_differ() -> None:
    score = Interval(80, 0.2, 0.1, 0.3)
    groups = tuple(Group(f"Team {i}", score, "lower" if i == 30 else None) for i in range(31))
    page = read(replace(RICH, dimensions=(replace(RICH.dimensions[0], groups=groups),)))
    drawn = [a for _, a, _ in page.all("svg") if str(a.get("class")).startswith("drawing row")]
    assert len(drawn) == 9
    assert "22 more groups, not shown to differ" in [text for _, _, text in page.all("summary")]


def test_groups_are_listed_as_people_do() -> None:
    text = words_of(PICTURES["early"])
    assert "Noord +50 (between +35 and +65, n = 90) and Oost +40" in text
    assert "The file has no column to split by" in words_of(PICTURES["unsplit"])


def test_group_too_small_to_show_keeps_its_number_of_answers_to_itself() -> None:
    [row] = [text for _, _, text in read(RICH).all("tr") if text.startswith("Leeuwarden")]
    assert row == "Leeuwarden too few answers"


def test_score_too_few_shows_no_figure_but_keeps_the_rest() -> None:
    page, text = read(PICTURES["few"]), words_of(PICTURES["few"])
    assert page.all("svg")[1:] == []
    assert "Too few answers to show a number without singling someone out: 4 answers" in text
    assert "K-20417" in text


def test_calls_give_id_day_reason_and_how_many_more() -> None:
    text = words_of(RICH)
    assert "K-20417 · 3 July 2026 · gave a low score · sounds worried" in text
    assert "And 17 more like these." in text
    assert "Nobody here seems to need a call today." in words_of(PICTURES["calm"])


def test_the_file_that_helps_most_is_named_with_its_columns_and_minutes() -> None:
    text = words_of(RICH, "nl")
    assert (
        "Het ene bestand dat het meest zou helpen de lijst van klanten die zijn uitgenodigd" in text
    )
    assert "Zo’n 20 minuten van degene die de enquête verstuurt." in text
    assert "klantnummer customer_id" in text


def test_column_without_a_name_of_its_own_is_shown_as_it_is() -> None:
    assert "loyalty_tier" in words_of(
        replace(RICH, unknowns=(Unknown("retention", "customers", ("loyalty_tier",), 5),))
    )


def test_every_row_of_the_file_is_accounted_for() -> None:
    source, page = RICH.source, read(RICH)
    assert source.used + sum(r.n for r in source.refused + source.withheld) == source.read
    counted = [
        text for _, _, text in page.all("tr") if text.startswith(("Read", "Used", "Could", "Left"))
    ]
    assert [row.rsplit(" ", 1)[1] for row in counted] == ["3,142", "3,098", "31", "4", "9"]


def test_trademark_is_named_where_the_name_is_used() -> None:
    notice = "trademarks of Bain & Company, NICE Systems and Fred Reichheld"
    assert notice in words_of(RICH)
    assert notice not in words_of(of_measure("grade"))


# That it is whole by itself


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_page_is_one_small_file_that_fetches_nothing(name: str, language: str) -> None:
    page = render(PICTURES[name], language=language)
    assert len(page.encode()) < 60_000
    assert not re.search(r"https?:|//cdn|@import|url\(", page)
    for tag, attrs, _ in Reader(page).elements:
        assert tag not in ("script", "iframe", "img", "object", "embed", "form", "base")
        assert not [key for key in attrs if key.startswith("on") or key == "src"]
        assert attrs.get("href", "data:,") == "data:,"


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_is_shown_and_does_nothing(language: str) -> None:
    page, text = read(HOSTILE, language), words_of(HOSTILE, language)
    assert HOSTILE_TEXT in text
    assert not page.all("script", "img", "b", "u", "i")
    assert "a" * EXCERPT in text
    assert "a" * (EXCERPT + 1) not in text
    assert "woord …" in text


def test_same_picture_gives_the_same_page() -> None:
    assert render(RICH, language="nl") == render(RICH, language="nl")


# That anyone can read it


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_page_has_language_headings_in_order_and_figures_with_words(
    name: str, language: str
) -> None:
    page = read(PICTURES[name], language)
    [(_, html, _)] = page.all("html")
    assert html["lang"] == language
    levels = [int(tag[1]) for tag, _, _ in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    ids = [attrs["id"] for _, attrs, _ in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    drawings = [attrs for _, attrs, _ in page.all("svg") if "aria-hidden" not in attrs]
    assert all(attrs["role"] == "img" for attrs in drawings)
    assert len([text for _, _, text in page.all("desc") if text]) == len(drawings)
    for _, _, text in page.all("figure"):
        assert text


def test_every_figure_of_the_score_has_a_table_behind_it() -> None:
    page = read(RICH)
    tables = [text for _, _, text in page.all("table")]
    assert [text for text in tables if text.startswith("Answer Side Answers 0 Detractors 21")]
    assert [text for text in tables if "March 2026" in text and "+26 +17 to +36 204" not in text]


def _schemes() -> dict[str, dict[str, str]]:
    css = (files("topofheart.report") / "templates" / "page.css").read_text(encoding="utf-8")
    roots = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+);", root)) for root in css.split(":root {")[1:]
    ]
    return dict(zip(("light", "dark", "print"), roots, strict=True))


def _luminance(colour: str) -> float:
    full = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    r, g, b = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_colours_stand_out_enough(scheme: str) -> None:
    colours = {name: _luminance(value) for name, value in _schemes()[scheme].items()}

    def contrast(one: str, other: str) -> float:
        dark, light = sorted((colours[one], colours[other]))
        return (light + 0.05) / (dark + 0.05)

    for text in ("ink", "quiet", "heart"):
        for paper in ("paper", "tint"):
            assert contrast(text, paper) >= 4.5, (text, paper)
    for mark in ("low", "middle", "heart", "plain"):
        assert contrast(mark, "paper") >= 3, mark
    assert contrast("heart", "soft") >= 3
    assert contrast("plain", "plain-soft") >= 3


# Its sentences


def test_both_languages_say_the_same_with_the_same_blanks() -> None:
    en, nl = (Words("report", language)._sentences for language in LANGUAGES)
    assert en.keys() == nl.keys()
    for key in en:
        blanks = [set(re.findall(r"{(\w+)}", sentences[key])) for sentences in (en, nl)]
        assert blanks[0] == blanks[1], key


def test_every_sentence_is_said_on_some_page(monkeypatch: pytest.MonkeyPatch) -> None:
    said: set[str] = set()
    say = Words.__call__

    def listen(self: Words, key: str, **values: object) -> str:
        said.add(key)
        return say(self, key, **values)

    monkeypatch.setattr(Words, "__call__", listen)
    for picture in PICTURES.values():
        render(picture, language="en")
    codes = (
        r"(month|short|unit|column|file|unknown|kind|state|state_short"
        r"|call\.why|verdict|change|lede|about|worry|terminal)\."
    )
    unsaid = [
        key for key in Words("report", "en")._sentences.keys() - said if not re.match(codes, key)
    ]
    assert [key for key in unsaid if not key.endswith((".one", ".many"))] == []


def test_columns_and_files_with_a_name_exist_in_the_lake() -> None:
    keys = Words("report", "en")._sentences
    tables = {key.split(".")[1] for key in keys if key.startswith("file.")}
    columns = {key.split(".")[1] for key in keys if key.startswith("column.")}
    assert tables <= TABLES.keys()
    assert columns <= {column.name for table in TABLES.values() for column in table.columns}


# What customers ask and fear


def test_question_is_told_with_its_share_interval_trend_and_quotes() -> None:
    text = words_of(RICH)
    assert "4,031 of 8,964 contacts ask something." in text
    assert (
        "12% Wanneer komt de monteur? “Hoe laat komt de monteur morgen ongeveer?” “Komt er vandaag nog "
        "iemand?” 1,047 times · between 11% and 12% · asked more since February 2026" in text
    )
    assert "0.1% Over “droger” 5 times · between 0.0% and 0.1% · asked more than before" in text
    assert "3,0% Heb ik nog garantie?" in words_of(RICH, "nl")


def test_worry_is_told_with_its_share_interval_and_quote() -> None:
    text = words_of(RICH)
    assert "21% of the texts hold a worry (between 20% and 23%)." in text
    assert (
        "7.1% That it will not come at all “Ik heb al drie keer vrij genomen en straks komt er weer "
        "niemand.” between 6.2% and 8.1%" in text
    )
    assert "1.2% What it will cost them between 0.7% and 1.8%" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_worry_has_its_words(language: str) -> None:
    words = Words("report", language)
    assert len({words(f"worry.{one}") for one in WORRIES}) == len(WORRIES)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("few", "There are not enough texts to say what customers ask: 16 comments so far."),
        ("comments", "Customers do not ask anything here: none of 57 comments holds a question."),
        ("scattered", "9 of 470 comments hold a question, and too few of those are the same one."),
        ("sampled", "To keep it quick, these were drawn by lot from 412,000 contacts."),
    ],
)
def test_what_cannot_be_said_of_questions_is_one_sentence(name: str, sentence: str) -> None:
    text = words_of(PICTURES[name])
    assert sentence in text
    assert ("asked" in {attrs.get("class") for _, attrs, _ in read(PICTURES[name]).all("ol")}) == (
        name in ("scattered", "sampled")
    )


def test_texts_that_somebody_should_read_are_counted_and_not_quoted() -> None:
    assert "2 texts are quoted nowhere here" in words_of(RICH)
    assert "1 text is quoted nowhere here" in words_of(PICTURES["few"])
    assert "quoted nowhere" not in words_of(COMMENTS_ONLY)
    text = words_of(PICTURES["sampled"])
    assert "Speaks of suicide or self-harm. The words are in the file, not on this page." in text
    assert "words that somebody should read today" in text


def test_picture_without_texts_has_no_section_of_questions() -> None:
    assert "What customers ask" not in words_of(replace(RICH, heard=None, unknowns=()))


def test_contacts_without_comments_leave_the_place_of_quotes_out() -> None:
    empty = "The file holds no comments."
    assert empty not in words_of(replace(RICH, quotes=()))
    assert empty in words_of(replace(RICH, quotes=(), heard=None))


def test_terminal_tells_the_first_question_and_the_first_worry() -> None:
    assert Hearing(HEARD, Words("report", "en")).lines() == [
        "Asked most urgently: Wanneer komt de monteur? (12% of 8,964 contacts)",
        "Feared most: That it will not come at all (7.1%)",
        "2 texts are quoted nowhere here: they speak of suicide or self-harm. Please have somebody read them.",
    ]
    assert Hearing(COMMENTS_ONLY.heard, Words("report", "nl")).lines() == []  # type: ignore[arg-type]
