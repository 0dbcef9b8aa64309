"""Commands that keep a workspace: what was read, whom to forget, and the tables there are."""

from __future__ import annotations

import click


@click.command()
@click.argument("workspace")
def snapshots(workspace: str) -> None:
    """What was read, and when. `--as-of N` asks an earlier state."""
    from topofheart.workspace import open

    for one in open(workspace).lake.snapshots.all():
        when = f"{one.made_at:%Y-%m-%d %H:%M}" if one.made_at else ""
        counts = ", ".join(f"{count:,} {name}" for name, count in one.counts.items() if count)
        click.echo(f"{one.number:>5}  {when}  {one.act:<12} {one.file}  {counts}".rstrip())


@click.command()
@click.argument("workspace")
@click.argument("customer")
@click.option("--later", is_flag=True, help="Only queue it; the next `maintain` carries it out.")
def forget(workspace: str, customer: str, later: bool) -> None:
    """Erase one customer, by customer_id, mail address or phone number, and all history before it."""
    from topofheart.workspace import open

    ws = open(workspace)
    ws.forget(customer)
    if later:
        click.echo("Queued. `topofheart maintain` carries it out.")
        return
    erased = ws.maintain().erased
    rows = "1 row" if erased.rows == 1 else f"{erased.rows:,} rows"
    click.echo(f"Erased: {rows}. Earlier snapshots are gone.")


@click.command()
@click.argument("workspace")
def maintain(workspace: str) -> None:
    """Carry out queued erasures, put small files together, delete what nothing refers to."""
    from topofheart.workspace import open

    done = open(workspace).maintain()
    click.echo(
        f"{done.erased.rows:,} rows erased, {done.compacted:,} small files put together, "
        f"{done.deleted:,} unused files deleted."
    )


@click.command()
@click.argument("workspace")
@click.option("--last", type=click.IntRange(1), default=20, show_default=True)
def audit(workspace: str, last: int) -> None:
    """Who asked what of single customers' data, and why; and whether the log is as it was written."""
    from collections import deque

    from topofheart.kernel.errors import LakeError
    from topofheart.workspace import open

    log = open(workspace).audit
    if broken := log.broken_at():
        raise LakeError(
            f"Line {broken} of {log.path} is not as it was written.",
            code="audit_broken",
            hint="Compare it with a backup; lines before it are as they were.",
        )
    for line in deque(log.lines(), maxlen=last):
        asked = line["question"]
        split = "".join(f" by {name}" for name in asked.get("by") or ())
        where = "".join(f" {name}={','.join(one)}" for name, one in asked.get("where", {}).items())
        what = f"{asked.get('metric', '')}{split}{where}"
        click.echo(f"{line['at']}  {line['who']}  {line['role']}  {line['purpose']}  {what}")


@click.command()
@click.argument("name", required=False)
def tables(name: str | None) -> None:
    """The tables that can be brought; with a name, its columns."""
    from topofheart.lake.tables import TABLES, table

    if name is None:
        for one in TABLES.values():
            click.echo(f"{one.name:<18} one row per {one.row}; used by {', '.join(one.used_by)}")
        return
    declared = table(name)
    click.echo(f"{declared.name}: one row per {declared.row}; id {declared.id}")
    for column in declared.columns:
        unit = f" ({column.unit})" if column.unit else ""
        domain = f" [{column.domain}]" if column.domain else ""
        click.echo(f"  {column.name:<24} {column.type:<8} {column.meaning}{unit}{domain}")


@click.command()
def tools() -> None:
    """The tools whose exports are recognised; `unverified` where their shape is not documented."""
    from topofheart.listen.tool import tools as known

    for one in known().values():
        sure = "verified" if one.verified else "unverified"
        click.echo(f"{one.name:<18} {sure:<11} {one.label}, into {one.table}")
