"""What an analyst can ask of an organisation's data, one line per question."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.period import Period, parse_period
from topofheart.settings import STATISTICS, Settings

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer
    from topofheart.lake.audit import AuditLog
    from topofheart.lake.lake import Lake
    from topofheart.measure.doctor.diagnosis import Diagnosis
    from topofheart.measure.own_topics import OwnTopic
    from topofheart.measure.question import Question, Where
    from topofheart.measure.reader import Reader
    from topofheart.measure.targets import Targets
    from topofheart.understand.check_file import Sample
    from topofheart.understand.storing import Understood

Found = TypeVar("Found")
ATTEMPTS = 5


class Asking(ABC):
    """The questions, whoever has the data."""

    folder: Path
    settings: Settings
    door: str
    role: str
    purpose: str

    @property
    @abstractmethod
    def lake(self) -> Lake: ...

    @property
    @abstractmethod
    def audit(self) -> AuditLog: ...

    @abstractmethod
    def reader(self, as_of: int | None = None) -> Reader: ...

    def nps(self, **how: Any) -> Answer:
        """Net Promoter Score: the share of 9–10 minus the share of 0–6.

        Keywords as in `score`.
        """
        return self.score("nps", **how)

    def csat(self, **how: Any) -> Answer:
        """Share of satisfied answers, at the top of their scale."""
        return self.score("csat", **how)

    def grade(self, **how: Any) -> Answer:
        """Mean grade from 1 to 10, with the shares of 8 and more and of 5 and less beside it."""
        return self.score("grade", **how)

    def ces(self, **how: Any) -> Answer:
        """Share of 5–7 on 'made it easy for me'."""
        return self.score("ces", **how)

    def warmth(self, **how: Any) -> Answer:
        """Share whose four warmth items average 6 or more, minus the share at 3 or less."""
        return self.score("warmth", **how)

    def worry(self, **how: Any) -> Answer:
        """How far worry fell from before to after the contact, in scale points."""
        return self.score("worry", **how)

    def score(
        self,
        metric: str,
        *,
        by: str | Sequence[str] | None = None,
        every: str | None = None,
        where: Where | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        level: float = 0.95,
        clusters: bool = True,
        targets: Targets | str | Path | None = None,
        population: float | None = None,
        as_of: int | None = None,
    ) -> Answer:
        """A score by name: overall, `by` dimensions, `every` period, for the answers in `where`.

        `clusters=False` counts every answer as independent, which is faster and too sure of itself
        where customers answer more than once. `targets` is a file that says how all customers are made up:
        answers are weighted to it. `population` is how many customers there are, where that is not many
        more than answered. `as_of` asks an earlier snapshot.
        """
        from topofheart.measure.question import ask
        from topofheart.measure.scores import score
        from topofheart.measure.targets import read_targets

        question = ask(
            metric, by=by, every=every, where=where, since=since, until=until, level=level,
            clusters=clusters, population=population,
            targets=read_targets(targets) if isinstance(targets, str | Path) else targets,
        )  # fmt: skip
        return self._answered(lambda reader: score(reader, question), as_of)

    def response(
        self,
        *,
        by: str | Sequence[str] | None = None,
        every: str | None = None,
        where: Where | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        level: float = 0.95,
        as_of: int | None = None,
    ) -> Answer:
        """Who was invited, who answered, who was not asked, and what the silent could do to the score."""
        from topofheart.measure.question import ask
        from topofheart.measure.response import response

        self._rows_only()
        question = ask(
            "nps", by=by, every=every, where=where, since=since, until=until, level=level
        )
        return self._answered(lambda reader: response(reader, question), as_of)

    def compare(
        self,
        metric: str = "nps",
        *,
        by: str | Sequence[str] | None = None,
        every: str | None = None,
        periods: tuple[str | Period, str | Period] | None = None,
        where: Where | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        level: float = 0.95,
        relevant: float | None = None,
        as_of: int | None = None,
    ) -> Answer:
        """Whether a score changed (`every`, or two `periods`) or groups differ (`by`)."""
        from topofheart.measure.compare import compare
        from topofheart.measure.question import ask

        question = ask(
            metric, by=by, every=every, where=where, since=since, until=until, level=level
        )
        pair = tuple(parse_period(one) if isinstance(one, str) else one for one in periods or ())
        if pair and len(pair) != 2:
            raise InvalidInput("Give exactly two periods.", code="bad_period")
        return self._answered(
            lambda reader: compare(reader, question, periods=pair or None, relevant=relevant),  # type: ignore[arg-type]
            as_of,
        )

    def rank(
        self,
        metric: str = "nps",
        *,
        by: str | Sequence[str],
        k: int | None = None,
        where: Where | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        level: float = 0.95,
        as_of: int | None = None,
    ) -> Answer:
        """Which groups are truly ahead: scores drawn together, with the chance of being at the top.

        `k` is how many count as the top and the bottom; one in five, at most 10, when not given.
        """
        from topofheart.measure.question import ask
        from topofheart.measure.rank import rank

        question = ask(metric, by=by, where=where, since=since, until=until, level=level)
        return self._answered(lambda reader: rank(reader, question, k=k), as_of)

    def trend(
        self,
        metric: str = "nps",
        *,
        by: str | Sequence[str] | None = None,
        every: str = "month",
        where: Where | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        level: float = 0.95,
        as_of: int | None = None,
    ) -> Answer:
        """Where a score is going: its slope, when its level changed, and what may explain it."""
        from topofheart.measure.question import ask
        from topofheart.measure.trend import trend

        question = ask(
            metric, by=by, every=every, where=where, since=since, until=until, level=level
        )
        return self._answered(lambda reader: trend(reader, question), as_of)

    def journey(
        self,
        metric: str | None = None,
        *,
        by: str = "touchpoint",
        where: Where | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        level: float = 0.95,
        patience_seconds: float = 300.0,
        as_of: int | None = None,
    ) -> Answer:
        """Each touchpoint in the order of the journey: score, contacts, waiting, worry.

        Without `metric` the score that the answers hold. `journey = ["order", "delivery"]` in
        `config.toml` gives the order; without it the names of the steps do, or the days.
        """
        from topofheart.measure.journey import OF_A_MOMENT, journey
        from topofheart.measure.question import ask

        self._rows_only()
        metrics = (metric,) if metric else OF_A_MOMENT
        question = ask(metrics[0], by=by, where=where, since=since, until=until, level=level)
        how: Any = {"declared": self.settings.journey, "patience_seconds": patience_seconds}
        return self._answered(
            lambda reader: journey(reader, question, metrics=metrics, **how), as_of
        )

    def voices(
        self,
        about: str | Sequence[str] = (),
        *,
        by: str | Sequence[str] | None = None,
        where: Where | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        of: str | None = None,
        count: int = 5,
        as_of: int | None = None,
    ) -> Answer:
        """What customers say in a few of their own words, redacted, spread as their scores are.

        `about` keeps texts with a word that begins with one of these, in Dutch or English, or that were
        understood to be about it: the id or name of a topic, a worry, an emotion or a group of questions.
        `of` is `answers` (where there are comments) or `contacts`; `where` takes `valence`, `emotion`, `worry`,
        `topic` and `language` beside what is stored; `count` is per group.
        """
        from topofheart.measure.about import about_of, with_filters
        from topofheart.measure.own_topics import read_topics
        from topofheart.measure.question import ask
        from topofheart.measure.question_groups import read_groups
        from topofheart.measure.quotes import voices
        from topofheart.measure.texts import source_of_quotes

        self._rows_only()
        words = (about,) if isinstance(about, str) else tuple(about)
        question = ask("nps", by=by, where=where, since=since, until=until)
        question = replace(question, source=source_of_quotes(self.reader(as_of), of))
        meant = about_of(words, own=read_topics(self.folder), groups=read_groups(self.folder))
        question, meant = with_filters(self.reader(as_of), question, meant)
        read = meant.understood or question.source == "contacts"
        if read and as_of is None:
            self.understand()
        how: Any = {"count": count, "by_reader": self._text_reader() if read else None}
        return self._answered(lambda reader: voices(reader, question, about=meant, **how), as_of)

    def questions(
        self,
        *,
        where: Where | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        of: str | None = None,
        count: int = 15,
        level: float = 0.95,
        as_of: int | None = None,
    ) -> Answer:
        """What customers ask, in groups over wording and language, ranked by volume × worry × unanswered.

        Each with its count, rate per order, trend, the worry behind it, NPS of those who asked, and
        quotes. `of` is `contacts` (where there are any) or `answers`. Texts not yet read are read first.
        """
        from topofheart.measure.question_groups import read_groups
        from topofheart.measure.questions import questions

        question = self._of_texts(of, as_of, where=where, since=since, until=until, level=level)
        groups = read_groups(self.folder)
        name = self._text_reader()
        return self._answered(
            lambda reader: questions(reader, question, groups, by_reader=name, count=count), as_of
        )

    def emotions(self, **how: Any) -> Answer:
        """How many texts show each emotion: corrected where `check_texts` told how often the reader errs here.

        Takes `by`, `every`, `where`, `since`, `until`, `of` (`answers` or `contacts`), `level`, `as_of`.
        """
        return self._labels("emotions", **how)

    def valence(self, **how: Any) -> Answer:
        """How many texts judge negatively, neutrally, positively, or both ways; takes the same."""
        return self._labels("valence", **how)

    def worries(self, **how: Any) -> Answer:
        """How many texts hold a worry, and which; takes the same."""
        return self._labels("worries", **{"of": "contacts"} | how)

    def topics(self, **how: Any) -> Answer:
        """What the texts are about, by our topics, the organisation's own (`topics.toml`) and words that
        its texts have more than others; takes the same."""
        return self._labels("topics", **how)

    def _own_topics(self, question: Question, as_of: int | None) -> tuple[OwnTopic, ...]:
        from topofheart.measure.own_topics import discovered, read_topics

        declared = read_topics(self.folder)
        name = self._text_reader()
        found = self._asked(lambda reader: discovered(reader, question, name), as_of)
        taken = {word for one in declared for word in one.words}
        return (*declared, *(one for one in found if taken.isdisjoint(one.words)))

    def _labels(
        self,
        kind: str,
        *,
        of: str | None = "answers",
        as_of: int | None = None,
        **asked: Any,
    ) -> Answer:
        from topofheart.measure.understood import understood_shares

        question = self._of_texts(of, as_of, **asked)
        how: Any = {"by_reader": self._text_reader()}
        if kind == "topics":
            how["own"] = self._own_topics(question, as_of)
        return self._answered(
            lambda reader: understood_shares(reader, question, kind, **how), as_of
        )

    def sample_texts(self, out: str | Path, *, of: str | None = None, count: int = 200) -> Sample:
        """Write a random sample of the texts, redacted, for a person to judge who does not see what was read.

        The same texts each time; a larger `count` holds them too. `of` is `contacts` (where there are any)
        or `answers`. `check_texts` reads the file back.
        """
        from topofheart.measure.checks import sampled_texts
        from topofheart.understand.check_file import Sample, refuse_taken, write_sample

        refuse_taken(Path(out))
        source = self._of_texts(of, None).source
        name = self._text_reader()
        texts = self._asked(lambda reader: sampled_texts(reader, source, name, count), None)
        self._in_audit({"asked": "sample", "of": source, "count": len(texts), "door": self.door})
        write_sample(Path(out), source, texts)
        return Sample(source, len(texts))

    def check_texts(self, path: str | Path) -> Answer:
        """Read back what a person judged of a sample, and tell how often the reader was right.

        From then on shares of these texts are corrected by it. Texts judged again are replaced.
        """
        from topofheart.measure.checks import checked
        from topofheart.understand.check_file import read_judged
        from topofheart.understand.checking import keep_judged

        self._rows_only()
        judged = read_judged(Path(path))
        self.understand()
        name = self._text_reader()
        unknown = keep_judged(self.lake, self.reader().engine, name, judged)
        sources = sorted({one.of for one in judged if one.key not in unknown})
        found = self._answered(lambda reader: checked(reader, sources, name), None)
        return replace(found, question=found.question | {"unknown": list(unknown)})

    def _of_texts(self, of: str | None, as_of: int | None, **how: Any) -> Question:
        """The question over the table that holds the texts; what was not read yet is read first."""
        from topofheart.measure.question import ask
        from topofheart.measure.texts import source_of_texts

        self._rows_only()
        source = source_of_texts(self.reader(as_of), of)
        if as_of is None:
            self.understand()
        return replace(ask("nps", **how), source=source, clusters=False)

    def _text_reader(self) -> str:
        from topofheart.understand.model import shipped

        return shipped().name

    def understand(
        self, progress: Callable[[int, int], None] | None = None, *, most: int | None = None
    ) -> Understood:
        """Read every comment and contact that was not read yet; replies only with the works council's consent.

        `most` bounds how many texts of a column are read: a fixed choice among them all, as good as by lot.
        """
        from topofheart.understand.storing import understand

        consent = self.settings.works_council_consent
        allowed = consent is not None and consent <= date.today()
        return understand(
            self.lake, self.reader().engine, replies=allowed, progress=progress, most=most
        )

    def doctor(self, *, as_of: int | None = None) -> Diagnosis:
        """What is there, what can be asked, what misleads, and the one file that would help most."""
        from topofheart.measure.doctor.examine import examine

        self._rows_only()
        today = date.today()
        return self._asked(lambda reader: examine(reader, self.folder, today=today), as_of)

    def _answered(self, question: Callable[[Reader], Answer], as_of: int | None) -> Answer:
        """Ask, blank personal data in the names of groups, and note who asked."""
        from topofheart.measure.labels import with_shown_labels

        return self._noted(with_shown_labels(self._asked(question, as_of)))

    def _asked(self, question: Callable[[Reader], Found], as_of: int | None) -> Found:
        """Ask; when maintenance took a file away meanwhile, resolve the snapshot again."""
        from topofheart.kernel.errors import LakeError
        from topofheart.lake.engines import file_vanished

        for attempt in range(1, ATTEMPTS + 1):
            try:
                return question(self.reader(as_of))
            except Exception as error:
                if not file_vanished(error):
                    raise
                if attempt == ATTEMPTS:
                    raise LakeError(
                        f"The data of snapshot {as_of or 'now'} is gone.",
                        code="history_gone",
                        hint="An erasure removes all history before it; ask without --as-of.",
                    ) from error
                self.lake.look_again()
        raise AssertionError

    def _rows_only(self) -> None:
        from topofheart.measure.doors import refuse_rows

        if self.door == STATISTICS:
            refuse_rows()

    def _noted(self, answer: Answer) -> Answer:
        """The answer, with its door; what came through the rows door is in the audit log first.

        Who may read the folder but not write to it could read the files as well: that is answered, and said.
        """
        asked = answer.question | {"door": self.door}
        if self.door == STATISTICS:
            return replace(answer, question=asked)
        if not self._in_audit(asked):
            answer = replace(answer, caveats=(*answer.caveats, "not_audited"))
        return replace(answer, question=asked)

    def _in_audit(self, asked: dict[str, Any]) -> bool:
        """Whether the question could be noted."""
        try:
            self.audit.note(role=self.role, purpose=self.purpose, question=asked)
        except OSError:
            return False
        return True
