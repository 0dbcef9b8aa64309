"""What customers write: many voices, few repeats, and private data to redact."""

from __future__ import annotations

import re

import numpy as np
import pyarrow.compute as pc
import pytest

from topofheart.demo.firm import load
from topofheart.demo.organisation import build
from topofheart.demo.people import LANGUAGES
from topofheart.demo.words import SLOTS, filled

TABLES = build(customers=4_000).tables
COMMENTS = TABLES["answers"]["comment"].drop_null().to_pylist()
TEXTS = TABLES["contacts"]["text"].drop_null().to_pylist()
FILES = [
    f"{name}.{one}" for name in ("comments", "contacts", "replies", "frames") for one in LANGUAGES
]


def test_hardly_any_two_comments_are_equal():
    assert len(set(COMMENTS)) / len(COMMENTS) > 0.98
    assert len(set(TEXTS)) / len(TEXTS) > 0.75


def test_about_half_of_the_answers_have_a_comment():
    assert 0.38 < len(COMMENTS) / TABLES["answers"].num_rows < 0.5


def test_texts_are_clean_of_slots_tags_and_doubled_marks():
    replies = TABLES["contacts"]["reply"].drop_null().to_pylist()
    for text in COMMENTS + TEXTS + replies:
        assert text.strip() == text
        assert text
        assert not re.search(r"[{}@](young|second|formal|flemish)|\{|\}|  |\?\. ", text), text


def test_both_languages_are_used_and_told_apart():
    answers = TABLES["answers"].filter(pc.is_valid(TABLES["answers"]["comment"]))
    language = np.array(answers["language"].to_pylist())
    assert (language == "nl").mean() == pytest.approx(0.8, abs=0.04)
    dutch = [
        re.search(r"\b(de|het|een|niet|ik|en)\b", text.lower())
        for text in answers["comment"].to_pylist()
    ]
    found = np.array([one is not None for one in dutch])
    assert found[language == "nl"].mean() > found[language == "en"].mean() + 0.5


def test_some_texts_hold_private_data():
    for pattern in (r"@example\.nl", r"06-12345\d{3}", r"NL\d{2}DEMO\d{10}"):
        assert any(re.search(pattern, text) for text in COMMENTS + TEXTS)
    private = [bool(re.search(r"@example\.nl|06-12345|DEMO\d", text)) for text in COMMENTS]
    assert 0.008 < np.mean(private) < 0.035


def test_accounts_have_a_right_check_number():
    account = filled("{iban}", 0, 0, 123456789, 0)
    moved = account[4:] + account[:4]
    assert int("".join(str(int(one, 36)) for one in moved)) % 97 == 1


@pytest.mark.parametrize("name", FILES)
def test_every_sentence_uses_known_slots_and_is_written_once(name):
    for topic, moods in load(f"texts/{name}").items():
        if topic == "slips":
            continue
        for mood, sentences in moods.items():
            assert len(set(sentences)) == len(sentences), (topic, mood)
            for sentence in sentences:
                assert set(re.findall(r"\{(\w+)\}", sentence)) <= SLOTS, sentence


def test_chatbot_is_not_mentioned_before_it_exists():
    answers = TABLES["answers"].filter(pc.is_valid(TABLES["answers"]["comment"]))
    early = pc.less(answers["answered_at"].cast("date32"), np.datetime64("2025-10-01", "D").item())
    contacts = TABLES["contacts"].filter(pc.is_valid(TABLES["contacts"]["text"]))
    first = pc.less(
        contacts["contacted_at"].cast("date32"), np.datetime64("2025-10-01", "D").item()
    )
    early_texts = contacts.filter(first)["text"].to_pylist()
    for text in answers.filter(early)["comment"].to_pylist() + early_texts:
        assert not re.search(r"chatbot|robot|\bbot\b", text.lower()), text
