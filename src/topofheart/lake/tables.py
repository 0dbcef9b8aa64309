"""The data contract: every table of the lake, declared once.

The importer, the validation, `topofheart tables` and `docs/reference/tables.md` are made from
these declarations. Every table is optional; every column but the id may be empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from topofheart.kernel.errors import UnknownName

TYPES = ("text", "integer", "number", "money", "boolean", "day", "time")


@dataclass(frozen=True)
class Column:
    """One column: its type, what it means, and which values it may hold."""

    name: str
    type: str
    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """The values allowed, as a person reads them."""
        if self.choices:
            return ", ".join(self.choices)
        if self.high is not None:
            return f"{self.low:g}–{self.high:g}"
        return f"≥ {self.low:g}" if self.low is not None else ""


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its own id, the time it is counted by, and who uses it."""

    name: str
    row: str
    id: str
    time: str | None
    used_by: tuple[str, ...]
    columns: tuple[Column, ...]
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def day(self) -> str | None:
        """The local calendar day on which periods of this table are counted."""
        return local_day(self.time) if self.time else None

    @property
    def people(self) -> bool:
        """Whether rows belong to one customer, so that erasure must reach them."""
        return "customer_id" in self.by_name


def local_day(column: str) -> str:
    """The name of the local date kept beside an instant: `answered_at` → `answered_on`."""
    return column.removesuffix("_at") + "_on" if column.endswith("_at") else column


def table(name: str) -> Table:
    """The declaration of one table; an unknown name is refused with the list of known ones."""
    if name not in TABLES:
        known = ", ".join(TABLES)
        raise UnknownName(f"There is no table '{name}'.", hint=f"Known tables: {known}.")
    return TABLES[name]


def _column(specification: str) -> Column:
    """Read `name type [domain] (unit) : meaning`, the one line in which a column is declared."""
    head, meaning = specification.split(":", 1)
    unit = ""
    if "(" in head:
        head, unit = head.rstrip(" )").split("(", 1)
    name, kind, *domain = head.split(None, 2)
    low = high = None
    choices: tuple[str, ...] = ()
    if domain and ".." in domain[0]:
        start, end = domain[0].split("..")
        low, high = float(start), float(end) if end.strip() else None
    elif domain and domain[0].strip():
        choices = tuple(choice.strip() for choice in domain[0].split("|"))
    return Column(name, kind, meaning.strip(), unit.strip(), low, high, choices)


def _table(name: str, row: str, id: str, time: str | None, used_by: str, columns: str) -> Table:
    lines = [line.strip() for line in columns.splitlines() if line.strip()]
    uses = tuple(use.strip() for use in used_by.split(","))
    return Table(name, row, id, time, uses, tuple(_column(line) for line in lines))


CUSTOMER = "customer_id text: pseudonym of the customer\n"
UNIT = "unit text: shop, dealer, team or region\n"


