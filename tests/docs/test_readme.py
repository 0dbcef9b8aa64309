"""The pages tell the truth about the program: commands exist, links lead somewhere, nothing is left out."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from topofheart.cli.main import topofheart as program

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)
LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)|^\[[^]]+\]: (\S+)", re.M)
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.M | re.S)
OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")


def page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The anchors that headings get on GitHub."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {one.replace(" ", "-") for one in plain}


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_of_page_lead_somewhere(page: Path) -> None:
    for link in (inline or named for inline, named in LINK.findall(page.read_text("utf-8"))):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_listed() -> None:
    listed = (ROOT / "docs" / "README.md").read_text("utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        assert page.name == "README.md" or str(page.relative_to(ROOT / "docs")) in listed


def commands_of(page: Path) -> Iterator[list[str]]:
    """The words after `topofheart` on each command line of a page."""
    for kind, text in FENCE.findall(page.read_text("utf-8")):
        if kind not in ("console", "sh"):
            continue
        for line in text.replace("\\\n", " ").splitlines():
            found = re.match(r"(?:\$ )?(?:uvx |[A-Z_]+=\S+ )*topofheart (.+?)(?: #.*)?$", line)
            if found and (kind == "sh" or line.startswith("$ ")):
                yield found[1].split()


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_commands_of_page_exist_with_their_options(page: Path) -> None:
    for words in commands_of(page):
        command: click.Command = program
        context = click.Context(program)
        for word in words:
            if not isinstance(command, click.Group):
                break
            inner = command.get_command(context, word)
            assert inner is not None, f"topofheart {' '.join(words)}"
            command = inner
        known = {option for one in command.params for option in one.opts}
        assert set(OPTION.findall(" ".join(words))) <= known, f"topofheart {' '.join(words)}"


def test_every_command_is_documented() -> None:
    reference = (ROOT / "docs/reference/commands.md").read_text("utf-8")
    context = click.Context(program)
    for name in program.list_commands(context):
        assert f"\n## topofheart {name}\n" in reference


def test_make_targets_of_pages_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for page in PAGES:
        for kind, text in FENCE.findall(page.read_text("utf-8")):
            for target in re.findall(r"^make (\w+)", text, re.M) if kind == "sh" else ():
                assert re.search(rf"^{target}:", makefile, re.M), target


def test_stale_reference_page_is_named(tmp_path: Path) -> None:
    for place in (
        "docs/generate.py",
        *(f"docs/reference/{n}.md" for n in ("tables", "commands", "caveats")),
    ):
        copy = tmp_path / place
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text((ROOT / place).read_text("utf-8"), encoding="utf-8")
    page = tmp_path / "docs/reference/commands.md"
    page.write_text(page.read_text("utf-8") + "more\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "docs/reference/commands.md is stale" in done.stderr


def test_every_verdict_and_state_is_explained() -> None:
    from topofheart.kernel.language import Words

    page = (ROOT / "docs/reference/caveats.md").read_text("utf-8")
    say = Words("answer", "en")
    for room in ("verdict", "state", "caveat"):
        for key in [key for key in say._sentences if key.startswith(f"{room}.")]:
            assert f"| `{key.removeprefix(f'{room}.')}` |" in page


def test_picture_of_the_readme_is_small_enough() -> None:
    assert (ROOT / "docs/images/look-nl.png").stat().st_size < 250_000
