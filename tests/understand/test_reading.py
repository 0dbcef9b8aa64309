"""One text understood: what is told, what is not, and what no text may break."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.understand.labels import ACTS, EMOTIONS, TOPICS, VALENCES, WORRIES
from topofheart.understand.reading import (
    BATCH,
    MOST_TOPICS,
    MOST_WORRIES,
    Reading,
    prepared,
    reading,
    readings,
)

WITHOUT_WORDS = ["", None, " ", "\u00a0\n\t", "123 456", "?!", "…", "😀😡👍", "👎🏽", "\ud83d"]
OTHER_SCRIPTS = [
    "أين طلبي؟ أنا غاضب جدا",
    "我的包裹在哪里?我很生气",
    "Где моя посылка? Я очень зол",
    "Πού είναι το δέμα μου;",
    "מתי החבילה שלי מגיעה?",
    "私の荷物はどこですか",
    "मेरा पार्सल कहाँ है?",
]
OTHER_LANGUAGES = [
    "Wo bleibt mein Paket? Ich bin sehr enttäuscht von Ihnen.",
    "Où est mon colis ? Je suis très déçu de votre service.",
    "¿Dónde está mi pedido? Estoy muy enfadado con ustedes.",
    "Siparişim nerede, çok kızgınım ve hala bekliyorum.",
    "Gdzie jest moja paczka? Jestem bardzo zły na obsługę.",
    "Dov'è il mio pacco? Sono molto deluso dal servizio.",
    "Onde está a minha encomenda? Estou muito desiludido.",
    "Unde este coletul meu? Sunt foarte supărat.",
]
MAIL = """Goedemiddag,

Waar blijft mijn pakket?

Met vriendelijke groet,
Sanne Bakker
06-12345678

Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.

