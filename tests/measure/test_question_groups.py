"""An analyst's work on the groups: what it does, what it refuses, and that it is kept whole."""

from __future__ import annotations

import threading
from pathlib import Path

import ibis
import pytest

from topofheart.kernel.errors import InvalidInput, UnknownName
from topofheart.lake.duckdb_engine import DuckEngine, literal
from topofheart.measure.question_groups import FILE, Groups, read_groups, write_groups


def grouped(groups: Groups, *asked: tuple[str, str]) -> list[str]:
    """The groups of questions, each given as its type and its words."""
    engine = DuckEngine()
    engine.sql("CREATE TABLE asked (place INTEGER, kind VARCHAR, said VARCHAR)")
    for place, (kind, said) in enumerate(asked):
        engine.sql(f"INSERT INTO asked VALUES ({place}, {literal(kind)}, {literal(said)})")
    rows = ibis.table({"place": "int32", "kind": "string", "said": "string"}, name="asked")
    told = rows.select("place", found=groups.of(rows.kind, rows.said)).order_by("place")
    found = [str(row["found"]) for row in engine.read(told).to_pylist()]
    engine.close()
    return found


def test_merged_groups_count_as_one_over_several_steps() -> None:
    groups = Groups().merge("a", "b").merge("b", "c")
    assert grouped(groups, ("a", ""), ("b", ""), ("c", ""), ("d", "")) == ["c", "c", "c", "d"]


@pytest.mark.parametrize(("one", "into"), [("a", "a"), ("b", "a"), ("c", "a"), ("c", "b")])
def test_merge_that_goes_round_in_a_circle_is_refused(one: str, into: str) -> None:
    groups = Groups().merge("a", "b").merge("b", "c")
    with pytest.raises(InvalidInput) as refused:
        groups.merge(one, into)
    assert (refused.value.code, bool(refused.value.hint)) == ("circle", True)


def test_split_takes_questions_with_a_word_that_begins_so() -> None:
    groups = Groups().split("a", "own", ("fiets", "brief post", "É"))
    asked = [
        ("a", "Past mijn FIETSTAS?"),
        ("a", "Past mijn bakfiets?"),
        ("a", "Gaat het met de brief post?"),
        ("a", "Is (fiets) goed?"),
        ("a", "Een être, een étage"),
        ("b", "Past mijn fiets?"),
    ]
    assert grouped(groups, *asked) == ["own", "a", "own", "own", "own", "b"]


def test_split_words_are_words_and_not_patterns() -> None:
    groups = Groups().split("a", "own", ("wat|hoe", "(x", "'; drop"))
    assert grouped(groups, ("a", "wat kost het"), ("a", "x"), ("a", "'; drop it")) == [
        "a",
        "a",
        "own",
    ]


def test_split_off_group_may_be_merged_again() -> None:
    groups = Groups().split("a", "own", ("fiets",)).merge("own", "b")
    assert grouped(groups, ("a", "mijn fiets"), ("a", "mijn boek")) == ["b", "a"]


@pytest.mark.parametrize("id", ["", "Own", "1st", "own group", "own;", "a" * 61])
def test_split_into_what_cannot_be_an_id_is_refused(id: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Groups().split("a", id, ("fiets",))
    assert refused.value.code == "bad_group"
    with pytest.raises(InvalidInput):
        Groups().split("a", "own", ())


def test_apart_undoes_a_merge_or_a_split_and_nothing_else() -> None:
    groups = Groups().merge("a", "b").merge("c", "b").split("d", "own", ("x",))
    assert groups.apart("a").merged == {"c": "b"}
    assert groups.apart("own").splits == ()
    assert groups.apart("own").merged == groups.merged
    with pytest.raises(UnknownName, match="'b'"):
        groups.apart("b")


def test_rename_keeps_a_name_in_each_language() -> None:
    groups = Groups().rename("a", "nl", "Bezorging").rename("a", "en", "Delivery")
    groups = groups.rename("a", "nl", "Levering").rename("b", "en", "Price")
    assert groups.names == {"a": {"nl": "Levering", "en": "Delivery"}, "b": {"en": "Price"}}


def test_pin_holds_once_and_lets_go() -> None:
    groups = Groups().pin("a").pin("b").pin("a")
    assert groups.pinned == ("b", "a")
    assert groups.pin("b", on=False).pinned == ("a",)


def test_named_lists_every_group_once() -> None:
    groups = Groups().merge("a", "b").split("c", "own", ("x",)).rename("a", "nl", "A").pin("d")
    assert groups.named() == ("a", "b", "c", "d")
    assert groups.own() == ("own",)


WORK = (
    Groups()
    .merge("a", "b.c")
    .split("d", "own", ('"fiets"', "é\\n"))
    .rename("b.c", "nl", 'Wat is "é" \\ nu?\nEn dan?')
    .rename("b.c", "en", "Ça va 🚲")
    .pin("d")
)


def test_file_read_back_says_the_same(tmp_path: Path) -> None:
    assert read_groups(tmp_path) == Groups()
    for groups in (Groups(), WORK):
        write_groups(tmp_path / "w", groups)
        assert read_groups(tmp_path / "w") == groups
    assert [path.name for path in (tmp_path / "w").iterdir()] == [FILE]


def test_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_groups(tmp_path, WORK)
    with monkeypatch.context() as killed:
        killed.setattr(Path, "replace", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            write_groups(tmp_path, Groups())
    assert read_groups(tmp_path) == WORK


@pytest.mark.parametrize(
    "text",
    [
        "pinned = [",
        "merged = 3",
        "names = ['a']",
        "[names]\na = 'A'",
        "[[split]]\nid = 'own'",
        "split = 5",
        "pinned = 7",
        "merged = ['a']",
        "[merged]\na = 'b'\nb = 'a'",
        "[[split]]\nid = 'own'\nof = 'a'\nwords = []",
        "[[split]]\nid = 'own'\nof = 'a'\nwords = 'fiets'",
        "[[split]]\nid = 'Own group'\nof = 'a'\nwords = ['x']",
        "pinned = 'abc'",
        "pined = ['a']",
    ],
)
def test_broken_file_is_told_with_its_path_and_a_way_out(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"questions\.toml") as refused:
        read_groups(tmp_path)
    assert (refused.value.code, bool(refused.value.hint)) == ("bad_groups", True)


def test_file_that_is_no_text_is_told_as_broken(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput) as refused:
        read_groups(tmp_path)
    assert refused.value.code == "bad_groups"


def test_reader_beside_a_writer_never_sees_half_a_file(tmp_path: Path) -> None:
    write_groups(tmp_path, Groups())
    done = threading.Event()
    seen = set()

    def look() -> None:
        while not done.is_set():
            seen.add(len(read_groups(tmp_path).names))

    looking = threading.Thread(target=look)
    looking.start()
    large = Groups(names={f"g{i}": {"nl": "naam " * 50} for i in range(300)})
    for _ in range(10):
        write_groups(tmp_path, large)
        write_groups(tmp_path, Groups())
    done.set()
    looking.join()
    assert seen <= {0, 300}
    assert read_groups(tmp_path) == Groups()
