"""What kind of answer a question wants: a time, an amount, a reason, a place, a way, a person; in both languages."""

from __future__ import annotations

import re

# The first that is found counts, so that "how long" is a time and "how much" an amount.
FORMS = {
    "when": r"wanneer|hoe ?lang|hoe laat|hoe snel|welke dag|welke datum|tot wanneer|wnr|when|how (?:long|soon|late)"
    r"|what (?:time|day|date)|which day|eta|since when",
    "how_much": r"hoe ?veel|wat kost|wat kosten|kosten daarvan|welke prijs|tarief|how (?:much|many)|what does .{0,30}cost"
    r"|price|cost",
    "why": r"waarom|hoezo|hoe kan het|hoe komt|vanwaar|why|how come|how is it possible|what is the reason",
    "where": r"waar(?!om|schijn)|where",
    "how": r"hoe|how",
    "who": r"wie|who|whom",
}
PATTERNS = {form: re.compile(rf"\b(?:{words})\b") for form, words in FORMS.items()}
OTHER = "other"


def form_of(question: str) -> str:
    """`when`, `how_much`, `why`, `where`, `how`, `who`; what only wants a yes or a deed is `other`."""
    low = question.lower()
    return next((form for form, words in PATTERNS.items() if words.search(low)), OTHER)
