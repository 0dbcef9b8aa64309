"""Who is the customer and who is us: by a person's word, by the words for speakers, by how often.

Somebody who is in nearly every conversation is us; a customer is in few. Where that does not settle it
the likeliest is taken and the others are named, for a person to choose.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources

from topofheart.listen.conversations import BOT, CUSTOMER, PRIVATE, US, Conversation, Turn

ENOUGH_CONVERSATIONS = 3
IN_NEARLY_ALL = 0.8
IN_FEW = 0.5


@cache
def words() -> dict[str, frozenset[str]]:
    text = resources.files("topofheart.listen").joinpath("sides.toml").read_text("utf-8")
    return {name: frozenset(listed) for name, listed in tomllib.loads(text).items()}


def word_for(speaker: str) -> str:
    """The side that a speaker's own label tells: `Agent Lisa`, `KLANT`, `Chatbot`; or nothing."""
    said = set(re.findall(r"[\w-]+", speaker.lower()))
    for side in (BOT, US, PRIVATE, CUSTOMER):
        if said & words()[side]:
            return side
    return ""


def address_or_domain(mail: str) -> str:
    """What is ours when this address is: its domain, or the address itself where anybody can have one."""
    mail = mail.lower()
    domain = mail.rpartition("@")[2]
    return mail if domain in words()["personal_domains"] else domain


def sided(
    conversations: list[Conversation], ours: Sequence[str]
) -> tuple[list[Conversation], tuple[str, ...]]:
    """The conversations with the side of every turn, and who may be us when that had to be guessed."""
    found, candidates = _sided(conversations, ours)
    return [replace(one, customer=one.customer or _named(one)) for one in found], candidates


def _named(one: Conversation) -> str | None:
    """The customer by address, number or full name; 'Klant' and 'Jan' are too many people."""
    for turn in one.turns:
        full = re.search(r"[@\d]|\w \w", turn.speaker) and not word_for(turn.speaker)
        if turn.side == CUSTOMER and full:
            return turn.speaker
    return None


def _sided(
    conversations: list[Conversation], ours: Sequence[str]
) -> tuple[list[Conversation], tuple[str, ...]]:
    given = {one.lower() for one in ours}
    if given:
        return [_with(one, lambda turn: _given(turn, given)) for one in conversations], ()
    told = [_with(one, lambda turn: turn.side or word_for(turn.speaker)) for one in conversations]
    told = [_by_the_others(one) for one in told]
    if all(turn.side for one in told for turn in one.turns):
        return told, ()
    ours, candidates = _by_frequency(told)
    return [_by_name(one, ours) for one in told], candidates


def _with(one: Conversation, side: Callable[[Turn], str]) -> Conversation:
    return replace(one, turns=[replace(turn, side=side(turn)) for turn in one.turns])


def _given(turn: Turn, ours: set[str]) -> str:
    """Ours when a person or the counts say so; else as the file or the speaker's own word tells."""
    speaker = turn.speaker.lower()
    mine = speaker in ours or ("@" in speaker and speaker.rpartition("@")[2] in ours)
    told = turn.side or word_for(turn.speaker)
    return US if mine and told not in (PRIVATE, BOT) else told or CUSTOMER


def _by_the_others(one: Conversation) -> Conversation:
    """A named speaker beside 'Agent' is the customer, and one beside 'Klant' is us."""
    sides = {turn.side for turn in one.turns}
    if US in sides and CUSTOMER not in sides:
        return _with(one, lambda turn: turn.side or CUSTOMER)
    if CUSTOMER in sides and not sides & {US}:
        return _with(one, lambda turn: turn.side or US)
    return one


def _by_name(one: Conversation, ours: list[str]) -> Conversation:
    """Ours by name, the most frequent first. Where all who speak are among them, the last is the customer:
    somebody who comes back, and not another colleague."""
    unnamed = _unnamed(one)
    mine = [name for name in ours if name in unnamed]
    if len(mine) == len(unnamed) > 1:
        mine.pop()
    return _with(one, lambda turn: turn.side or _given(turn, set(mine)))


def _unnamed(one: Conversation) -> list[str]:
    return list(dict.fromkeys(turn.speaker.lower() for turn in one.turns if not turn.side))


def _by_frequency(conversations: list[Conversation]) -> tuple[list[str], tuple[str, ...]]:
    """Names that are ours, and the candidates when that is not certain: certain are the few names of which
    one is in every conversation, when nearly all conversations have somebody else as well."""
    each = [names for one in conversations if (names := _unnamed(one))]
    present = Counter(name for names in each for name in names)
    cover = _in_every(each)
    clear = [names for names in each if set(names) & set(cover) and set(names) - set(cover)]
    few = len(cover) * 2 <= len(each)
    if len(each) >= ENOUGH_CONVERSATIONS and few and len(clear) >= IN_NEARLY_ALL * len(each):
        return cover, ()
    likely = Counter(names[1] for names in each if len(names) > 1)
    if not likely:
        return [], ()
    best = max(likely, key=lambda name: (present[name], likely[name]))
    others = [name for name, _ in present.most_common() if name != best]
    written = {turn.speaker.lower(): turn.speaker for one in conversations for turn in one.turns}
    return [best], tuple(written[name] for name in (best, *others[:4]))


def _in_every(each: list[list[str]]) -> list[str]:
    """Few names of which one is in every conversation that shares a name with another."""
    cover: list[str] = []
    often = {
        name for name, count in Counter(n for names in each for n in names).items() if count > 1
    }
    left = [names for names in each if set(names) & often]
    while left:
        here = Counter(name for names in left for name in names if name in often)
        cover.append(here.most_common(1)[0][0])
        left = [names for names in left if cover[-1] not in names]
    return cover


def our_domain(threads: Sequence[Sequence[tuple[str, Sequence[str]]]]) -> tuple[str, ...]:
    """Whose mailbox this is, from the sender and the receivers of every mail: one name when it is
    certain, several when a person has to say, none when there are no addresses."""
    inside: Counter[str] = Counter()
    receiving: Counter[str] = Counter()
    role: Counter[str] = Counter()
    for thread in threads:
        everyone = {one for sender, receivers in thread for one in (sender, *receivers) if one}
        inside.update({address_or_domain(one) for one in everyone})
        role.update(
            {
                address_or_domain(one)
                for one in everyone
                if one.lower().partition("@")[0] in words()["our_addresses"]
            }
        )
        receiving.update({address_or_domain(one) for one in (thread[0][1] if thread else ())})
    if not inside:
        return ()

    def rank(name: str) -> tuple[int, int, int]:
        return (inside[name], role[name], receiving[name])

    ordered = sorted(inside, key=rank, reverse=True)
    best = ordered[0]
    if len(ordered) == 1:
        return (best,)
    second = ordered[1]
    settled = len(threads) >= ENOUGH_CONVERSATIONS and (
        inside[best] >= IN_NEARLY_ALL * len(threads) and inside[second] <= IN_FEW * len(threads)
    )
    organisations = [name for name in ordered if "@" not in name]
    alone = len(organisations) == 1 and organisations[0] == best
    by_role = role[best] > 0 and not role[second]
    return (best,) if settled or alone or by_role else tuple(ordered[:5])
