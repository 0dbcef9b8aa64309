"""Mails, chats, calls and tickets: one contact per conversation, with what both sides said."""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listen.files import accounted, bytes_of, lake_rows, read, write
from listen.right import differences, read_export
from topofheart.kernel.errors import TopOfHeartError
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.listen.assumptions import decided, sentence
from topofheart.listen.mail_body import own_words, text_of_html
from topofheart.listen.sides import our_domain, word_for
from topofheart.listen.text_rows import open_rows
from topofheart.listen.transcripts import is_transcript
from topofheart.workspace import Workspace, open

EXPORTS = (
    "call_transcript.vtt", "chat_transcript.txt", "whatsapp.txt", "support.mbox", "mails/one.eml", "mails/two.eml",
    "mails/html_only.eml", "zendesk_comments.json", "zendesk_comments.jsonl", "zendesk_tickets.csv",
    "frappe_hd_ticket.csv",
)  # fmt: skip
TALK = "text, reply, wait_seconds"


@pytest.mark.parametrize("name", EXPORTS)
def test_export_of_conversations_is_read_as_its_maker_meant(
    name: str, workspace: Workspace
) -> None:
    done = read_export(name, workspace)
    assert differences(name, done, workspace) == []
    again = read_export(name, workspace)
    assert (again.placed.new, again.placed.changed) == (0, 0)


# What somebody wrote in a mail -------------------------------------------------------------------

QUOTES = {
    "gmail, Dutch": "Op ma 2 mrt 2026 om 14:05 schreef Jan <jan@example.org>:",
    "gmail, English": "On Mon, Mar 2, 2026 at 2:05 PM Jan <jan@example.org> wrote:",
    "apple, Dutch": "Op 2 mrt 2026, om 14:05 heeft Acme <info@acme.example> het volgende geschreven en schreef Jan:",
    "outlook, Dutch": "Van: Acme <info@acme.example>\nVerzonden: maandag 2 maart 2026 14:05\nAan: Jan\nOnderwerp: RE: fiets",
    "outlook, English": "From: Acme <info@acme.example>\nSent: Monday, March 2, 2026 14:05\nTo: Jan",
    "original message": "-----Oorspronkelijk bericht-----",
    "thunderbird": "Op 02-03-2026 om 14:05 schreef Jan:\n> eerste regel\n> tweede regel",
}  # fmt: skip


@pytest.mark.parametrize("kind", QUOTES)
def test_quoted_history_is_cut_off(kind: str) -> None:
    quoted = QUOTES[kind] + ("" if ">" in QUOTES[kind].split("\n")[-1] else "\nDe oude woorden")
    words, cut = own_words(f"Wanneer komt hij nu?\n\n{quoted}\n")
    assert (words, cut) == ("Wanneer komt hij nu?", True)


def test_answer_below_a_quote_is_kept() -> None:
    words, _ = own_words(
        "Op 2 maart 2026 schreef Jan <jan@example.org>:\n> Bent u open?\n\nJa, tot vijf uur."
    )
    assert words == "Ja, tot vijf uur."


@pytest.mark.parametrize(
    "ending",
    ["Met vriendelijke groet,\nJan\n06-12345678", "-- \nJan", "Groetjes van Jan", "Kind regards,\nJohn",
     "Verzonden vanaf mijn iPhone", "mvg\nJan", "Hoogachtend,\nmr. J. Bos",
     "Dit bericht is uitsluitend bestemd voor de geadresseerde en kan vertrouwelijk zijn."],
)  # fmt: skip
def test_signature_and_disclaimer_are_cut_off(ending: str) -> None:
    assert own_words(f"Mijn fiets is stuk.\n- het wiel\n- de bel\n\n{ending}\n") == (
        "Mijn fiets is stuk.\n- het wiel\n- de bel", True,
    )  # fmt: skip


def test_postscript_is_kept() -> None:
    words, _ = own_words("Dank.\n\nGroet,\nJan\n\nPS: wanneer bent u open?")
    assert "wanneer bent u open" in words
    assert "Jan" not in words


def test_mail_of_nothing_but_a_greeting_keeps_it() -> None:
    assert own_words("Groetjes")[0] == "Groetjes"


def test_words_of_a_customer_are_never_a_mark() -> None:
    """Lines that look like the end of a mail and are not."""
    text = (
        "Van de fiets is het wiel stuk.\nOp zaterdag schreef ik u al.\nDank u voor de hulp, maar het lukt niet.\n"
        "Best wel vervelend.\nLet op: de poort zit dicht.\nAan wie moet ik dit vragen?"
    )
    assert own_words(text) == (text, False)


def test_long_line_without_end_is_read_in_time() -> None:
    words, _ = own_words("a " * 200_000 + "\n" + "op " * 100_000 + "schreef")
    assert words.startswith("a a")


