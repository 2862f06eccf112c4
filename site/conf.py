"""Sphinx's settings for the course's web site, beside which `make_site.py` gathers the pages."""

import re
import sys
from pathlib import Path

from sphinx.util import inspect

from bvae_ref.page_design import tokens

sys.path.insert(0, str(Path(__file__).parent))

project = "Beyond Pixels"
html_title = "Beyond Pixels"
language = "en"
copyright = "the authors of Beyond Pixels, MIT licence"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "mathml"]

# Notebooks come with their outputs; nothing is run here.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath", "deflist"]
# Inside words and prices a dollar stays a dollar; "```math" is GitHub's way to write a formula.
myst_dmath_allow_digits = False
myst_fence_as_directive = ["math"]
# As GitHub names headings, since the pages' links are written for it.
myst_heading_anchors = 4
html_math_renderer = "mathml"

html_theme = "furo"
# Furo's names for what every page of this course has in one stylesheet, light and dark.
_NAMES = {
    "color-background-primary": "paper",
    "color-background-secondary": "band",
    "color-background-border": "line",
    "color-foreground-primary": "ink",
    "color-foreground-secondary": "quiet",
    "color-foreground-muted": "quiet",
    "color-brand-primary": "accent",
    "color-brand-content": "link",
}


def _variables(stylesheet, visited):
    values = dict(re.findall(r"--([\w-]+): ([^;]+);", stylesheet))
    return {**{name: values[own] for name, own in _NAMES.items()}, "color-brand-visited": visited}


_light, _dark, _ = re.split(r"@media", tokens())
html_theme_options = {
    "light_css_variables": {**_variables(_light, "#5b3a86"), "font-stack": "system-ui, sans-serif"},
    "dark_css_variables": _variables(_dark, "#c5a6ee"),
}
html_static_path = ["_static"]
html_css_files = ["formulas.css", "site.css"]
html_js_files = ["site.js"]
html_favicon = "icon.svg"
html_extra_path = ["extra"]
html_copy_source = False
html_show_sourcelink = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
# Headings of notebooks begin where their authors began; listings may have an "…".
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type", "misc.highlighting_failure"]

default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_type_aliases = {"ArrayLike": "ArrayLike"}
autodoc_preserve_defaults = True
# Keras' docstrings are Markdown; what we override is described where it differs.
autodoc_inherit_docstrings = False
napoleon_numpy_docstring = False
napoleon_use_ivar = True

# What reStructuredText would take for markup in docstrings, which are plain text with `code`.
_MARKUP = re.compile(r"([|*_\\])")


def plain(app, what, name, obj, options, lines):
    """Leave only what stands between backticks as markup in a docstring."""
    for number, line in enumerate(lines):
        parts = line.split("`")
        parts[::2] = [_MARKUP.sub(r"\\\1", part) for part in parts[::2]]
        lines[number] = "`".join(parts)


def of_init(app, what, name, obj, options, signature, returns):
    """Keras' classes are made by a `__new__` that takes anything; `__init__` says what."""
    if what == "class" and signature == "(*args, **kwargs)":
        aliases = app.config.autodoc_type_aliases
        own = inspect.signature(obj.__init__, bound_method=True, type_aliases=aliases)
        shown = inspect.stringify_signature(
            own, show_return_annotation=False, unqualified_typehints=True
        )
        return shown, returns
    return None


def setup(app):
    """Docstrings are made plain before their sections are read."""
    app.connect("autodoc-process-docstring", plain, priority=100)
    app.connect("autodoc-process-signature", of_init)
