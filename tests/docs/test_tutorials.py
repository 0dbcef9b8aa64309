"""Every example of every page is run, and comes out as the page says."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("docs_examples", ROOT / "docs" / "examples.py")
assert _spec
assert _spec.loader
examples = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = examples
_spec.loader.exec_module(examples)

PAGES = [
    pytest.param(
        page,
        id=str(page.relative_to(ROOT)),
        marks=[pytest.mark.real] if examples.needs_data(page) else [],
    )
    for page in examples.with_examples()
]


@pytest.mark.parametrize("page", PAGES)
def test_examples_of_page_come_out_as_it_says(page: Path) -> None:
    found = examples.run(page)
    assert found
    for example in found:
        assert example.came == example.said, f"{page.name}: $ {example.command}"


def test_both_tutorials_have_examples() -> None:
    tutorials = {page.name for page in examples.with_examples() if page.parent.name == "tutorials"}
    assert {"first-score.md", "a-web-shop.md"} <= tutorials
