"""Pictures to test and to look at: rich, minimal, hostile, one of each measure and verdict."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from math import sqrt
from pathlib import Path

from topofheart.report.page import render
from topofheart.report.picture import (
    AskedOften,
    Call,
    Change,
    Dimension,
    Feared,
    Group,
    Heard,
    Interval,
    Measure,
    Method,
    Month,
    Period,
    Picture,
    Quote,
    Reason,
    Score,
    Source,
    Tally,
    Unknown,
)

TODAY = date(2026, 7, 6)
HALF = Period(date(2026, 1, 1), date(2026, 6, 30))
HALF_BEFORE = Period(date(2025, 7, 1), date(2025, 12, 31))
YEAR = Period(date(2025, 7, 1), date(2026, 6, 30))
YEAR_BEFORE = Period(date(2024, 7, 1), date(2025, 6, 30))
GIVEN = (21, 9, 17, 24, 31, 68, 97, 171, 266, 254, 246)


def around(value: float, n: int, spread: float = 0.74) -> Interval:
    half = 1.96 * spread / sqrt(n)
    return Interval(n, value, value - half, value + half)


def months() -> tuple[Month, ...]:
    values = (14, 19, 11, None, 17, 22, 20, 16, 25, None, None, 23, 18, 26, 21, 29, 24, 27)
    counts = (61, 74, 66, 3, 58, 71, 80, 69, 77, 4, 2, 64, 83, 190, 204, 221, 197, 212)
    months = []
    for i, (value, n) in enumerate(zip(values, counts, strict=True)):
        first = date(2025 + i // 12, i % 12 + 1, 1)
        months.append(
            Month(first, Interval(n, state="too_few") if value is None else around(value / 100, n))
        )
    return tuple(months)


NPS = Score(
    measure="nps",
    scale=(0, 10),
    now=Interval(1204, 0.194, 0.152, 0.236),
    period=HALF,
    kind="relationship",
    answers=tuple(
        Tally(i, n, "low" if i < 7 else "middle" if i < 9 else "high") for i, n in enumerate(GIVEN)
    ),
    change=Change(
        "cannot_tell",
        HALF_BEFORE,
        HALF,
        decidable_from=date(2026, 11, 1),
        answers_needed=1600,
        wider=Change("rose", YEAR_BEFORE, YEAR, difference=Interval(2400, 0.058, 0.012, 0.104)),
    ),
    trend=months(),
)

SHOPS = Dimension(
    "Winkel",
    (
        Group("Utrecht Oost", around(0.41, 214), "higher"),
        Group("Zwolle", around(0.28, 131)),
        Group("Amersfoort", around(0.24, 187)),
        Group("Den Haag Laan van Meerdervoort", around(0.21, 96)),
        Group("Webwinkel", around(0.19, 288)),
        Group("Leeuwarden", Interval(4, state="too_few")),
        Group("Tilburg", around(0.12, 149)),
        Group("Breda", around(-0.06, 135), "lower"),
    ),
    detectable=0.14,
)
MOMENTS = Dimension(
    "Contactmoment",
    (
        Group("Aankoop", around(0.24, 402)),
        Group("Levering", around(0.2, 391)),
        Group("Reparatie", around(0.15, 411)),
    ),
    detectable=0.12,
)

QUOTES = (
    Quote(
        "De monteur legde rustig uit wat er aan de hand was en belde de volgende dag nog even "
        "of alles het deed. Dat had ik niet verwacht, en mijn moeder van 86 al helemaal niet.",
        10, date(2026, 6, 24), "Utrecht Oost",
    ),
    Quote(
        "Prima wasmachine, daar ligt het niet aan. Maar ik moest drie keer vertellen wat er mis "
        "was, en elke keer weer aan iemand anders.",
        6, date(2026, 6, 12), "Breda",
    ),
    Quote(
        "Ik wil gewoon weten of mijn garantie nog geldt. Wie kan dat zeggen?",
        4, date(2026, 5, 30), "Webwinkel",
    ),
)  # fmt: skip

HEARD = Heard(
    "contacts",
    written=9120,
    texts=8964,
    asking=4031,
    questions=(
        AskedOften(
            "Wanneer komt de monteur?", Interval(8964, 0.1168, 0.1103, 0.1236), 1047, "rising",
            date(2026, 2, 1),
            ("Hoe laat komt de monteur morgen ongeveer?", "Komt er vandaag nog iemand?"),
        ),
        AskedOften(
            "Heb ik nog garantie?", Interval(8964, 0.0301, 0.0268, 0.0338), 270, "falling", date(2026, 4, 1),
            quotes=("Valt een gebroken deurgreep onder de garantie?",),
        ),
        AskedOften("over “droger”", Interval(8964, 0.0006, 0.0002, 0.0013), 5, "rising"),
        AskedOften("Kan ik ruilen?", Interval(8964, 0.02, 0.017, 0.023), 179, "falling"),
    ),
    worried=Interval(8964, 0.214, 0.202, 0.226),
    worries=(
        Feared("not_coming", Interval(8964, 0.071, 0.062, 0.081),
               "Ik heb al drie keer vrij genomen en straks komt er weer niemand."),
        Feared("money", Interval(8964, 0.012, 0.007, 0.018)),
    ),
    unquoted=2,
)  # fmt: skip
TOO_FEW_TEXTS = Heard("answers", written=17, texts=16, asking=3, unquoted=1)

CALLS = (
    Call("K-20417", ("low_score", "worry"), date(2026, 7, 3), 1,
         "Al negen dagen zonder koelkast, en mijn medicijnen moeten koel blijven. Ik durf bijna "
         "niet meer te bellen."),
    Call("K-18830", ("leaving",), date(2026, 7, 2), 2,
         "Als [naam] morgen weer niet komt, ga ik de volgende keer ergens anders heen."),
    Call("K-20102", ("asks",), date(2026, 7, 2), 5,
         "Krijg ik de bezorgkosten terug nu de droger twee weken later komt?"),
    Call("K-19355", ("low_score", "complaint"), date(2026, 7, 1), 0,
         "De rekening klopt niet en niemand neemt op. Vier keer gebeld, [telefoonnummer] "
         "achtergelaten, niets gehoord."),
    Call("K-20388", ("promise",), date(2026, 6, 30), 4,
         "U zou maandag terugbellen over het onderdeel. Het is nu donderdag."),
    Call("K-17764", ("low_score",), date(2026, 6, 29), 3),
)  # fmt: skip

UNKNOWNS = (
    Unknown("response", "invitations", ("customer_id", "invited_at", "channel", "outcome"), 20),
    Unknown("retention", "customers", ("customer_id", "customer_since", "customer_until"), 30),
    Unknown("questions", "contacts", ("contacted_at", "channel", "text"), 45),
    Unknown("drivers"),
)

RICH = Picture(
    source=Source(
        "klanten.csv",
        read=3142,
        used=3098,
        refused=(
            Reason("in ‘cijfer’ staat geen getal van 0 tot en met 10", 31),
            Reason("in ‘datum’ staat een dag die niet bestaat", 4),
        ),
        withheld=(Reason("dubbele rijen", 9),),
        personal_columns=("naam", "e-mail", "telefoon"),
    ),
    made_on=TODAY,
    version="0.1.0",
    score=NPS,
    heard=HEARD,
    dimensions=(SHOPS, MOMENTS),
    quotes=QUOTES,
    calls=CALLS,
    more_calls=17,
    unknowns=UNKNOWNS,
    method=Method("score", 0.95, 10, clustered=True),
)

COMMENTS_ONLY = Picture(
    source=Source("opmerkingen.csv", read=58, used=58),
    made_on=TODAY,
    version="0.1.0",
    heard=Heard("answers", written=58, texts=57),
    quotes=(
        Quote("Altijd vriendelijk geholpen."),
        Quote("De wachttijd aan de telefoon is te lang."),
    ),
    unknowns=(
        Unknown("score", "answers", ("customer_id", "answered_at", "recommend", "comment"), 10),
        Unknown("day"),
        Unknown("groups"),
    ),
)

HOSTILE_TEXT = (
    '<script>alert("x")</script><img src=x onerror=alert(1)> '
    '{{ 7 * 7 }} {value} & "quotes" \' --> ]]>'
)
HOSTILE = Picture(
    source=Source(
        '"><b>x</b>.csv',
        read=120,
        used=0,
        refused=(Reason(HOSTILE_TEXT, 120),),
        personal_columns=("<i>naam</i>",),
    ),
    made_on=TODAY,
    version="0.1.0",
    score=replace(NPS, now=Interval(0, state="no_evidence"), answers=(), trend=(), change=None),
    quotes=(
        Quote(HOSTILE_TEXT, 0, TODAY, "<u>groep</u>"),
        Quote("الخدمة كانت ممتازة والموظفون لطفاء جدا", 10),
        Quote("Top! 🎉👩🏽\u200d🔧 \u202eomgekeerd\u202c", 9),
        Quote("a" * 10_000),
        Quote("woord " * 2_000),
    ),
    heard=replace(
        HEARD,
        questions=(
            AskedOften(HOSTILE_TEXT, around(0.1, 100), 10, quotes=(HOSTILE_TEXT, "b" * 999)),
        ),
        worries=(Feared("safety", around(0.1, 100), HOSTILE_TEXT),),
    ),
    calls=(Call("x" * 300, ("low_score",), comment=HOSTILE_TEXT * 100), Call("<b>id</b>", ())),
)


def of_measure(measure: Measure) -> Picture:
    """The rich picture with another score in it."""
    if measure == "nps":
        return RICH
    top = {"grade": 10, "csat": 5, "ces": 7}[measure]
    value, low, high, amount = {
        "grade": (7.64, 7.55, 7.73, 0.3),
        "csat": (0.82, 0.798, 0.84, 0.04),
        "ces": (0.71, 0.684, 0.735, 0.04),
    }[measure]
    counts = {
        "grade": (2, 4, 9, 15, 42, 102, 318, 431, 219, 62),
        "csat": (31, 54, 132, 548, 439),
        "ces": (38, 55, 91, 165, 297, 341, 217),
    }[measure]
    middle = {"grade": (6, 7), "csat": (3, 3), "ces": (4, 4)}[measure]
    tallies = tuple(
        Tally(i, n, "low" if i < middle[0] else "middle" if i <= middle[1] else "high")
        for i, n in enumerate(counts, start=1)
    )
    groups = (
        Group("Zuid", Interval(402, value + amount, low + amount, high + amount), "higher"),
        Group("Noord", Interval(399, value, low - amount / 3, high + amount / 3)),
    )
    change = Change(
        "fell", HALF_BEFORE, HALF, difference=Interval(1100, -amount, -amount * 1.6, -amount * 0.4)
    )
    trend = tuple(
        Month(
            date(2026, i, 1),
            Interval(180, value + wave, low + wave - amount / 3, high + wave + amount / 3),
        )
        for i, wave in enumerate(
            (0.0, amount / 4, -amount / 3, 0.0, amount / 5, -amount / 2), start=1
        )
    )
    score = Score(
        measure,
        (1, top),
        Interval(1204, value, low, high),
        HALF,
        "transaction",
        tallies,
        change,
        trend,
    )
    return replace(RICH, score=score, dimensions=(Dimension("Regio", groups, amount),))


def with_change(change: Change | None) -> Picture:
    return replace(RICH, score=replace(NPS, change=change))


CHANGES = {
    "rose": Change("rose", HALF_BEFORE, HALF, difference=Interval(1900, 0.06, 0.01, 0.11)),
    "fell": Change("fell", HALF_BEFORE, HALF, difference=Interval(1900, -0.06, -0.11, -0.01)),
    "no_change": Change(
        "no_change", HALF_BEFORE, HALF, Interval(1900, 0.01, -0.04, 0.06), detectable=0.07
    ),
    "cannot_tell": Change("cannot_tell", HALF_BEFORE, HALF),
}
PICTURES = {
    "rich": RICH,
    "comments": COMMENTS_ONLY,
    "hostile": HOSTILE,
    "grade": of_measure("grade"),
    "csat": of_measure("csat"),
    "ces": of_measure("ces"),
    **{name: with_change(change) for name, change in CHANGES.items()},
    "busy": replace(RICH, calls=CALLS * 2),
    "early": replace(
        RICH,
        score=replace(NPS, trend=(Month(HALF.first, Interval(3, state="too_few")),)),
        dimensions=(
            Dimension(
                "Regio",
                (
                    Group("Noord", around(0.5, 90), "higher"),
                    Group("Oost", around(0.4, 90), "higher"),
                ),
            ),
        ),
        method=Method(),
        lake_version=4,
    ),
    "unsplit": replace(RICH, dimensions=()),
    "calm": replace(
        RICH, calls=(), more_calls=0, dimensions=(MOMENTS,), quotes=(), unknowns=(), heard=None
    ),
    "sampled": replace(
        RICH,
        heard=replace(
            HEARD, written=412_000, sampled=True, questions=HEARD.questions[1:2], worries=()
        ),
        calls=(Call("K-20500", ("harm",), date(2026, 7, 4), 1), *CALLS[1:]),
    ),
    "scattered": replace(
        RICH,
        heard=Heard("answers", 480, 470, 9, questions=(), worries=HEARD.worries, unquoted=1),
    ),
    "few": replace(
        RICH,
        heard=TOO_FEW_TEXTS,
        score=replace(NPS, now=Interval(4, state="too_few"), change=None),
        dimensions=(SHOPS,),
    ),
}

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name, picture in PICTURES.items():
        for language in ("en", "nl"):
            (folder / f"{name}.{language}.html").write_text(
                render(picture, language=language), encoding="utf-8"
            )
