"""The catalogue of questions, and what a question wants to know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.kernel.errors import UnknownName
from topofheart.understand.asked import catalogue, known_group
from topofheart.understand.forms import FORMS, OTHER, form_of
from topofheart.understand.labels import TOPICS, WORRIES
from topofheart.understand.telling import Telling

EVERYDAY = {
    "delivery_when": ("Wanneer wordt mijn pakket bezorgd?", "When will my parcel be delivered?"),
    "delivery_letterbox": ("Past het door de brievenbus?", "Does it fit through the letterbox?"),
    "delivery_stay_home": ("Moet ik er thuis voor blijven?", "Do I have to stay at home for it?"),
    "exchange_how": ("Hoe kan ik het ruilen?", "How can I exchange it?"),
    "return_how": ("Hoe stuur ik mijn bestelling terug?", "How do I send my order back?"),
    "refund_when": ("Wanneer krijg ik mijn geld terug?", "When will I get my money back?"),
    "cancel_how": ("Hoe kan ik mijn abonnement opzeggen?", "How can I cancel my subscription?"),
    "order_cancel": ("Kan ik mijn bestelling nog annuleren?", "Can I still cancel my order?"),
    "delivery_cost": ("Wat kost de verzending?", "How much is the shipping?"),
    "product_stock": ("Wanneer is deze weer op voorraad?", "When will this be back in stock?"),
    "contact_hours": ("Hoe laat gaan jullie open?", "What time do you open?"),
    "appointment_move": (
        "Kan ik mijn afspraak verzetten?",
        "Can I move my appointment to another day?",
    ),
    "appointment_make": ("Hoe maak ik een afspraak?", "How can I book an appointment?"),
    "invoice_copy": ("Waar kan ik mijn factuur vinden?", "Where do I find my invoice?"),
    "contact_callback": ("Kunt u mij morgen terugbellen?", "Could you call me back tomorrow?"),
    "contact_human": ("Kan ik met een medewerker spreken?", "Can I speak to a real person?"),
    "change_address": ("Hoe geef ik een adreswijziging door?", "How do I change my address?"),
    "parking": ("Kan ik bij jullie parkeren?", "Can I park at your place?"),
    "guarantee": ("Valt dit nog onder de garantie?", "Is this still under guarantee?"),
    "discount_code": (
        "Waarom werkt mijn kortingscode niet?",
        "Why is my discount code not working?",
    ),
    "delivery_tracking": ("Hoe kan ik mijn pakket volgen?", "How can I track my parcel?"),
    "login_fail": ("Waarom kan ik niet inloggen?", "Why can I not log in?"),
    "pay_instalments": ("Kan ik in termijnen betalen?", "Can I pay in instalments?"),
    "passport_apply": (
        "Hoe vraag ik een nieuw paspoort aan?",
        "How do I apply for a new passport?",
    ),
}
LEAST_RIGHT = 0.85


def test_every_type_has_its_own_id_and_two_names_a_known_topic_and_worry() -> None:
    types = catalogue().types
    assert len({one.id for one in types}) == len(types) >= 100
    assert all(one.nl.strip() and one.en.strip() for one in types)
    assert len({one.nl for one in types}) == len({one.en for one in types}) == len(types)
    assert {one.topic for one in types} <= set(TOPICS)
    assert {one.worry for one in types} <= {*WORRIES, None}
    assert {one.id for one in types} <= set(catalogue().stability)


def test_everyday_questions_get_the_same_right_type_in_both_languages() -> None:
    dutch, english = zip(*EVERYDAY.values(), strict=True)
    found = zip(EVERYDAY, catalogue().types_of(dutch), catalogue().types_of(english), strict=True)
    wrong = [(id, nl, en) for id, nl, en in found if not id == nl == en]
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(EVERYDAY), wrong


def test_a_question_gets_the_same_type_alone_and_among_others() -> None:
    every = [one for pair in EVERYDAY.values() for one in pair]
    assert catalogue().types_of(every) == [catalogue().types_of([one])[0] for one in every]


def test_what_says_nothing_has_no_type() -> None:
    assert catalogue().types_of([]) == []
    assert catalogue().types_of(["", "?", "hmm", "😀"]) == [None] * 4


@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_text_has_probabilities_that_add_up_to_one(texts: list[str]) -> None:
    likely = catalogue().likely(texts) if texts else None
    if likely is not None:
        assert likely.shape == (len(texts), len(catalogue().types) + 1)
        assert likely.sum(axis=1).tolist() == pytest.approx([1] * len(texts), abs=1e-4)


def test_a_group_is_a_type_a_topic_with_a_form_or_ones_own() -> None:
    for id in ("delivery_when", "delivery.when", f"home.{OTHER}"):
        known_group(id)
    known_group("ours", ["ours"])
    for id in ("delivery_wen", "delivery.sideways", "nowhere.when", ""):
        with pytest.raises(UnknownName):
            known_group(id)


def test_an_unknown_group_is_told_what_is_near() -> None:
    with pytest.raises(UnknownName, match="delivery_when"):
        known_group("delivery_wen")


def test_an_entry_holds_when_each_of_its_parts_does() -> None:
    telling = Telling([(0, "wanneer+bezorg*/lever*"), (1, "*factuur")], 2)
    held = telling.hits(
        ["wanneer bezorgd?", "Wanneer levert u", "wanneer", "de jaarfactuur", "factuurtje", ""]
    )
    assert (held > 0).tolist() == [
        [True, False],
        [True, False],
        [False, False],
        [False, True],
        [False, False],
        [False, False],
    ]


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Wanneer komt het?", "when"),
        ("How long will it take?", "when"),
        ("Hoelang duurt dat?", "when"),
        ("Hoeveel kost het?", "how_much"),
        ("How much is it?", "how_much"),
        ("Waarom is het duurder?", "why"),
        ("How come it is late?", "why"),
        ("Waar kan ik parkeren?", "where"),
        ("Where are you?", "where"),
        ("Hoe zeg ik op?", "how"),
        ("How do I cancel?", "how"),
        ("Wie belt mij?", "who"),
        ("Welke maat past?", OTHER),
        ("Kan het ook morgen?", OTHER),
        ("May I come in?", OTHER),
        ("Is het al binnen?", OTHER),
        ("Did you get it?", OTHER),
        ("Graag een nieuwe factuur", OTHER),
        ("Please send it again", OTHER),
        ("", OTHER),
    ],
)
def test_a_question_wants_a_time_an_amount_a_reason_or_a_way(question: str, form: str) -> None:
    assert form_of(question) == form


@given(st.text(max_size=80))
def test_any_text_has_a_form(text: str) -> None:
    assert form_of(text) in {*FORMS, OTHER}
