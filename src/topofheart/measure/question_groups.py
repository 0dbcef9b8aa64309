"""An analyst's own work on the groups of questions: merged, split, renamed, pinned. Kept, whatever comes after.

It is one file, `questions.toml` in the workspace, which a person may edit. It speaks of groups by their ids
and of texts by words, never of rows, and so it survives new data and new models.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from topofheart.kernel.errors import InvalidInput, UnknownName
from topofheart.measure.beginnings import begins_with
from topofheart.understand.asked import OWN

if TYPE_CHECKING:
    import ibis.expr.types as ir

FILE = "questions.toml"
ID = re.compile(r"^[a-z][a-z0-9_.]{0,59}$")


@dataclass(frozen=True)
class Split:
    """Questions of a group that hold one of these words become a group of their own."""

    id: str
    of: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Groups:
    """What was merged into what, split off, renamed and pinned.

    `words` are the organisation's own, found anew in its data and not kept.
    """

    merged: dict[str, str] = field(default_factory=dict)
    splits: tuple[Split, ...] = ()
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    pinned: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def merge(self, one: str, into: str) -> Groups:
        """All questions of `one` count as `into` from now on.

        Raises InvalidInput where that would go round in a circle.
        """
        if one in self._way(into):
            raise InvalidInput(
                f"'{into}' is itself part of '{one}'.", code="circle", hint="Split it off first."
            )
        return replace(self, merged={**self.merged, one: into})

    def apart(self, one: str) -> Groups:
        """Undo a merge or a split.

        Raises UnknownName where neither was done.
        """
        if one not in self.merged and all(split.id != one for split in self.splits):
            raise UnknownName(f"'{one}' was neither merged nor split off.")
        merged = {name: into for name, into in self.merged.items() if name != one}
        return replace(
            self, merged=merged, splits=tuple(split for split in self.splits if split.id != one)
        )

    def split(self, of: str, id: str, words: tuple[str, ...]) -> Groups:
        """Questions of `of` with one of the words become the group `id`.

        Raises InvalidInput for an id that cannot be one, or without words.
        """
        if not ID.match(id) or not words:
            raise InvalidInput(
                f"'{id}' cannot be a group of these words.",
                code="bad_group",
                hint="An id has small letters, digits, _ and dots; name one word or more.",
            )
        others = tuple(split for split in self.splits if split.id != id)
        return replace(self, splits=(*others, Split(id, of, words)))

    def rename(self, id: str, language: str, name: str) -> Groups:
        return replace(self, names={**self.names, id: {**self.names.get(id, {}), language: name}})

    def pin(self, id: str, *, on: bool = True) -> Groups:
        others = tuple(one for one in self.pinned if one != id)
        return replace(self, pinned=(*others, id) if on else others)

    def own(self) -> tuple[str, ...]:
        """The groups that the analyst made."""
        return tuple(split.id for split in self.splits)

    def named(self) -> tuple[str, ...]:
        """Every group that this speaks of."""
        of = (split.of for split in self.splits)
        ids = (*self.merged, *self.merged.values(), *of, *self.names, *self.pinned)
        return tuple(dict.fromkeys(ids))

    def final(self, id: str) -> str:
        """The group that a group has become."""
        return self._way(id)[-1]

    def _way(self, id: str) -> tuple[str, ...]:
        """The group and all that it was merged into in turn."""
        found = [id]
        while found[-1] in self.merged:
            found.append(self.merged[found[-1]])
        return tuple(found)

    def of(self, kind: ir.Column, question: ir.Column) -> ir.Column:
        """The group of each question in the engine: what is no known type by the organisation's own
        words, then split, then merged."""
        import ibis

        if self.words:
            low = question.lower()
            cases = [(low.re_search(begins_with(word)), f"{OWN}.{word}") for word in self.words]
            kind = ibis.ifelse(kind.contains("."), ibis.cases(*cases, else_=kind), kind)
        for one in self.splits:
            low = question.lower()
            found = ibis.or_(*(low.re_search(begins_with(word)) for word in one.words))
            kind = ibis.ifelse((kind == one.of) & found, one.id, kind)
        final = {id: self.final(id) for id in self.merged}
        return kind.substitute(final) if final else kind


def read_groups(folder: Path) -> Groups:
    """The analyst's work; nothing where the file is not there.

    Raises InvalidInput where it cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        return Groups()
    try:
        return _checked(tomllib.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(
            f"{path} cannot be read: {getattr(error, 'message', error)}.",
            code="bad_groups",
            hint="Mend it, or take it away to begin again.",
        ) from error


def _checked(found: dict[str, Any]) -> Groups:
    """Through the same doors as an analyst's own acts, so that a file can say nothing that they cannot."""
    stray = sorted(set(found) - {"merged", "split", "names", "pinned"})
    if stray:
        raise UnknownName(f"'{stray[0]}' is not known here")
    groups = Groups()
    for one, into in found.get("merged", {}).items():
        groups = groups.merge(*_texts([one, into]))
    for one in found.get("split", []):
        of, id = _texts([one["of"], one["id"]])
        groups = groups.split(of, id, _texts(one["words"]))
    for id, names in found.get("names", {}).items():
        for language, name in names.items():
            groups = groups.rename(id, *_texts([language, name]))
    for id in _texts(found.get("pinned", [])):
        groups = groups.pin(id)
    return groups


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise TypeError(f"{values!r} is not a list of texts")
    return tuple(values)


def write_groups(folder: Path, groups: Groups) -> None:
    """Write it whole and then in its place, so that a kill leaves the old one."""
    lines = [f"pinned = {json.dumps(list(groups.pinned))}", "", "[merged]"]
    lines += [f"{json.dumps(one)} = {json.dumps(into)}" for one, into in groups.merged.items()]
    for id, names in groups.names.items():
        lines += ["", f"[names.{json.dumps(id)}]"]
        lines += [f"{key} = {json.dumps(name, ensure_ascii=False)}" for key, name in names.items()]
    for one in groups.splits:
        lines += ["", "[[split]]", f"id = {json.dumps(one.id)}", f"of = {json.dumps(one.of)}"]
        lines += [f"words = {json.dumps(list(one.words), ensure_ascii=False)}"]
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f"{FILE}.new"
    beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
    beside.replace(folder / FILE)
