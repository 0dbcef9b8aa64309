"""The first page in a real browser: narrow and wide, light and dark, on paper, by keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api")

SAID = (
    "Ik ben bang dat mijn bestelling nooit meer aankomt.",
    "Wanneer komt mijn bestelling? Ik wacht nu al {weeks} weken.",
    *["Vriendelijk geholpen door de monteur, alles naar wens."] * 5,
)
ROWS = "\n".join(
    f"{i};{1 + i % 27:02d}-{1 + i % 9:02d}-2026;{(i * 7 + i % 3) % 11};{['Gouda', 'Breda', 'Den Haag'][i % 3]};"
    f"{SAID[i % 7].format(weeks=2 + i % 9) if i % 4 else ''}"
    for i in range(600)
)


@pytest.fixture(scope="module", params=["en", "nl"])
def page_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from click.testing import CliRunner

    from topofheart.cli.look import look

    folder = tmp_path_factory.mktemp("look")
    (folder / "klanten.csv").write_text(
        f"Nr;Datum;NPS;Vestiging;Toelichting\n{ROWS}\n", encoding="utf-8"
    )
    out = folder / "page.html"
    arguments = [str(folder / "klanten.csv"), "--out", str(out), "--language", request.param]
    done = CliRunner().invoke(look, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as running:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        started = running.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync", "--no-first-run"],
        )  # fmt: skip
        yield started
        started.close()


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_fits_every_width_and_asks_nothing_of_the_network(
    width: int, scheme: str, page_file: Path, browser: object
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[attr-defined]
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    page.goto(page_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [page_file.as_uri()]
    assert errors == []
    page.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_questions_and_worries_stand_second_and_each_fits(
    width: int, page_file: Path, browser: object
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})  # type: ignore[attr-defined]
    page.goto(page_file.as_uri())
    order = (
        "[...document.querySelectorAll('section')].map(one => one.getAttribute('aria-labelledby'))"
    )
    assert page.evaluate(order)[:3] == ["top", "asks", "worries"]
    for item in page.locator(".asked > li").all():
        assert item.is_visible()
        assert item.locator("h3").inner_text().strip()
        assert "%" in item.locator(".share").inner_text()
        ends = "one => [one.getBoundingClientRect().right, one.scrollWidth <= one.clientWidth]"
        right, holds = item.evaluate(ends)
        assert right <= width
        assert holds
    assert page.locator("section[aria-labelledby=asks] blockquote").count() > 0
    page.close()


def test_dark_and_light_differ_and_both_are_readable(page_file: Path, browser: object) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)  # type: ignore[attr-defined]
        page.goto(page_file.as_uri())
        style = "getComputedStyle(document.body)"
        seen[scheme] = (page.evaluate(f"{style}.backgroundColor"), page.evaluate(f"{style}.color"))
        page.close()
    assert seen["light"][0] != seen["dark"][0]
    assert seen["light"][1] != seen["dark"][1]


def test_tables_behind_the_figures_open_by_keyboard(page_file: Path, browser: object) -> None:
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(page_file.as_uri())
    closed = page.locator("details:not([open])").count()
    assert closed > 0
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details:not([open])").count() == closed - 1
    assert page.locator("details[open] table").first.is_visible()
    page.close()


def test_page_prints_on_a_few_sheets(page_file: Path, browser: object, tmp_path: Path) -> None:
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(page_file.as_uri())
    paper = page.pdf(format="A4")
    assert 1 <= paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") <= 3
    page.close()
