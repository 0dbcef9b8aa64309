"""What kind of answer a question wants: a time, a place, a way, a reason, a permission … in both languages."""

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
    "which": r"welke?|wat|which|what",
    "can": r"kan|kun|kunt|kunnen|mag|mogen|mogelijk|zou|zouden|can|could|may|possible|would|will|able",
    "whether": r"is|zijn|heb|heeft|hebben|moet|moeten|klopt|wordt|worden|komt|doet|gaat|of|are|was|do|does|did|has|have"
    r"|must|should|if|whether",
}
PATTERNS = {form: re.compile(rf"\b(?:{words})\b") for form, words in FORMS.items()}
REQUEST = "request"


def form_of(question: str) -> str:
    """`when`, `how_much`, `why`, `where`, `how`, `who`, `which`, `can`, `whether`; else a `request`."""
    low = question.lower()
    return next((form for form, words in PATTERNS.items() if words.search(low)), REQUEST)
