"""The course's web site: whole, linked, without solutions, and asking nobody for anything."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browser import CHROMIUM, Browser
from coursework import LESSONS, ROOT, notebook, solution_lines
from reference_page import FORMULAS, modules

pytestmark = pytest.mark.nightly

AXE = Path(os.environ.get("BVAE_TEST_AXE", ROOT / "site/node_modules/axe-core/axe.min.js"))
# What a visitor opens; of the modules' pages, which are all alike, a long one.
LOOKED_AT = (
    *("index.html", "install.html", "instructors.html", "security.html", "bank.html"),
    *("another_course.html", "reference.html", "proof.html", "study.html", "claims.html"),
    *("machines.html", "search.html", "genindex.html", "api/index.html", "api/bvae_ref.model.html"),
    *(f"lessons/lesson_{number}.html" for number in LESSONS),
    "lessons/showcase.html",
)
# "heading-order" and the like are about content that notebooks bring; what WCAG 2.2 A and AA ask.
CHECK = """
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
  .then((found) => found.violations.flatMap(({id, nodes}) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`)))
"""
# Code that goes on past the page's side; formulas with a bar to scroll up and down.
SCROLLED = """
[...document.querySelectorAll(".highlight pre, .math-wrapper, .formula")].filter((box) =>
  box.matches("pre") ? box.scrollWidth > box.clientWidth
                     : box.offsetWidth - box.clientWidth > 4
).map((box) => box.innerText.slice(0, 80))
"""


class Page(HTMLParser):
    """What a page links to, loads, names and says.

    Attributes:
        title: the text of its `<title>`.
        links, loads: addresses of anchors; of what a browser fetches without being asked.
        ids: what anchors may lead to.
        unnamed: images without alternative text.
        text: what can be read in it.
    """

    def __init__(self, path: Path):
        super().__init__()
        self.title, self.text, self.language = "", "", ""
        self.links, self.loads, self.ids, self.unnamed = [], [], set(), []
        self._inside = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._inside = tag
        self.ids |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "img" and "alt" not in given:
            self.unnamed.append(given.get("src", "")[:80])
        loads = given.get("href") if tag == "link" else given.get("src") or given.get("srcset")
        if loads and tag in ("link", "script", "img", "iframe", "source", "audio", "video"):
            self.loads.append(loads)

    def handle_data(self, data):
        if self._inside == "title":
            self.title += data
        elif self._inside not in ("script", "style"):
            self.text += data

    def handle_endtag(self, tag):
        self._inside = ""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """What BVAE_TEST_SITE names; else built here, lessons not run and the explorer untrained."""
    if built := os.environ.get("BVAE_TEST_SITE"):
        assert Path(built, "index.html").is_file(), f"{built!r} is no site; `make site` writes one"
        return Path(built).resolve()
    pytest.importorskip("myst_nb", reason="the site is made with the extra `site`")
    from bvae_ref.data import load
    from bvae_ref.explorer import explore
    from bvae_ref.model import DisentangledVAE

    folder = tmp_path_factory.mktemp("site")
    images = load("strokes", "test[:200]", quiet=True)
    play = explore(DisentangledVAE(), images.images, images.labels).save(folder / "play.html")
    (folder / "made" / "old").mkdir(parents=True)
    (folder / "made" / "searchindex.js").touch()
    command = ["site/make_site.py", str(folder / "made"), "--not-run", "--play", str(play)]
    ended = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert not (folder / "made" / "old").exists()
    return folder / "made"


@pytest.fixture(scope="module")
def pages(site) -> dict[str, Page]:
    """Every page but the explorer's, by its path in the site."""
    found = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*.html"))}
    return {name: Page(path) for name, path in found.items() if name != "play.html"}


def test_every_page_that_is_promised_is_there(pages):
    assert set(LOOKED_AT) <= pages.keys()
    assert {f"api/{module}.html" for module in modules()} <= pages.keys()


def test_every_link_and_anchor_of_the_site_leads_somewhere(pages, site):
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or link == "#":
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            target = target.resolve()
            assert target.is_file(), f"{name} links to {link}, which is not there"
            inside = target.relative_to(site.resolve()).as_posix()
            if parts.fragment and inside in pages:
                ids = pages[inside].ids
                assert unquote(parts.fragment) in ids, f"{name} links to {link}: no such anchor"


def test_nothing_is_loaded_from_elsewhere(pages, site):
    for name, page in pages.items():
        for address in page.loads:
            assert not urlsplit(address).netloc, f"{name} loads {address}"
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", text), style


def test_every_page_has_a_language_a_title_of_its_own_and_named_images(pages):
    titles = [page.title for page in pages.values()]
    assert all(titles) and len(set(titles)) == len(titles)
    assert all(page.language == "en" for page in pages.values())
    assert [image for page in pages.values() for image in page.unnamed] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_is_shown_as_learners_get_it_without_any_solution(pages, site, lesson):
    released = "\n".join("".join(c["source"]) for c in notebook("lessons", lesson)["cells"])
    text = pages[f"lessons/lesson_{lesson}.html"].text
    assert "YOUR CODE HERE" in text
    for cell in notebook("solutions", lesson)["cells"]:
        for line in solution_lines(cell):
            if len(line) > 12 and line not in released:
                assert line not in text, f"lesson {lesson} shows a solution: {line}"


def test_formulas_are_drawn_and_none_is_left_in_its_source(pages, site):
    reference = (site / "reference.html").read_text(encoding="utf-8")
    assert reference.count('<math alttext="') >= len(FORMULAS)
    for name in ("reference.html", *(f"lessons/lesson_{number}.html" for number in LESSONS)):
        assert not re.search(r"\$\$|\\begin\{|\\mathrm", pages[name].text), name


def test_pages_name_no_folder_of_this_machine(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for folder in (ROOT, Path(sys.prefix)):
            assert f"{folder}/" not in text, page


class Quiet(SimpleHTTPRequestHandler):
    """A server that prints nothing."""

    def log_message(self, *args):
        return


@pytest.fixture(scope="module")
def address(site):
    """Where the site is served on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture
def browser(tmp_path):
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on the PATH")
    with Browser(tmp_path) as opened:
        opened.watch()
        yield opened


def wide(browser: Browser, width: int) -> None:
    """The window's width in CSS pixels: 600 is also 1,200 at 200%."""
    browser.ask(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=900,
        deviceScaleFactor=1,
        mobile=False,
    )


def test_pages_ask_nobody_else_say_nothing_on_the_console_and_fit_narrow_windows(address, browser):
    for name in LOOKED_AT:
        for width in (360, 600):
            wide(browser, width)
            browser.open(f"http://{address}/{name}")
            found = browser.run("document.documentElement.scrollWidth")
            assert found <= width, f"{name} is {found} pixels wide in a window of {width}"
            assert browser.run(SCROLLED) == [], f"{name}, {width} pixels wide"
    assert browser.requested_elsewhere(address) == set()
    assert browser.errors() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(address, browser, scheme):
    if not AXE.is_file():
        pytest.skip(f"there is no {AXE}; site/package.json says how to install it")
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.ask("Emulation.setEmulatedMedia", features=features)
    found = {}
    for name in LOOKED_AT:
        browser.open(f"http://{address}/{name}")
        browser.run(AXE.read_text(encoding="utf-8") + "; 0")
        if violations := browser.run(CHECK):
            found[name] = sorted(set(violations))
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)


def test_search_finds_a_page_and_the_home_page_has_a_model_to_play_with(address, browser):
    browser.open(f"http://{address}/search.html?q=reparameterize")
    browser.wait("document.querySelectorAll('#search-results li a').length > 0")
    links = browser.run("[...document.querySelectorAll('#search-results li a')].map((a) => a.href)")
    assert any("reference.html" in link or "bvae_ref.sampling" in link for link in links)
    browser.open(f"http://{address}/index.html")
    browser.run("document.querySelector('iframe.play').scrollIntoView()")
    play = "document.querySelector('iframe.play').contentWindow.latentExplorer"
    browser.wait(f"{play} && {play}.scene.frames.length > 1")
