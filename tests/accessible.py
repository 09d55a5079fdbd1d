"""What axe finds on a page in a browser; it is read once a page, and tells of violations alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

EVERY_RULE: Final = (*("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"),)
# A page is the same in both schemes but for its colours.
COLOURS: Final = ("cat.color",)


def violations(page: Page, rules: Sequence[str] = EVERY_RULE) -> list[str]:
    """The rules that a page breaks, each with the first places where it does."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": list(rules), "resultTypes": ["violations"]}
    found: list[Any] = page.evaluate("async (o) => (await axe.run(o)).violations", options)
    return [
        f"{one['id']}: {'; '.join(str(node['target'][0]) for node in one['nodes'][:3])}"
        for one in found
    ]
