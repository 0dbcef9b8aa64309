"""Who fears what, and in which words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from measure.understood_lake import READER, Told, understood_lake
from topofheart.measure.question import ask
from topofheart.measure.worried import LONGEST, SHORTEST, worried

OF_CONTACTS = replace(ask("nps"), source="contacts", clusters=False)
LATE = "Ik ben bang dat de fiets niet op tijd komt voor onze vakantie."


def fearing(about: str, said: str | None = LATE, **more: object) -> Told:
    return {
        "worry": True, "worry_about": about, "worries": f" {about} ", "worry_said": said, **more,
    }  # fmt: skip


def test_customer_counts_once_and_a_text_of_nobody_as_one(tmp_path: Path) -> None:
    told = [fearing("too_late", customer="K1")] * 4 + [fearing("too_late", customer="K2")]
    told += [fearing("too_late")] * 3 + [fearing("money") | {"worries": " money too_late "}]
    found = worried(understood_lake(tmp_path, told).reader(), OF_CONTACTS, by_reader=READER)
    assert (found["too_late"].people, found["money"].people) == (6, 1)
    assert (found["safety"].people, found["safety"].said) == (0, ())


def test_clearest_words_come_first_and_stand_once(tmp_path: Path) -> None:
    vague = "Nou ja, het is allemaal wel weer goed gekomen hoor."
    told = [fearing("too_late", vague), fearing("too_late", LATE), fearing("too_late", LATE)]
    found = worried(understood_lake(tmp_path, told).reader(), OF_CONTACTS, by_reader=READER)
    assert found["too_late"].said == (LATE, vague)


def test_words_too_short_or_too_long_are_no_quote(tmp_path: Path) -> None:
    told = [fearing("money", "x" * (SHORTEST - 1)), fearing("money", "x" * (LONGEST + 1))]
    told.append(fearing("money", None))
    found = worried(understood_lake(tmp_path, told).reader(), OF_CONTACTS, by_reader=READER)
    assert (found["money"].people, found["money"].said) == (3, ())
