"""The scores and the comparison, asked of a workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from topofheart.cli.printing import format_option, level_option, print_answer
from topofheart.kernel.period import EVERY

if TYPE_CHECKING:
    from topofheart.workspace import Workspace

NUMBER_OF_PERIODS = 2


def filters(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, list[str]]:
    """`--where segment=business --where segment=lease` as a filter on either."""
    found: dict[str, list[str]] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.BadParameter(f"'{one}' is not NAME=VALUE.")
        found.setdefault(name.strip(), []).append(value.strip())
    return found


def question_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every question of a workspace takes."""
    for option in reversed(
        (
            click.argument("workspace"),
            click.option("--by", multiple=True, help="Split by this; may be repeated."),
            click.option("--every", type=click.Choice(EVERY), help="Split by period."),
            click.option(
                "--where", multiple=True, callback=filters, help="NAME=VALUE; may be repeated."
            ),
            click.option("--since", help="From this day, month, quarter or year."),
            click.option("--until", help="Until the end of this day, month, quarter or year."),
            level_option,
            click.option("--as-of", type=int, help="Ask an earlier snapshot."),
            click.option(
                "--share", is_flag=True, help="Only what may be sent on: see share-figures-safely."
            ),
            click.option(
                "--purpose", default="analysis", show_default=True, help="Noted in the audit log."
            ),
            format_option,
        )
    ):
        command = option(command)
    return command


def through_door(workspace: str, *, share: bool, purpose: str) -> Workspace:
    """The workspace, by the statistics door if the answer is for sending on."""
    from topofheart.workspace import open

    opened = open(workspace, purpose=purpose)
    return opened.statistics if share else opened


def _score(metric: str, summary: str) -> click.Command:
    @click.command(metric, help=summary)
    @question_options
    @click.option(
        "--every-answer",
        is_flag=True,
        help="Count each answer as independent, also of customers who answered more than once.",
    )
    @click.option(
        "--targets",
        type=click.Path(exists=True, dir_okay=False),
        help="Weight to this file (CSV or TOML): dimension, value, count or share.",
    )
    @click.option(
        "--population", type=click.FloatRange(1), help="How many customers there are in all."
    )
    def command(
        workspace: str, form: str, every_answer: bool, share: bool, purpose: str, **how: Any
    ) -> None:
        asked = through_door(workspace, share=share, purpose=purpose)
        print_answer(asked.score(metric, clusters=not every_answer, **how), form)

    return command


nps = _score("nps", "Net Promoter Score: share of 9–10 minus share of 0–6, with its interval.")
csat = _score("csat", "Share of satisfied customers: the top answers of each scale.")
grade = _score("grade", "Mean grade from 1 to 10, with the shares of 8 and more and 5 and less.")
ces = _score("ces", "Share of 5–7 on 'made it easy for me'.")
warmth = _score(
    "warmth", "Warmth: share averaging 6 or more on four items, minus share at 3 or less."
)
worry = _score("worry", "How far worry fell from before to after the contact, in scale points.")


@click.command()
@question_options
def response(workspace: str, form: str, share: bool, purpose: str, **how: Any) -> None:
    """Who was invited, who answered, who was not asked?

    With the bounds between which the Net Promoter Score of all lies, whatever the silent think, and how
    alike those who answered and those who were asked are.
    """
    print_answer(through_door(workspace, share=share, purpose=purpose).response(**how), form)


@click.command()
@question_options
@click.option("--score", "metric", default="nps", show_default=True, help="Which score.")
@click.option("--between", nargs=NUMBER_OF_PERIODS, help="Two periods: 2026-Q2 2026-Q3.")
@click.option(
    "--relevant",
    type=float,
    help="The change that matters, in the score's own unit (0.1 = 10 points).",
)
def compare(
    workspace: str,
    metric: str,
    form: str,
    between: tuple[str, str] | None,
    share: bool,
    purpose: str,
    **how: Any,
) -> None:
    """Did a score change (--every, --between), do groups differ (--by)?

    Verdicts are corrected for the number of comparisons. Where nothing can be told, the wider window
    that can is shown, or when there will be enough answers.
    """
    asked = through_door(workspace, share=share, purpose=purpose)
    print_answer(asked.compare(metric, periods=between, **how), form)


@click.command()
@question_options
@click.option("--score", "metric", default="nps", show_default=True, help="Which score.")
@click.option("--k", type=int, help="How many count as best, and as worst.")
def rank(
    workspace: str, form: str, every: str | None, share: bool, purpose: str, **how: Any
) -> None:
    """Which units (--by) are truly ahead?

    Scores of small units are drawn towards all units together; beside each is the chance that it is
    truly among the k best or worst. When units differ no more than by chance, that is the answer.
    """
    if every:
        raise click.UsageError("A ranking has no --every: ask for the trend.")
    print_answer(through_door(workspace, share=share, purpose=purpose).rank(**how), form)


@click.command()
@question_options
@click.option("--score", "metric", default="nps", show_default=True, help="Which score.")
def trend(
    workspace: str, form: str, every: str | None, share: bool, purpose: str, **how: Any
) -> None:
    """Where is a score going (--every, months by default), and when did its level change?

    Every change has the time in which it may have begun, the dated events near it, and what was
    measured differently from then on.
    """
    print_answer(
        through_door(workspace, share=share, purpose=purpose).trend(every=every or "month", **how),
        form,
    )