# fmt: off
def _declare() -> dict[str, Table]:
    return {
        one.name: one
        for one in (
            _table("customers", "customer", "customer_id", "customer_since",
                "nps, retention, value, response", CUSTOMER + UNIT + """
                customer_since day: first day as a customer
                customer_until day: last day as a customer; empty while they stay
                left_reason text: why they left, in their words or the organisation's
                joined_reason text: why they came
                segment text: segment of the customer base
                region text: region where they live
                account_id text: account or household they belong to"""),
            _table("invitations", "invitation, also those withheld", "invitation_id",
                "invited_at", "response", CUSTOMER + UNIT + """
                invited_at time: when the invitation was sent or withheld
                survey text: name of the survey
                touchpoint text: moment in the journey that it asks about
                channel text: mail, text message, web, phone …
                outcome text answered|no_answer|bounced|declined|withheld: what became of it
                reason text: why it was withheld or declined"""),
            _table("answers", "submission", "answer_id", "answered_at",
                "nps, csat, grade, ces, warmth, worry, compare, look", CUSTOMER + UNIT + """
                invitation_id text: invitation that it answers
                answered_at time: when it was submitted
                survey text: name of the survey
                kind text relationship|transaction|review|ex_customer|non_customer: what was asked
                touchpoint text: moment in the journey that it is about
                channel text: where it was answered
                language text: language of the answer, two letters
                recommend integer 0..10: how likely to recommend
                satisfaction number 0..10: satisfaction on the scale beside it
                satisfaction_scale text 1-5|1-7|1-10|0-10: the scale of the satisfaction
                effort integer 1..7: 'made it easy for me', 7 is easiest
                warmth_1 integer 1..7: 'I felt understood'
                warmth_2 integer 1..7: 'I was taken seriously'
                warmth_3 integer 1..7: 'they cared'
                warmth_4 integer 1..7: 'I was at ease afterwards'
                worry_before integer 1..7: how worried before the contact, 7 is most
                worry_after integer 1..7: how worried after it
                product_rating number 0..10: rating of the product itself
                comment text: the customer's own words
                complete boolean: whether all questions were answered"""),
            _table("contacts", "contact", "contact_id", "contacted_at",
                "questions, worries, forecast, mirror", CUSTOMER + UNIT + """
                contacted_at time: when the customer got in touch
                direction text in|out: who got in touch with whom
                channel text: phone, mail, chat, shop …
                purpose text question|complaint|service|sales|care: what it was for
                reason text: reason code of the organisation
                cause_owner text: who owns the cause
                handled_by text human|bot|self_service: who answered
                wait_seconds number 0.. (s): how long the customer waited
                handle_seconds number 0.. (s): how long it took
                abandoned boolean: the customer gave up waiting
                resolved boolean: the customer was helped
                escalated boolean: it was passed on
                asked_for_human boolean: the customer asked for a person
                got_human boolean: and got one
                text text: what the customer said
                reply text: what the organisation answered"""),
            _table("orders", "order line", "order_id", "ordered_at",
                "value, journey, questions", CUSTOMER + UNIT + """
                ordered_at time: when it was ordered
                product text: what was ordered
                amount money: price paid
                currency text: three letters
                promised_on day: promised day of delivery
                window_from time: start of the promised window
                window_to time: end of the promised window
                fits_letterbox boolean: whether it fits through the letterbox
                delivered_at time: when it came
                cancelled_at time: when it was cancelled
                returned_at time: when it was sent back
                return_reason text: why"""),
            _table("messages", "message sent to a customer", "message_id", "sent_at",
                "questions", CUSTOMER + """
                order_id text: order that it is about
                sent_at time: when it was sent
                channel text: mail, text message, app …
                about text: the question that it answers"""),
            _table("published", "answer published", "published_id", "from_on", "questions", """
                question text: the question that is answered
                channel text: where it can be found
                from_on day: first day on which it was there"""),
            _table("jobs", "repair or service job", "job_id", "opened_at",
                "forecast, mirror", CUSTOMER + UNIT + """
                product text: what is repaired
                kind text: repair, maintenance, damage …
                priority integer 0..: 0 is served first
                opened_at time: when the customer reported it
                promised_on day: promised day
                started_at time: when work began
                closed_at time: when it was done
                waiting_for text capacity|parts|customer: what it waited for
                parts_days number 0.. (days): days waited for parts
                hours number 0.. (h): hours of work"""),
            _table("availability", "observation", "availability_id", "observed_on",
                "forecast, mirror", UNIT + """
                observed_on day: day of looking
                kind text: kind of appointment
                first_free_on day: first day that could be had"""),
            _table("base", "month × product × unit", "base_id", "month", "forecast", UNIT + """
                month day: first day of the month
                product text: product
                units_in_use number 0.. (units): installed base
                units_sold number 0.. (units): sold that month"""),
            _table("workforce", "month × role group × unit", "workforce_id", "month",
                "forecast, mirror", UNIT + """
                month day: first day of the month
                role text: service, sales …
                fte number 0.. (fte): people in full-time equivalents
                productive_hours number 0.. (h): hours at work for customers
                hires number 0.. (people): people who started
                cost money: cost of the group
                currency text: three letters"""),
            _table("results", "month × unit", "result_id", "month", "prove, barriers", UNIT + """
                month day: first day of the month
                revenue money: revenue
                plan money: planned revenue
                margin money: margin
                service_cost money: spent on service
                sales_cost money: spent on sales and marketing
                currency text: three letters"""),
            _table("channels", "service channel", "channel_id", "open_from", "mirror", """
                name text: name of the channel
                open_from day: first day
                closed_on day: last day
                monthly_cost money: cost a month
                currency text: three letters
                steps_to_human integer 0.. (steps): steps until a person answers
                announced_as_bot boolean: says that it is a machine"""),
            _table("courses", "course", "course_id", None, "mirror", """
                title text: title
                goals text: learning goals
                hours number 0.. (h): length
                participants integer 0.. (people): who took part
                audience text: front line, managers, directors
                mandatory boolean: must be taken
                legally_required boolean: the law asks for it"""),
            _table("indicators", "steering indicator", "indicator_id", None, "mirror", """
                name text: name
                function text: function that steers on it
                place integer 1..: rank on the board page
                class text customer|revenue|cost|process: what it measures
                owner text: role that owns it
                target text: target
                pay_weight number 0..1 (share): weight in variable pay"""),
            _table("agenda", "agenda item", "agenda_id", "met_on", "mirror", """
                met_on day: day of the meeting
                body text: board, management team …
                subject text: subject
                minutes number 0.. (min): time spent"""),
            _table("decisions", "decision", "decision_id", "decided_on", "mirror, barriers", """
                decided_on day: day of the decision
                body text: who decided
                title text: what about
                options text: what could be chosen
                evidence text: customer evidence that was attached
                evidence_at time: when it was attached
                changed_by_customer text changed|stopped|confirmed|no: what it did
                expected_effect text: what was expected
                actual_effect text: what came of it
                cost money: cost
                currency text: three letters
                rejected boolean: whether it was rejected
                reason text: why
                due_on day: when it should be done
                done_on day: when it was done
                reversed_on day: when it was reversed
                reversal_reason text: why it was reversed
                reversal_cost money: what that cost"""),
            _table("designs", "design effort", "design_id", "started_on", "mirror", """
                title text: what was designed
                started_on day: first day
                specified_on day: day the specification was frozen
                closed_on day: last day
                budget money: budget
                currency text: three letters
                customers_involved integer 0.. (people): customers who took part
                involved_on day: when they did
                level text none|asked|tested|changed: how far it went
                why_not_involved text: the reason given
                involvement_cost money: what involving them cost
                acceptance text: what counts as good
                exempt boolean: pure compliance"""),
            _table("mandates", "role × case type", "mandate_id", "since", "mandates, mirror", """
                role text: role
                case_type text: kind of case
                limit money: up to this amount without asking
                currency text: three letters
                since day: from
                until day: until"""),
            _table("exceptions", "customer exception", "exception_id", "decided_on",
                "mandates, mirror", UNIT + """
                decided_on day: day of the exception
                case_type text: kind of case
                amount money: amount given
                currency text: three letters
                decided_by text front_line|manager: who decided
                approver_role text: role that approved
                days number 0.. (days): days until it was decided
                audited boolean: looked at afterwards
                error boolean: found to be a mistake
                loss money: what the mistake cost
                lesson text: what was learned
                rule_changed_on day: when the rule was changed"""),
            _table("commitments", "what was undertaken for customers", "commitment_id",
                "started_on", "prove, barriers", """
                what text: what was undertaken
                owner text: role that owns it
                started_on day: first day
                first_effect_expected_on day: when an effect may be seen
                no_verdict_before day: patience until
                stop_if text: when it would be stopped
                kept_in_bad_quarter boolean: kept when turnover missed plan
                ended_on day: last day"""),
            _table("predictions", "what a leader expected before seeing", "prediction_id",
                "predicted_at", "mirror", """
                predicted_at time: when
                role_group text: board, directors, managers, front line
                about text: the figure predicted
                predicted number: the prediction"""),
            _table("claims", "statement by leadership", "claim_id", "stated_on", "mirror", """
                stated_on day: when
                role_group text: group that said it
                statement text: the statement
                about text: the figure that it is about"""),
            _table("exposure", "contact of leaders with customers", "exposure_id", "exposed_on",
                "barriers", """
                exposed_on day: when
                role_group text: group
                kind text listened|shop_floor|called_complainant|visited_elsewhere: what was done
                minutes number 0.. (min): how long"""),
            _table("staff_answers", "employee survey item × team", "staff_answer_id",
                "answered_on", "mirror", UNIT + """
                answered_on day: when
                item text: item of the survey
                value number: mean or share of the team"""),
            _table("market", "outside figure", "market_id", "observed_on", "mirror, claims", """
                observed_on day: when
                who text: whose figure
                measure text price_index|product_test|score: what it measures
                value number: the figure
                source text: where it was published
                not_comparable_because text: why it may not be compared"""),
            _table("answer_counts", "period × dimensions, as totals", "answer_count_id",
                "counted_on", "nps, csat, grade, compare", UNIT + """
                counted_on day: first day of the period
                period text day|week|month|quarter|year: length of the period
                survey text: name of the survey
                kind text relationship|transaction|review|ex_customer|non_customer: what was asked
                touchpoint text: moment in the journey
                channel text: where it was answered
                promoters number 0.. (answers): answers 9–10
                passives number 0.. (answers): answers 7–8
                detractors number 0.. (answers): answers 0–6
                scale text 1-5|1-7|1-10|0-10: scale of the distribution
                count_0 number 0.. (answers): answers 0
                count_1 number 0.. (answers): answers 1
                count_2 number 0.. (answers): answers 2
                count_3 number 0.. (answers): answers 3
                count_4 number 0.. (answers): answers 4
                count_5 number 0.. (answers): answers 5
                count_6 number 0.. (answers): answers 6
                count_7 number 0.. (answers): answers 7
                count_8 number 0.. (answers): answers 8
                count_9 number 0.. (answers): answers 9
                count_10 number 0.. (answers): answers 10"""),
            _table("contact_counts", "interval × queue, as totals", "contact_count_id",
                "counted_at", "forecast", UNIT + """
                counted_at time: start of the interval
                interval_seconds number 0.. (s): length of the interval
                queue text: queue
                channel text: channel
                offered number 0.. (contacts): contacts that came in
                handled number 0.. (contacts): contacts answered
                abandoned number 0.. (contacts): customers who gave up
                wait_seconds number 0.. (s): total waiting
                handle_seconds number 0.. (s): total handling"""),
            _table("invitation_counts", "period × channel, as totals", "invitation_count_id",
                "counted_on", "response", UNIT + """
                counted_on day: first day of the period
                period text day|week|month|quarter|year: length of the period
                survey text: name of the survey
                channel text: channel
                sent number 0.. (invitations): invitations sent
                withheld number 0.. (invitations): invitations withheld
                answered number 0.. (answers): answers received"""),
            _table("readings", "text understood by one reader", "reading_id", "said_on",
                "questions, worries", CUSTOMER + """
                said_on day: when the text was written
                text_of text answers.comment|contacts.text|contacts.reply: where the text stands
                row_key integer: key of its row there
                text_mark text: MD5 of the text, to see whether it changed
                reader text: which reader and version understood it
                language text nl|en|other: its language; nothing is told of a text that is neither
                valence text negative|neutral|positive|mixed: how the customer judges
                p_negative number 0..1: probability
                p_neutral number 0..1: probability
                p_positive number 0..1: probability
                p_mixed number 0..1: probability
                emotions text: what the words show, with a blank on either side of each
                p_gratitude number 0..1: probability
                p_joy number 0..1: probability
                p_relief number 0..1: probability
                p_annoyance number 0..1: probability
                p_disappointment number 0..1: probability
                p_worry number 0..1: probability
                p_confusion number 0..1: probability
                asks boolean: something is asked
                p_asks number 0..1: probability
                question text: what is asked, redacted
                question_types text: which questions these are, with a blank on either side of each
                worry boolean: there is a fear or doubt
                worry_said text: the words that show it, redacted
                worry_about text: what is feared most
                worries text: all that is feared, with a blank on either side of each
                topic text: what the text is about first of all
                topics text: all it is about, with a blank on either side of each
                acts text: what a reply does, with a blank on either side of each"""),
            _table("checks", "judgement of a text by a person", "check_id", "checked_at",
                "emotions, valence, worries", CUSTOMER + """
                checked_at time: when the judgement was read back
                text_of text answers.comment|contacts.text: where the text stands
                row_key integer: key of its row there
                text_mark text: MD5 of the text that was judged
                judged text valence|emotions|worry|worries: what was judged
                said text: what the person saw, with a blank on either side of each; none where nothing"""),
            _table("fields", "extra column of a table", "field_id", None, "look", """
                table text: table that has the column
                column text: name in the lake, d_… or r_…
                label text: name in the source
                source text: file or tool that it came from
                scale text: scale, where known"""),
        )
    }
# fmt: on


TABLES = _declare()
# Made here, never brought by an organisation.
MADE = ("readings", "checks", "fields")