def test_html_mail_is_text_without_what_it_quotes() -> None:
    page = (
        "<html><head><style>p{}</style></head><body><div>Hoi,<br>waar blijft hij&nbsp;?</div>"
        '<div class="gmail_quote"><div>Op ma schreef</div><blockquote>Oud</blockquote></div></body></html>'
    )
    assert text_of_html(page) == "Hoi,\nwaar blijft hij ?"


# Who is who --------------------------------------------------------------------------------------


def mail(
    sender: str, to: str, text: str, *, of: str = "", at: str = "14:05", **headers: str
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = headers.pop("subject", "Vraag")
    message["Date"] = f"Mon, 02 Mar 2026 {at}:00 +0100"
    message["Message-ID"] = f"<{abs(hash((sender, to, text, at)))}@mail>"
    if of:
        message["In-Reply-To"] = of
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def mbox(folder: Path, *messages: EmailMessage) -> Path:
    path = folder / "box.mbox"
    parts = [f"From x Mon Mar  2 14:05:33 2026\n{one.as_string()}\n" for one in messages]
    path.write_text("".join(parts), "utf-8")
    return path


def test_our_domain_is_the_one_in_every_thread() -> None:
    threads = [[(f"k{i}@firma{i}.example", ["piet@acme.example"])] for i in range(5)]
    assert our_domain(threads) == ("acme.example",)


def test_our_domain_is_asked_when_two_firms_write_to_each_other(
    tmp_path: Path, workspace: Workspace
) -> None:
    one = mail("jan@een.example", "piet@twee.example", "Hoe zit dat?")
    path = mbox(tmp_path, one)
    mapping, (asked,) = workspace.proposal(path)
    assert asked.code == "who_is_us"
    assert {asked.taken, *asked.others} == {"een.example", "twee.example"}
    assert all(sentence(asked, language) for language in ("en", "nl"))
    workspace.read(path, mapping=decided(mapping, asked, "een.example"))
    assert lake_rows(workspace, "text, reply, direction", "contacts") == [
        (None, "Hoe zit dat?", "out")
    ]


def test_thread_of_mails_is_one_contact(tmp_path: Path, workspace: Workspace) -> None:
    first = mail("jan@gmail.com", "info@acme.example", "Bent u open?")
    robot = mail("info@acme.example", "jan@gmail.com", "Wij lezen uw bericht.", of=first["Message-ID"], at="14:06",
                 Auto_Submitted="auto-replied")  # fmt: skip
    answer = mail("lisa@acme.example", "jan@gmail.com", "Ja.", of=first["Message-ID"], at="15:05")
    thanks = mail(
        "jan@gmail.com", "lisa@acme.example", "Mooi!", of=answer["Message-ID"], at="16:00"
    )
    done = workspace.read(mbox(tmp_path, thanks, first, answer, robot))
    assert (done.placed.read, done.noted["messages"]) == (1, 4)
    assert lake_rows(workspace, TALK, "contacts") == [
        ("Bent u open?\n\nMooi!", "Wij lezen uw bericht.\n\nJa.", 3600.0)
    ]


def test_same_subject_of_other_people_is_another_contact(
    tmp_path: Path, workspace: Workspace
) -> None:
    done = workspace.read(
        mbox(
            tmp_path,
            *(mail(f"k{i}@gmail.com", "info@acme.example", f"Vraag {i}") for i in range(3)),
        )
    )
    assert done.placed.new == 3


def test_mail_addresses_and_names_stay_outside_the_lake(
    tmp_path: Path, workspace: Workspace
) -> None:
    message = mail("Jan Jansen <jan.jansen@gmail.com>", "info@acme.example", "Hallo daar")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="jansen.pdf")
    done = workspace.read(mbox(tmp_path, message))
    assert done.noted["attachments"] == 1
    assert len(lake_rows(workspace, "customer_id", "contacts")[0][0]) == 32
    stored = bytes_of(workspace.folder).lower()
    assert b"jansen" not in stored
    assert b"jan.jansen" not in stored


@pytest.mark.parametrize(
    ("speaker", "side"),
    [("Klant", "customer"), ("Medewerker Lisa", "us"), ("Klantenservice", "us"), ("Chatbot", "bot"), ("Customer 12", "customer"),
     ("Customer Support", "us"), ("Systeem", "private"), ("Jan", ""), ("Botterman", "")],
)  # fmt: skip
def test_word_for_a_speaker_tells_the_side(speaker: str, side: str) -> None:
    assert word_for(speaker) == side


# Transcripts -------------------------------------------------------------------------------------

