"""The façade: an organisation's data, to read into, to ask and to keep."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from topofheart.asking import Asking
from topofheart.kernel.errors import InvalidInput
from topofheart.settings import ROWS, STATISTICS, Settings, read_settings

if TYPE_CHECKING:
    from topofheart.lake.audit import AuditLog
    from topofheart.lake.engines import Engine
    from topofheart.lake.erasure import Erasure
    from topofheart.lake.lake import Lake
    from topofheart.lake.maintenance import Maintained
    from topofheart.listen.assumptions import Assumption
    from topofheart.listen.importing import Importer, Progress, Read
    from topofheart.listen.mapping import Mapping
    from topofheart.measure.reader import Reader


@dataclass
class Workspace(Asking):
    """One organisation's data: a folder with a lake in it, or beside it in an object store.

    It is asked through a door: `rows`, where every question is noted in the audit log with `role` and
    `purpose`, or `statistics`.
    """

    folder: Path
    settings: Settings = field(default_factory=Settings)
    door: str = ROWS
    role: str = "analyst"
    purpose: str = "analysis"

    def __post_init__(self) -> None:
        self._lake: Lake | None = None
        self._engine: Engine | None = None

    @property
    def lake(self) -> Lake:
        from topofheart.lake.lake import Lake

        if self._lake is None:
            self._lake = Lake(self.folder, self.settings.lake, self.settings.storage)
        return self._lake

    @property
    def engine(self) -> Engine:
        from topofheart.lake.engines import engine_at

        if self._engine is None:
            self._engine = engine_at(self.settings.engine)
        return self._engine

    @property
    def statistics(self) -> Workspace:
        """The same questions, through the door for what is shared: no cell that gives somebody away."""
        other = replace(self, door=STATISTICS)
        other._lake, other._engine = self.lake, self.engine
        return other

    @property
    def audit(self) -> AuditLog:
        """Who asked what through the rows door, when and why."""
        from topofheart.lake.audit import AuditLog

        return AuditLog(self.folder)

    def read(
        self,
        path: str | Path,
        *,
        mapping: Mapping | str | Path | None = None,
        table: str | None = None,
        source: str | None = None,
        sheet: str | None = None,
        tool: str | None = None,
        progress: Progress | None = None,
    ) -> Read:
        """Read a file into the lake. Reading the same file again changes nothing.

        The tool that wrote it is recognised; `tool` overrules that, with `file` for none.
        """
        return self._importer().read(
            Path(path),
            mapping=_mapping(mapping),
            table=table,
            source=source,
            sheet=sheet,
            tool=tool,
            progress=progress,
        )

    def propose(
        self,
        path: str | Path,
        *,
        table: str | None = None,
        source: str | None = None,
        sheet: str | None = None,
        tool: str | None = None,
    ) -> Mapping:
        """How a file would be read: a mapping to look at, change and give to `read`."""
        return self.proposal(path, table=table, source=source, sheet=sheet, tool=tool)[0]

    def proposal(
        self,
        path: str | Path,
        *,
        table: str | None = None,
        source: str | None = None,
        sheet: str | None = None,
        tool: str | None = None,
    ) -> tuple[Mapping, tuple[Assumption, ...]]:
        """The same with what was assumed in it."""
        return self._importer().propose(
            Path(path), table=table, source=source, sheet=sheet, tool=tool
        )

    def forget(self, customer: str) -> None:
        """Queue the erasure of one customer, by customer_id, mail address or phone number."""
        from topofheart.lake.secret import workspace_key
        from topofheart.listen.identity import plain, pseudonym

        named = plain(customer)
        if not named:
            raise InvalidInput("Whom to forget?", code="no_customer", hint="Give a customer_id.")
        ids = dict.fromkeys((customer.strip(), pseudonym(named, workspace_key(self.folder))))
        self._erasure().queue(list(ids))

    def maintain(self) -> Maintained:
        """Carry out queued erasures, put small files together, delete what nothing refers to."""
        from topofheart.lake.maintenance import maintain

        return maintain(self.lake, self._erasure())

    def _erasure(self) -> Erasure:
        from topofheart.lake.erasure import Erasure
        from topofheart.lake.secret import workspace_key

        return Erasure(self.folder, self.lake, workspace_key(self.folder))

    def reader(self, as_of: int | None = None) -> Reader:
        """The door to the lake's numbers, at one snapshot."""
        from topofheart.measure.doors import Declared, StatisticsReader
        from topofheart.measure.reader import Reader

        snapshot = self.lake.snapshot(as_of)
        if self.door == ROWS:
            return Reader(self.lake, self.engine, snapshot)
        told = self.settings
        declared = Declared(told.dimensions, told.staff_dimensions, told.works_council_consent)
        return StatisticsReader(self.lake, self.engine, snapshot, declared)

    def _importer(self) -> Importer:
        from topofheart.listen.importing import Importer

        return Importer(self.lake, time_zone=self.settings.time_zone)


def open(folder: str | Path, *, role: str = "analyst", purpose: str = "analysis") -> Workspace:
    """Open a workspace; the folder is made when something is first written to it.

    `role` and `purpose` are noted with every question that may show single customers.

    Raises InvalidInput for a `config.toml` with a setting that is not known.
    """
    folder = Path(folder)
    if folder.is_file():
        raise InvalidInput(
            f"{folder} is a file, not a workspace folder.",
            code="not_a_workspace",
            hint=f"For one file: topofheart look {folder}",
        )
    settings = read_settings(folder / "config.toml")
    return Workspace(folder, settings, role=role, purpose=purpose)


def _mapping(given: Mapping | str | Path | None) -> Mapping | None:
    from topofheart.listen.mapping import read_mapping

    return read_mapping(Path(given)) if isinstance(given, str | Path) else given


__all__ = ["Workspace", "open"]
