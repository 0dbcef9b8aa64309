"""Writes into the privacy page how much personal data the redaction finds in texts it was not made on.

python docs/redaction.py            run it over the held-out half, write the table
python docs/redaction.py --check    exit with 1 when the page says something else
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import labelled_texts
from labelled_texts import Tally
from topofheart.understand.redaction import found

PAGE = Path(__file__).parent / "explanation" / "privacy.md"
BEGIN, END = "<!-- found: written by docs/redaction.py -->", "<!-- end of found -->"
KINDS = {
    "mail": "mail address",
    "phone": "phone number, also spoken",
    "iban": "bank account (IBAN)",
    "bsn": "citizen service number (BSN)",
    "card": "payment card",
    "postcode": "postcode and house number",
    "street": "street and house number",
    "plate": "Dutch number plate",
    "birth": "date of birth",
    "name": "name of a person",
    "link": "personal link",
    "ip": "IP address",
    "handle": "user name",
    "all": "**all together**",
}


def table() -> str:
    texts = labelled_texts.texts("held_out")
    counts = labelled_texts.tallies(texts, found)
    rows = [
        "| Kind | Dutch: marked | found | right | English: marked | found | right |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, words in KINDS.items():
        cells = [cell for language in ("nl", "en") for cell in _cells(counts[kind, language])]
        rows.append(f"| {words} | {' | '.join(cells)} |")
    clean = [one for one in texts if not one.marked]
    spoiled = sum(bool(found(one.text)) for one in clean)
    said = (
        f"{len(texts)} texts; {len(clean)} of them hold nothing personal, and in {spoiled} of those "
        "something was blanked all the same."
    )
    return "\n".join([*rows, "", said])


def _cells(tally: Tally) -> tuple[str, str, str]:
    found_share = f"{tally.recall:.0%}" if tally.marked else ""
    right_share = f"{tally.precision:.0%}" if tally.found else ""
    return str(tally.marked), found_share, right_share


def main(arguments: list[str]) -> int:
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    written = f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"
    if arguments == ["--check"]:
        if written != page:
            print("The table of docs/explanation/privacy.md is stale.", file=sys.stderr)
        return int(written != page)
    PAGE.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