SHAPES = {
    "brackets": "[2026-03-01 10:02] Klant: Waar blijft hij?\n[2026-03-01 10:04] Agent: Morgen.",
    "time after": "Klant (01-03-2026 10:02): Waar blijft hij?\nAgent (01-03-2026 10:04): Morgen.",
    "messenger, English": "3/1/2026, 10:02 AM - Klant: Waar blijft hij?\n3/1/2026, 10:04 AM - Agent: Morgen.",
    "messenger, Dutch": "01-03-2026 10:02 - Klant: Waar blijft hij?\n01-03-2026 10:04 - Agent: Morgen.",
    "hours below a day": "Gesprek van 1 maart 2026\n10:02 Klant: Waar blijft hij?\n10:04 Medewerker Lisa: Morgen.",
}  # fmt: skip


@pytest.mark.parametrize("kind", SHAPES)
def test_transcript_in_any_shape_is_one_contact(kind: str, workspace: Workspace) -> None:
    done = read(workspace, SHAPES[kind], "chat.txt")
    assert done.table == "contacts"
    assert lake_rows(workspace, TALK, "contacts") == [("Waar blijft hij?", "Morgen.", 120.0)]
    expected = "2026-01-03" if kind == "messenger, English" else "2026-03-01"
    (day,) = lake_rows(workspace, "contacted_on::VARCHAR", "contacts")
    assert day in ((expected,), ("2026-03-01",))


def test_transcript_without_times_has_no_wait(workspace: Workspace) -> None:
    read(workspace, "Klant: Waar blijft hij?\nAgent: Morgen.", "chat.txt")
    assert lake_rows(workspace, TALK, "contacts") == [("Waar blijft hij?", "Morgen.", None)]


def test_several_conversations_in_one_text_are_several_contacts(workspace: Workspace) -> None:
    text = "\n".join(
        f"=====\nGesprek 40{i}\n[2026-03-0{i} 10:00] Klant: Vraag {i}\n[2026-03-0{i} 10:01] Agent: Ja {i}" for i in (1, 2, 3)
    )  # fmt: skip
    done = read(workspace, text, "chats.txt")
    assert done.placed.new == 3
    assert lake_rows(workspace, "contact_id, text", "contacts") == [
        (f"40{i}", f"Vraag {i}") for i in (1, 2, 3)
    ]


def test_names_only_are_asked_about(workspace: Workspace) -> None:
    text = "[01-03-2026 10:02] Ann: Bent u open?\n[01-03-2026 10:03] Winkeltje: Ja"
    text = text.replace("Winkeltje", "Pa")
    done = read(workspace, text, "chat.txt")
    assert [one.code for one in done.assumptions] == ["who_is_us"]
    assert lake_rows(workspace, TALK, "contacts") == [("Bent u open?", "Ja", 60.0)]


def test_name_in_many_conversations_is_ours(workspace: Workspace) -> None:
    rows = [
        (i, speaker, f"2026-03-0{i} 10:0{n}", f"{speaker} zegt {i}")
        for i in (1, 2, 3, 4)
        for n, speaker in enumerate((f"Klaas {i}", "Lisa"))
    ]
    table = "gesprek;naam;tijd;bericht\n" + "\n".join(";".join(map(str, row)) for row in rows)
    done = read(workspace, table, "chats.csv")
    assert (done.placed.new, done.assumptions) == (4, ())
    assert {row[1] for row in lake_rows(workspace, TALK, "contacts")} == {
        f"Lisa zegt {i}" for i in (1, 2, 3, 4)
    }


@pytest.mark.parametrize("kind", ["csv", "json", "nested"])
def test_messages_as_data_are_conversations(kind: str, workspace: Workspace) -> None:
    rows: list[dict[str, Any]] = [
        {"conversation_id": f"c{i}", "role": role, "text": f"{role} {i}", "timestamp": f"2026-03-02T10:0{n}:00Z", "channel": "app"}
        for i in (1, 2) for n, role in enumerate(("customer", "agent", "customer"))
    ]  # fmt: skip
    nested = [
        {"id": f"c{i}", "channel": "app", "messages": [row for row in rows if row["conversation_id"] == f"c{i}"]}
        for i in (1, 2)
    ]  # fmt: skip
    if kind == "csv":
        lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
        done = read(workspace, "\n".join(lines), "chats.csv")
    else:
        done = read(workspace, json.dumps(rows if kind == "json" else nested), "chats.json")
    assert (done.placed.read, done.placed.new, done.noted["messages"]) == (2, 2, 6)
    assert lake_rows(workspace, f"contact_id, channel, {TALK}", "contacts") == [
        (f"c{i}", "app", f"customer {i}\n\ncustomer {i}", f"agent {i}", 60.0) for i in (1, 2)
    ]


