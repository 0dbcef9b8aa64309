"""The sentences of what customers ask and worry about, for the page and for the terminal."""

from __future__ import annotations

from topofheart.kernel.language import Words
from topofheart.measure.understood import FEWEST_TEXTS
from topofheart.report.picture import AskedOften, Feared, Heard, Interval

SMALL = 0.1


class Hearing:
    """What a picture has heard, said in one language."""

    def __init__(self, heard: Heard, words: Words) -> None:
        self.heard = heard
        self.words = words

    def intro(self) -> str:
        """How many texts ask something; where nothing follows, why."""
        heard = self.heard
        known = {"texts": self._texts(heard.texts), "asking": self.words.number(heard.asking)}
        if not self.told():
            return self.words("asks.few", **known)
        key = "some" if heard.questions else "scattered" if heard.asking else "none"
        return self._with_sample(self.words(f"asks.{key}", **known))

    def _with_sample(self, sentence: str) -> str:
        heard = self.heard
        if not heard.sampled:
            return sentence
        return f"{sentence} {self.words('asks.sampled', written=self._texts(heard.written))}"

    def told(self) -> bool:
        """Whether there are texts enough to speak of worries."""
        return self.heard.texts >= FEWEST_TEXTS

    def worried(self) -> str:
        """How many texts hold any worry at all, where that is known."""
        share = self.heard.worried
        return self.words("worries.any", **self._ends(share)) if share else ""

    def unquoted(self) -> str:
        count = self.heard.unquoted
        return self.words.count("asks.unquoted", count) if count else ""

    def share(self, share: Interval) -> str:
        return self._percent(share.value, share)

    def name(self, asked: AskedOften) -> str:
        return asked.name[:1].upper() + asked.name[1:]

    def fear(self, feared: Feared) -> str:
        return self.words(f"worry.{feared.code}")

    def about(self, asked: AskedOften) -> list[str]:
        """How often, how sure, and whether it is asked more or less than it was."""
        told = [self.words.count("asks.times", asked.times), self.between(asked.share)]
        if asked.trend:
            since = {"month": self.words.month(asked.since)} if asked.since else {}
            told.append(self.words(f"asks.{asked.trend}{'_since' if since else ''}", **since))
        return told

    def between(self, share: Interval) -> str:
        return self.words("asks.between", **self._ends(share))

    def lines(self) -> list[str]:
        """The same in two or three lines, for a terminal."""
        heard, lines = self.heard, []
        for asked in heard.questions[:1]:
            said = {"name": self.name(asked), "share": self.share(asked.share)}
            lines.append(self.words("terminal.asked", texts=self._texts(heard.texts), **said))
        for feared in heard.worries[:1]:
            said = {"name": self.fear(feared), "share": self.share(feared.share)}
            lines.append(self.words("terminal.feared", **said))
        return [*lines, *filter(None, [self.unquoted()])]

    def _texts(self, count: int) -> str:
        return self.words.count(f"asks.{self.heard.place}", count)

    def _ends(self, share: Interval) -> dict[str, str]:
        ends = {"value": share.value, "low": share.low, "high": share.high}
        return {name: self._percent(end, share) for name, end in ends.items()}

    def _percent(self, value: float | None, share: Interval) -> str:
        """A small share keeps a decimal, and so do its limits."""
        decimals = int((share.value or 0) < SMALL)
        return self.words.number(100 * (value or 0), decimals=decimals) + "%"
