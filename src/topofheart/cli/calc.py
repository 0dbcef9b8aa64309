"""`topofheart calc …`: from counts, without a workspace. Points at this edge, shares inside."""

from __future__ import annotations

import click

from topofheart.cli.printing import format_option, level_option, print_answer

POINTS = 100


@click.group()
def calc() -> None:
    """Calculate from counts, without a workspace."""


@calc.command()
@click.option("--promoters", type=click.IntRange(0), required=True, help="Answers 9 and 10.")
@click.option("--passives", type=click.IntRange(0), required=True, help="Answers 7 and 8.")
@click.option("--detractors", type=click.IntRange(0), required=True, help="Answers 0 to 6.")
@level_option
@format_option
def nps(promoters: int, passives: int, detractors: int, level: float, form: str) -> None:
    """The score of these counts with its interval."""
    from topofheart.measure import calculate

    print_answer(calculate.nps(promoters, passives, detractors, level=level), form)


@calc.command()
@click.option(
    "--before",
    type=click.IntRange(0),
    nargs=3,
    required=True,
    metavar="PROMOTERS PASSIVES DETRACTORS",
)
@click.option(
    "--after",
    type=click.IntRange(0),
    nargs=3,
    required=True,
    metavar="PROMOTERS PASSIVES DETRACTORS",
)
@level_option
@format_option
def compare(
    before: tuple[int, int, int], after: tuple[int, int, int], level: float, form: str
) -> None:
    """Did the score change between two sets of counts?"""
    from topofheart.measure import calculate

    print_answer(calculate.compare(before, after, level=level), form)


@calc.command()
@click.option("--margin", type=float, help="Wanted margin in points, e.g. 5.")
@click.option("--difference", type=float, help="Difference to show in points, e.g. 10.")
@click.option(
    "--variance",
    type=float,
    default=0.5,
    show_default=True,
    help="Of one answer; 1 is the worst case.",
)
@click.option("--power", type=click.FloatRange(0.5, 0.999), default=0.8, show_default=True)
@level_option
@format_option
def sample(
    margin: float | None,
    difference: float | None,
    variance: float,
    power: float,
    level: float,
    form: str,
) -> None:
    """How many answers are needed, for a margin or to show a difference?"""
    from topofheart.measure import calculate

    answer = calculate.sample(
        margin=None if margin is None else margin / POINTS,
        difference=None if difference is None else difference / POINTS,
        variance=variance,
        level=level,
        power=power,
    )
    print_answer(answer, form)


@calc.command()
@click.option("--n", type=click.IntRange(1), required=True, help="Answers on one side.")
@click.option(
    "--n-other", type=click.IntRange(1), help="Answers on the other side; the same when left out."
)
@click.option(
    "--variance",
    type=float,
    default=0.5,
    show_default=True,
    help="Of one answer; 1 is the worst case.",
)
@click.option("--power", type=click.FloatRange(0.5, 0.999), default=0.8, show_default=True)
@level_option
@format_option
def detectable(
    n: int, n_other: int | None, variance: float, power: float, level: float, form: str
) -> None:
    """The smallest change that so many answers would probably show."""
    from topofheart.measure import calculate

    print_answer(
        calculate.detectable(n, n_other, variance=variance, level=level, power=power), form
    )