def test_row_without_a_conversation_is_refused_and_counted(workspace: Workspace) -> None:
    table = (
        "conversation_id,role,text,timestamp\nc1,customer,Hallo,2026-03-02 10:00\nc1,agent,Dag,2026-03-02 10:01\n"
        ",customer,Wie ben ik,2026-03-02 10:02\n"
    )
    done = read(workspace, table, "chats.csv")
    assert accounted(done)
    assert (done.placed.new, done.placed.refused) == (1, 1)


def test_reviews_by_name_are_no_conversation(workspace: Workspace) -> None:
    table = "Naam;Datum;Bericht\nAnn Bos;02-03-2026;Heel goed geholpen\nBas Vis;03-03-2026;Dat duurde wel lang\n"
    assert read(workspace, table, "reviews.csv").table == "answers"


def test_list_of_settings_is_no_transcript() -> None:
    assert not is_transcript("Naam: Acme\nPlaats: Utrecht\nLet op: dicht\n")
    assert not is_transcript("Datum;NPS\n2026-03-01 10:02;9\n2026-03-01 10:03;8\n")


def test_subtitles_without_speakers_are_refused(workspace: Workspace) -> None:
    done = read(workspace, "1\n00:00:01,000 --> 00:00:02,000\nHallo daar\n", "call.srt")
    assert (done.placed.read, done.placed.refused) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.eml", b""), ("a.eml", b"\xff\xfe\x00"), ("a.mbox", b"niets"), ("a.vtt", b"WEBVTT"), ("a.srt", b""),
     ("a.json", b'[{"comments": [{"body": 1}]}, 3, null]'), ("a.json", b'{"tickets": [{"comments": [{"body": "x"}, 4]}]}'),
     ("a.eml", b"From: x\nContent-Type: multipart/mixed\n\n--"), ("a.eml", b"From: a@b.nl\nDate: morgen\nSubject: =?x?q?=\n\nhoi")],
)  # fmt: skip
def test_broken_conversation_is_an_error_or_accounted_for(
    name: str, content: bytes, tmp_path: Path
) -> None:
    try:
        done = read(open(tmp_path / "acme"), content, name)
    except TopOfHeartError as error:
        assert error.hint
    else:
        assert accounted(done)


def test_customer_who_comes_back_is_not_taken_for_us(workspace: Workspace) -> None:
    talks = [("Jan Bos", "Lisa"), ("Jan Bos", "Lisa"), ("Piet Vis", "Lisa"), ("An Smit", "Omar"), ("Eva Kok", "Omar"),
             ("Kees Pot", "Omar"), ("Jan Bos", "Omar")]  # fmt: skip
    rows = [
        (i, speaker, f"2026-03-0{i + 1} 10:0{n}", f"{speaker} {i}")
        for i, pair in enumerate(talks)
        for n, speaker in enumerate(pair)
    ]
    table = "gesprek;naam;tijd;bericht\n" + "\n".join(";".join(map(str, row)) for row in rows)
    done = read(workspace, table, "chats.csv")
    assert done.assumptions == ()
    assert lake_rows(workspace, "text, reply", "contacts") == sorted(
        (f"{customer} {i}", f"{agent} {i}") for i, (customer, agent) in enumerate(talks)
    )


def test_tickets_of_a_helpdesk_in_json_have_their_moment(workspace: Workspace) -> None:
    tickets = [
        {"name": i, "subject": "Waar blijft hij", "raised_by": f"k{i}@x.example", "agent_group": "Service", "opening_date": "2026-03-02",
         "opening_time": "14:05:33.5", "first_response_time": 60.5, "first_responded_on": None} for i in (1, 2)
    ]  # fmt: skip
    done = read(workspace, json.dumps({"data": tickets}), "tickets.json")
    assert done.mapping.tool == "frappe_helpdesk"
    found = lake_rows(workspace, "strftime(contacted_at, '%d %H:%M:%S'), wait_seconds", "contacts")
    assert found == [("02 13:05:33", 60.5)] * 2


PIECES = (
    *"\n\r\t :;,<>[](){}\"'-/=\0\ufeff@.é0129aKA", "Klant: ", "Agent: ", "[10:02] ", "From ", "Date: ",
    "Content-Type: multipart/mixed; boundary=x\n", "--x\n", '{"messages": [', '{"text": ', "00:00:01.000 --> 00:00:02.000\n",
)  # fmt: skip


@given(text=st.lists(st.sampled_from(PIECES), max_size=60).map("".join), kind=st.sampled_from(["txt", "eml", "mbox", "vtt", "srt", "json", "jsonl"]))  # fmt: skip
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_text_becomes_conversations_or_an_error(text: str, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(DuckEngine()) as engine:
        path = write(Path(folder), text, f"talk.{kind}")
        try:
            rows = open_rows(path, engine, Path(folder))
        except TopOfHeartError as error:
            assert error.hint
        else:
            assert engine.one(f"SELECT count(*) FROM ({rows.select})")[0] >= 0
