"""What can be understood of a text: the names of every label, in the order in which models keep them."""

from __future__ import annotations

UNDERSTOOD = ("nl", "en", "other")
VALENCES = ("negative", "neutral", "positive", "mixed")
EMOTIONS = (
    "gratitude", "joy", "relief", "annoyance", "disappointment", "worry", "confusion",
)  # fmt: skip
WORRIES = (
    "too_late", "not_coming", "money", "hassle", "stuck", "not_right", "safety", "deceived",
    "losing", "not_heard",
)  # fmt: skip
TOPICS = (
    "find", "order", "pay", "price", "delivery", "home", "product", "use", "invoice", "contact",
    "waiting", "appointment", "repair", "return", "cancel", "claim", "change", "account", "people",
    "trust", "place",
)  # fmt: skip
ACTS = ("acknowledge", "apologise", "explain", "ask", "solve", "send_away", "thank")

# Of a whole text, and of one segment of it.
OF_A_TEXT = (
    *(f"language.{one}" for one in UNDERSTOOD),
    *(f"valence.{one}" for one in VALENCES),
    *(f"emotion.{one}" for one in EMOTIONS),
    "asks",
    "worry",
    *(f"worry.{one}" for one in WORRIES),
    *(f"topic.{one}" for one in TOPICS),
    *(f"act.{one}" for one in ACTS),
)
OF_A_SEGMENT = ("segment.asks", "segment.worry")
COLUMNS = (*OF_A_TEXT, *OF_A_SEGMENT)


def of_kind(kind: str) -> slice:
    """Where the labels of one kind stand among those of a text."""
    places = [place for place, name in enumerate(OF_A_TEXT) if name.startswith(f"{kind}.")]
    return slice(places[0], places[-1] + 1)