Op ma 3 mrt 2025 om 10:00 schreef Klantenservice <help@example.nl>:
> Wat geweldig fijn dat u zo blij bent!
> Dank u wel!"""
PAGE = """<html><head><title>Mail</title><style>p { color: red }</style></head><body>
<p>Waar blijft mijn <b>pakket</b>?</p><script>alert('prima')</script><div>Ik wacht &amp; wacht.</div>
</body></html>"""
TOLD_OF_A_REPLY = ("language.", "act.", "topic.")
STRANGE = st.text(max_size=200) | st.text(st.characters(), max_size=60).map("Waar is {} nu?".format)


def silent(found: Reading) -> bool:
    """Whether nothing but the language is told, not even a probability."""
    told = {name for name, likely in found.probabilities.items() if likely}
    return (
        found.valence is None
        and not (found.asks or found.worry)
        and not (found.emotions + found.questions + found.worries + found.worried)
        and not (found.topics + found.acts)
        and all(name.startswith("language.") for name in told)
    )


@pytest.mark.parametrize("text", WITHOUT_WORDS + OTHER_SCRIPTS)
@pytest.mark.parametrize("replies", [False, True])
def test_of_a_text_without_our_letters_nothing_is_told(text: str | None, replies: bool) -> None:
    (found,) = readings([text], replies=replies)
    assert found.language == "other"
    assert not found.understood
    assert silent(found)


def test_other_languages_are_mostly_known_as_such_and_then_nothing_is_told() -> None:
    others = [one for one in readings(OTHER_LANGUAGES) if one.language == "other"]
    assert len(others) >= 0.75 * len(OTHER_LANGUAGES)
    assert all(silent(one) for one in others)


def test_clear_texts_are_read_as_people_would() -> None:
    wanted = {
        "Wanneer wordt mijn pakket bezorgd?": ("nl", "neutral", True, False),
        "Wat een waardeloze service, ik ben woedend.": ("nl", "negative", False, False),
        "Super vriendelijk geholpen, hartelijk dank!": ("nl", "positive", False, False),
        "Ik ben bang dat mijn pakket kwijt is.": ("nl", "negative", False, True),
        "How can I cancel my subscription?": ("en", "neutral", True, False),
        "Terrible service, I am furious.": ("en", "negative", False, False),
        "Wonderful staff, thank you so much!": ("en", "positive", False, False),
        "I'm worried that my money is gone.": ("en", "negative", False, True),
    }
    told = [(one.language, one.valence, one.asks, one.worry) for one in readings([*wanted])]
    right = [
        a == b
        for one, due in zip(told, wanted.values(), strict=True)
        for a, b in zip(one, due, strict=True)
    ]
    assert sum(right) >= 0.85 * len(right), list(zip(wanted, told, strict=True))


@given(st.lists(STRANGE, min_size=1, max_size=4))
def test_any_unicode_is_read_and_its_quotes_are_pieces_of_the_prepared_text(
    texts: list[str],
) -> None:
    for text, found in zip(texts, readings(texts), strict=True):
        ready = prepared(text)
        assert all(said and said in ready for said in found.questions + found.worried)
        assert bool(found.questions) <= found.asks
        assert bool(found.worried) <= found.worry
        assert found.valence in (*VALENCES, None)
        assert set(found.emotions) <= set(EMOTIONS)
        assert set(found.worries) <= set(WORRIES)
        assert set(found.topics) <= set(TOPICS)
        assert len(found.topics) <= MOST_TOPICS
        assert len(found.worries) <= MOST_WORRIES
        json.dumps(found.as_dict(), ensure_ascii=False).encode("utf-8")


@given(STRANGE)
def test_language_and_valence_are_probabilities_that_add_up_to_one(text: str) -> None:
    found = reading(text)
    likely = found.probabilities
    assert all(0 <= one <= 1 for one in likely.values())
    assert sum(one for name, one in likely.items() if name.startswith("language.")) == (
        pytest.approx(1, abs=0.01)
    )
    valence = sum(one for name, one in likely.items() if name.startswith("valence."))
    assert valence == pytest.approx(1 if found.understood else 0, abs=0.01)


@given(STRANGE)
def test_of_a_reply_only_acts_and_topics_are_told(text: str) -> None:
    _only_acts(reading(text, reply=True))


@pytest.mark.parametrize(
    "text",
    [
        "Wat vervelend! Het spijt me zeer. Ik stuur u vandaag een nieuwe.",
        "Ik ben het zat, u bent de vervelendste klant die ik ooit had. Waarom doet u zo?",
        "I am so happy for you, and a bit worried. Could you send your order number?",
    ],
)
def test_an_employee_has_no_feelings_in_a_reading(text: str) -> None:
    found = reading(text, reply=True)
    _only_acts(found)
    told = found.as_dict()
    assert told["valence"] is None
    assert told["asks"] == {"is": False, "probability": 0, "questions": []}
    assert told["worry"] == {"is": False, "probability": 0, "about": [], "said": []}
    assert {**told["emotions"], "felt": 0} == dict.fromkeys(("felt", *EMOTIONS), 0)


def _only_acts(found: Reading) -> None:
    assert found.valence is None
    assert (found.asks, found.worry) == (False, False)
    assert not (found.emotions + found.questions + found.worries + found.worried)
    assert set(found.acts) <= set(ACTS)
    told = {name for name, likely in found.probabilities.items() if likely}
    assert all(name.startswith(TOLD_OF_A_REPLY) for name in told)


def test_acts_of_a_reply_are_found_and_a_customer_has_none() -> None:
    text = "Wat vervelend voor u, onze excuses. Wat is uw bestelnummer?"
    assert {"apologise", "ask"} <= set(reading(text, reply=True).acts)
    found = reading(text)
    assert found.acts == ()
    assert not [name for name, one in found.probabilities.items() if one and name[:4] == "act."]


def test_personal_data_is_blanked_before_anything_is_quoted() -> None:
    found = reading("Kunt u mij bellen op 06-12345678 of mailen naar jan@example.nl?")
    assert found.asks
    assert found.questions == ("Kunt u mij bellen op [phone] of mailen naar [mail]?",)
    assert "12345678" not in json.dumps(found.as_dict())


def test_a_mail_keeps_the_words_of_its_sender() -> None:
    assert prepared(MAIL) == "Goedemiddag,\n\nWaar blijft mijn pakket?"
    assert reading(MAIL).questions == ("Waar blijft mijn pakket?",)


@pytest.mark.parametrize(
    "tail",
    [
        "\n\nGroetjes,\nSanne",
        "\n\nKind regards,\nSanne Bakker\nManager",
        "\n--\nSanne\nTel 06-12345678",
        "\n\nVerzonden vanaf mijn iPhone",
        "\n\nDisclaimer: dit bericht is vertrouwelijk.",
        "\n\nDeze e-mail en eventuele bijlagen zijn uitsluitend bestemd voor de geadresseerde.",
        "\n\nOn Mon, 3 Mar 2025 at 10:00, Help <help@example.com> wrote:\n> So glad!",
        "\n\nVan: Klantenservice\nVerzonden: maandag 3 maart 2025\nAan: mij\n\nWat fijn!",
    ],
)
def test_signature_disclaimer_and_history_are_cut_off(tail: str) -> None:
    assert prepared(f"Waar blijft mijn pakket?{tail}") == "Waar blijft mijn pakket?"


@pytest.mark.parametrize(
    "text",
    [
        "Prijs < 10 en > 5, <3 dus",
        "Eerst dit.\nDan dat.\n\nEn nog iets",
        "Ik doe de groeten aan de monteur\nen graag een afspraak",
        "- ruilen\n- terugsturen",
    ],
)
def test_a_text_that_is_no_mail_stays_whole(text: str) -> None:
    assert prepared(text) == text


def test_of_a_page_only_what_is_seen_is_read() -> None:
    assert prepared(PAGE) == "Waar blijft mijn pakket?\n\nIk wacht & wacht."
    assert reading(PAGE).asks


@given(st.text(st.characters(), max_size=60))
def test_prepared_text_can_be_written_and_holds_no_control_characters(text: str) -> None:
    ready = prepared(f"a\x00b\x1b[31m\ud83d{text}\x07")
    ready.encode("utf-8")
    assert all(one in "\t\n\r\x85" or ord(one) >= 32 for one in ready)
    assert not set(ready) & {"\x7f", "\x9b", "\ud83d"}


def test_binary_is_read_without_its_control_characters() -> None:
    found = reading(bytes(range(256)).decode("latin-1") * 4)
    assert all("\x00" not in said for said in found.questions + found.worried)
    assert reading("Waar\x00blijft\x00mijn pakket?").questions == ("Waar blijft mijn pakket?",)


@pytest.mark.parametrize("piece", ["Waar blijft mijn pakket? ", "x", "\n", "<p ", "> ", "a@", "1"])
def test_a_text_of_a_megabyte_is_read(piece: str) -> None:
    found = reading(piece * (1_000_000 // len(piece)))
    assert found.language in ("nl", "en", "other")
    assert all(len(said) <= 400 for said in found.questions)


def test_many_texts_are_read_as_one_by_one() -> None:
    texts = ["Prima!", None, "Waar is het?", "Ik ben bang dat het niet past.", "Bad 😡"] * 150
    assert len(texts) > BATCH
    alone = [reading(text) for text in texts[:5]]
    for place, found in enumerate(readings(texts)):
        assert found == alone[place % 5]
        np.testing.assert_allclose(found.likely, alone[place % 5].likely, atol=1e-4)
