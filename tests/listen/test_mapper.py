"""The mapper on strange files: right, or asked. Never wrong without a word."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from listen.files import uses, write
from topofheart.listen.assumptions import Assumption, decided, sentence
from topofheart.listen.mapping import Mapping, checked
from topofheart.workspace import open

DICE = random.Random(11)
NAMES = ("Jan de Vries", "Piet Jansen", "Anna van den Berg", "Kees Bakker", "Fatima El Amrani",
         "Sofie Müller", "Tom O'Brien", "Joost Smit", "Noor de Jong", "Lars Visser")  # fmt: skip
PROSE = ("Heel snel geholpen door een aardige monteur", "Ik heb drie keer moeten bellen voor dit probleem",
         "Prima service maar wel wat duur geworden", "De website is niet te begrijpen voor ons",
         "Goed advies gekregen over de nieuwe ketel", "Waarom duurt de levering zo lang deze keer",
         "Fijn dat er iemand terugbelde over de rekening", "Niemand wist waar mijn bestelling was gebleven",
         "Complimenten voor de winkel in onze wijk", "Het duurde lang maar het is nu opgelost")  # fmt: skip


def cycle(*values: object) -> Callable[[int], object]:
    return lambda i: values[i % len(values)]


def dice(low: int, high: int) -> Callable[[int], object]:
    return lambda i: DICE.choice(range(low, high + 1)) if i > high - low else low + i


def day(i: int) -> str:
    return f"{i % 28 + 1:02d}-03-2026"


def table(columns: dict[str, Callable[[int], object]], rows: int = 60) -> str:
    lines = [";".join(f'"{name}"' for name in columns)]
    lines += [";".join(f'"{column(i)}"' for column in columns.values()) for i in range(rows)]
    return "\n".join(lines) + "\n"


def nps(i: int) -> object:
    return (9, 10, 8, 0, 7, 6, 10, 9, 3, 1)[i % 10]


def grade(i: int) -> object:
    return (8, 7, 9, 6, 1, 10, 8, 7, 5, 1, 1)[i % 11]


comment = cycle(*(f"{one} {n}" for n, one in enumerate(PROSE)))
prose: Callable[[int], object] = lambda i: f"{PROSE[i % 10]} en nog {i}"  # noqa: E731
number: Callable[[int], object] = lambda i: f"K{1000 + i % 40}"  # noqa: E731
mail: Callable[[int], object] = lambda i: f"klant{i % 40}@voorbeeld.nl"  # noqa: E731
name = cycle(*NAMES)
phone: Callable[[int], object] = lambda i: f"06-{12345600 + i % 40}"  # noqa: E731
own: Callable[[int], object] = lambda i: f"R_{i:06x}"  # noqa: E731

# name: (columns, what each column becomes, codes of what is asked)
FILES: dict[str, tuple[dict[str, Callable[[int], object]], dict[str, str], set[str]]] = {
    "Dutch, all there": (
        {"Datum": day, "Klantnummer": number, "NPS": nps, "Toelichting": prose, "Regio": cycle("Noord", "Zuid")},
        {"Datum": "answered_at", "Klantnummer": "customer_id", "NPS": "recommend", "Toelichting": "comment", "Regio": "d_regio"},
        set()),
    "English, all there": (
        {"Response ID": own, "Submitted at": cycle("2026-03-04T10:00:00Z"), "How likely are you to recommend us?": nps,
         "Why?": prose, "Store": cycle("Amsterdam", "Utrecht"), "Channel": cycle("mail", "web")},
        {"Response ID": "id", "Submitted at": "answered_at", "How likely are you to recommend us?": "recommend",
         "Why?": "comment", "Store": "unit", "Channel": "channel"}, set()),
    "question in full": (
        {"Ingevuld op": day, "Hoe waarschijnlijk is het dat u ons aanbeveelt aan familie of vrienden?": nps,
         "Waarom geeft u deze score?": prose},
        {"Ingevuld op": "answered_at", "Hoe waarschijnlijk is het dat u ons aanbeveelt aan familie of vrienden?": "recommend",
         "Waarom geeft u deze score?": "comment"}, set()),
    "words in one": (
        {"NPS_score": nps, "created_at": cycle("2026-03-04 10:00:00"), "customer_name": name, "customerId": number},
        {"NPS_score": "recommend", "created_at": "answered_at", "customer_name": "withheld", "customerId": "customer_id"}, set()),
    "rapportcijfer with decimals": (
        {"Datum": day, "Rapportcijfer": cycle("7,5", "8", "6,5", "9", "10"), "Opmerking": prose},
        {"Datum": "answered_at", "Rapportcijfer": "satisfaction", "Opmerking": "comment"}, set()),
    "recommendation from 1 to 10": (
        {"Datum": day, "Zou u ons aanbevelen (1-10)": grade},
        {"Datum": "answered_at", "Zou u ons aanbevelen (1-10)": "r_zou_u_ons_aanbevelen_1_10"}, {"not_0_10"}),
    "NPS with ones but never a zero": (
        {"Datum": day, "NPS": grade}, {"Datum": "answered_at", "NPS": "r_nps"}, {"not_0_10"}),
    "NPS with neither ones nor zeros": (
        {"Datum": day, "NPS": cycle(9, 8, 10, 7, 6)}, {"Datum": "answered_at", "NPS": "recommend"}, {"no_zeros"}),
    "recommendation from 1 to 5": (
        {"Datum": day, "Would you recommend us": dice(1, 5)},
        {"Datum": "answered_at", "Would you recommend us": "r_would_you_recommend_us"}, {"not_0_10"}),
    "labels on all answers": (
        {"Datum": day, "NPS": lambda i: f"{nps(i)} - {'zeer ' if int(str(nps(i))) > 8 else ''}waarschijnlijk"},
        {"Datum": "answered_at", "NPS": "recommend"}, set()),
    "labels at the ends": (
        {"Datum": day, "NPS": lambda i: {0: "0 - Not at all likely", 10: "10 - Extremely likely"}.get(int(str(nps(i))), nps(i))},
        {"Datum": "answered_at", "NPS": "recommend"}, set()),
    "satisfaction from 1 to 5": (
        {"Datum": day, "Tevredenheid": dice(1, 5)}, {"Datum": "answered_at", "Tevredenheid": "satisfaction"}, {"scale"}),
    "satisfaction from 1 to 7, said so": (
        {"Datum": day, "Satisfaction (1 to 7)": dice(2, 5)},
        {"Datum": "answered_at", "Satisfaction (1 to 7)": "satisfaction"}, set()),
    "two scores": (
        {"Datum": day, "NPS": nps, "Cijfer": grade}, {"Datum": "answered_at", "NPS": "recommend", "Cijfer": "satisfaction"}, set()),
    "two scores without a name": (
        {"Datum": day, "Score 1": nps, "Score 2": grade},
        {"Datum": "answered_at", "Score 1": "recommend", "Score 2": "r_score_2"}, {"score_0_10"}),
    "scores called Q1": (
        {"Datum": day, "Q1": grade, "Q2": prose}, {"Datum": "answered_at", "Q1": "satisfaction", "Q2": "comment"}, {"score_1_10"}),
    "no score": (
        {"Datum": day, "Opmerking": prose, "Afdeling": cycle("Noord", "Zuid")},
        {"Datum": "answered_at", "Opmerking": "comment", "Afdeling": "unit"}, set()),
    "no day": (
        {"NPS": nps, "Opmerking": prose}, {"NPS": "recommend", "Opmerking": "comment"}, set()),
    "mail is the only id": (
        {"Datum": day, "Uw mail": mail, "NPS": nps}, {"Datum": "answered_at", "Uw mail": "hidden:customer_id", "NPS": "recommend"}, set()),
    "mail, phone and name beside a number": (
        {"Datum": day, "Klantnr": number, "E-mail": mail, "Telefoon": phone, "Voornaam": cycle("Jan", "Piet"), "Achternaam": cycle("Vries", "Smit"), "NPS": nps},
        {"Datum": "answered_at", "Klantnr": "customer_id", "E-mail": "withheld", "Telefoon": "withheld", "Voornaam": "withheld", "Achternaam": "withheld", "NPS": "recommend"}, set()),
    "phone is the only id": (
        {"Datum": day, "Contact number": phone, "NPS": nps},
        {"Datum": "answered_at", "Contact number": "hidden:customer_id", "NPS": "recommend"}, set()),
    "phone without its zero": (
        {"Datum": day, "Mobiel": lambda i: 612345600 + i, "NPS": nps},
        {"Datum": "answered_at", "Mobiel": "hidden:customer_id", "NPS": "recommend"}, set()),
    "customers by name": (
        {"Datum": day, "Klant": name, "NPS": nps}, {"Datum": "answered_at", "Klant": "hidden:customer_id", "NPS": "recommend"}, set()),
    "names under a strange header": (
        {"Datum": day, "Wie": lambda i: f"{NAMES[i % 10]}{'sen' * (i // 10)}", "NPS": nps},
        {"Datum": "answered_at", "Wie": "withheld", "NPS": "recommend"}, set()),
    "employees": (
        {"Datum": day, "Behandelaar": name, "Medewerker vriendelijk": dice(1, 5), "NPS": nps},
        {"Datum": "answered_at", "Behandelaar": "withheld", "Medewerker vriendelijk": "r_medewerker_vriendelijk", "NPS": "recommend"}, set()),
    "a mobile app is not a phone": (
        {"Datum": day, "Mobile app rating": dice(1, 10), "NPS": nps},
        {"Datum": "answered_at", "Mobile app rating": "r_mobile_app_rating", "NPS": "recommend"}, set()),
    "several comments": (
        {"Datum": day, "NPS": nps, "Opmerking": comment, "Wat kan beter?": prose, "Wat ging goed?": prose},
        {"Datum": "answered_at", "NPS": "recommend", "Opmerking": "comment", "Wat kan beter?": "d_wat_kan_beter", "Wat ging goed?": "d_wat_ging_goed"}, set()),
    "ids that are not customers": (
        {"Datum": day, "Ordernummer": lambda i: f"O{i:05d}", "Product code": cycle("P1", "P2"), "Filiaalnummer": cycle(11, 12), "NPS": nps},
        {"Datum": "answered_at", "Ordernummer": "", "Product code": "d_product_code", "Filiaalnummer": "unit", "NPS": "recommend"}, set()),
    "ids with zeros before them are not phones": (
        {"Datum": day, "Response ID": lambda i: f"{i:010d}", "NPS": nps},
        {"Datum": "answered_at", "Response ID": "id", "NPS": "recommend"}, set()),
    "row numbers are not ids": (
        {"Nr": lambda i: i + 1, "Datum": day, "NPS": nps}, {"Nr": "", "Datum": "answered_at", "NPS": "recommend"}, set()),
    "several days": (
        {"Orderdatum": day, "Ingevuld": day, "NPS": nps},
        {"Orderdatum": "d_orderdatum", "Ingevuld": "answered_at", "NPS": "recommend"}, set()),
    "a day that is another day": (
        {"Contract end date": day, "NPS": nps}, {"Contract end date": "answered_at", "NPS": "recommend"}, {"which_day"}),
    "birthdays are not the day": (
        {"Geboortedatum": day, "NPS": nps}, {"Geboortedatum": "withheld", "NPS": "recommend"}, set()),
    "days that could be months": (
        {"Date": lambda i: f"{i % 12 + 1:02d}/{i % 11 + 1:02d}/2026", "NPS": nps},
        {"Date": "answered_at", "NPS": "recommend"}, {"day_month"}),
    "Excel days as numbers": (
        {"Datum": lambda i: 46000 + i, "NPS": nps}, {"Datum": "answered_at", "NPS": "recommend"}, set()),
    "yes and no": (
        {"Datum": day, "NPS": nps, "Opgelost": cycle("Ja", "Nee"), "Voltooid": cycle("Ja", "Nee")},
        {"Datum": "answered_at", "NPS": "recommend", "Opgelost": "d_opgelost", "Voltooid": "complete"}, set()),
    "likely to renew is no recommendation": (
        {"Datum": day, "Likelihood to renew": nps}, {"Datum": "answered_at", "Likelihood to renew": "r_likelihood_to_renew"}, set()),
    "effort, easy is high": (
        {"Datum": day, "Easy to get help": dice(1, 7)}, {"Datum": "answered_at", "Easy to get help": "effort"}, set()),
    "effort, which way round": (
        {"Datum": day, "How much effort did it take": dice(1, 7)},
        {"Datum": "answered_at", "How much effort did it take": "effort"}, {"effort_direction"}),
    "effort from 1 to 5": (
        {"Datum": day, "CES": dice(1, 5)}, {"Datum": "answered_at", "CES": "r_ces"}, {"effort_scale"}),
    "the table's own names": (
        {"answer_id": own, "answered_at": cycle("2026-03-04T10:00:00Z"), "recommend": nps, "kind": cycle("transaction"), "comment": prose},
        {"answer_id": "id", "answered_at": "answered_at", "recommend": "recommend", "kind": "kind", "comment": "comment"}, set()),
    "the table's own names with other values": (
        {"satisfaction": cycle(80, 90, 75), "kind": cycle("A", "B"), "answered_at": day},
        {"satisfaction": "r_satisfaction", "kind": "d_kind", "answered_at": "answered_at"}, set()),
    "names that look like others (NHS, HCAHPS, online retail)": (
        {"Comment ID": lambda i: f"PTS {i} - Q1", "Date": cycle("2026-03-04"), "Hospital.Name": cycle("SOUTH MEDICAL CENTER", "North Clinic"),
         "Number.of.Completed.Surveys": cycle("300 or more", "100 to 299"), "UnitPrice": cycle("2.55", "3.39"), "FFT answer": prose},
        {"Comment ID": "d_comment_id", "Date": "answered_at", "Hospital.Name": "d_hospital_name",
         "Number.of.Completed.Surveys": "d_number_of_completed_surveys", "UnitPrice": "r_unitprice", "FFT answer": "comment"}, set()),
    "a few mistakes": (
        {"Datum": lambda i: "onbekend" if i == 7 else day(i), "NPS": lambda i: "11" if i == 3 else "tien" if i == 9 else nps(i)},
        {"Datum": "answered_at", "NPS": "recommend"}, set()),
}  # fmt: skip


def proposed(tmp_path: Path, text: str) -> tuple[Mapping, Sequence[Assumption]]:
    return open(tmp_path / "acme").proposal(write(tmp_path, text))


@pytest.mark.parametrize("kind", FILES)
def test_strange_file_is_mapped_rightly_or_asked_about(kind: str, tmp_path: Path) -> None:
    columns, expected, asked = FILES[kind]
    mapping, assumptions = proposed(tmp_path, table(columns))
    assert uses(mapping) == expected
    assert {one.code for one in assumptions} == asked
    assert checked(mapping) == mapping
    for one in assumptions:
        assert one.column in columns
        assert all(one.column in sentence(one, language) for language in ("en", "nl"))


@pytest.mark.parametrize("label", ["Cijfer", "Rapportcijfer", "Score", "NPS", "Aanbeveling", "Recommend (1-10)", "Q1",
    "Rating", "Overall score", "Hoe waarschijnlijk beveelt u ons aan?", "recommend"])  # fmt: skip
@pytest.mark.parametrize("rows", [40, 400])
def test_grades_from_1_to_10_are_never_silently_a_recommendation(
    label: str, rows: int, tmp_path: Path
) -> None:
    mapping, assumptions = proposed(tmp_path, table({"Datum": day, label: grade}, rows))
    taken = mapping.of("recommend")
    assert taken is None
    assert mapping.of("satisfaction") or {one.code for one in assumptions} == {"not_0_10"}


@pytest.mark.parametrize(
    ("kind", "scale"),
    [
        ("rapportcijfer with decimals", "1-10"), ("satisfaction from 1 to 5", "1-5"),
        ("satisfaction from 1 to 7, said so", "1-7"), ("two scores", "1-10"), ("scores called Q1", "1-10"),
    ],
)  # fmt: skip
def test_scale_of_satisfaction_is_the_one_of_its_values(
    kind: str, scale: str, tmp_path: Path
) -> None:
    mapping, _ = proposed(tmp_path, table(FILES[kind][0]))
    assert mapping.constants["satisfaction_scale"] == scale


def test_answer_to_every_question_gives_a_mapping_that_holds(tmp_path: Path) -> None:
    for kind, (columns, _, asked) in FILES.items():
        mapping, assumptions = proposed(tmp_path, table(columns))
        for one in assumptions:
            for choice in (one.taken, *one.others):
                after = checked(decided(mapping, one, choice))
                if one.code == "day_month":
                    assert after.of("answered_at").format == choice, kind  # type: ignore[union-attr]
                elif one.code == "scale":
                    assert after.constants["satisfaction_scale"] == choice
                elif one.code == "which_day":
                    assert after.of("answered_at").name == choice  # type: ignore[union-attr]
                elif choice == "reversed":
                    assert after.of(one.taken).reverse, kind  # type: ignore[union-attr]
                else:
                    assert after.of(choice).name == one.column  # type: ignore[union-attr]
        assert bool(asked) == bool(assumptions)


def test_other_day_chosen_keeps_its_own_format(tmp_path: Path) -> None:
    columns = {"Order date": day, "Service date": cycle("2026-03-04"), "NPS": nps}
    mapping, (asked,) = proposed(tmp_path, table(columns))
    (other,) = asked.others
    after = decided(mapping, asked, other)
    assert (after.of("answered_at").name, after.of("answered_at").format) == ("Service date", "iso")  # type: ignore[union-attr]
