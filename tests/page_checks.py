"""What every page has to pass in a browser: axe-core, html-validate, widths, tab stops, loading."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path

from browser import Browser

# `make pages` puts them there.
TOOLS = Path(__file__).resolve().parent.parent / "out" / "npm" / "node_modules"
AXE, VALIDATE = TOOLS / "axe-core" / "axe.min.js", TOOLS / ".bin" / "html-validate"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
HEIGHT = 900
WAYS = tuple((width, dark) for width in (1280, 360) for dark in (False, True))
STOPS = """[...document.querySelectorAll(
  'a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter((e) => {
  const r = e.getBoundingClientRect();
  return e.checkVisibility() && r.bottom > 0 && r.right > 0 && r.top < innerHeight;
}).length"""
# Boxes that scroll without being a tab stop, or are one without scrolling.
WRONG_BOXES = """[...document.querySelectorAll('.scroll')].filter((e) => e.checkVisibility() &&
  (e.scrollWidth > e.clientWidth + 1) !== (e.tabIndex === 0)).length"""
AXE_RUN = """axe.run(document, {resultTypes: ['violations'], runOnly: %s}).then((found) =>
  found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))]))"""


def seen_as(browser: Browser, width: int, dark: bool = False, media: str = "") -> None:
    """From now on, pages are this wide, light or dark, on a screen or for paper."""
    browser.ask(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=HEIGHT,
        deviceScaleFactor=1,
        mobile=False,
    )
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.ask("Emulation.setEmulatedMedia", media=media, features=[scheme])


def sideways(browser: Browser) -> int:
    """By how many pixels the page is wider than what is seen of it."""
    return browser.run(
        "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"
    )


def axe_violations(browser: Browser) -> list:
    """What axe-core finds, best practices included: `[rule, [element, …]]`."""
    browser.run(AXE.read_text(encoding="utf-8") + "; true")
    return browser.run(AXE_RUN % json.dumps(RULES))


def load_seconds(browser: Browser, address: str, slower: int = 4) -> float:
    """Seconds until a page is loaded and painted on a processor this many times slower."""
    browser.ask("Emulation.setCPUThrottlingRate", rate=slower)
    try:
        browser.open(address)
        browser.wait("performance.getEntriesByName('first-contentful-paint').length")
        return browser.run(
            "Math.max(performance.getEntriesByType('navigation')[0].loadEventEnd, "
            "performance.getEntriesByName('first-contentful-paint')[0].startTime) / 1000"
        )
    finally:
        browser.ask("Emulation.setCPUThrottlingRate", rate=1)


def html_errors(pages: list[Path], folder: Path) -> str:
    """What html-validate's standard rules find in some pages; "" for nothing."""
    rules = folder / "htmlvalidate.json"
    rules.write_text('{"root": true, "extends": ["html-validate:standard"]}', encoding="utf-8")
    command = [str(VALIDATE), "--config", str(rules), "--formatter", "text", *map(str, pages)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300)
    return done.stdout + done.stderr if done.returncode else ""


def missing_tools() -> str:
    """Why pages cannot be checked here, or ""."""
    if not AXE.exists() or not VALIDATE.exists():
        return "axe-core and html-validate are not here; `make pages` fetches them"
    return "" if shutil.which("node") else "no Node.js on this machine's PATH"


def settled(browser: Browser) -> None:
    """Wait until the page's script has seen the sizes of all boxes."""
    browser.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    time.sleep(0.05)
