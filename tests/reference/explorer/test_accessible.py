"""The explorer's page under axe-core: best practices included, light and dark, wide and narrow."""

from __future__ import annotations

import pytest
from browser import CHROMIUM
from page_checks import WAYS, axe_violations, missing_tools, seen_as, settled, sideways

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine's PATH"),
    pytest.mark.skipif(bool(missing_tools()), reason=missing_tools() or "-"),
]


def test_axe_finds_nothing_on_the_explorers_page(browser):
    try:
        for width, dark in WAYS:
            seen_as(browser, width, dark)
            settled(browser)
            assert axe_violations(browser) == [], (width, dark)
            assert sideways(browser) == 0, (width, dark)
    finally:
        browser.ask("Emulation.clearDeviceMetricsOverride")
        browser.ask("Emulation.setEmulatedMedia", media="", features=[])
