"""Named wrong answers to exercise 5.3, maps and traversals, with the words that name them.

Each mistake replaces parts of an otherwise right sketch, so any two that replace
different parts can be made at once.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _even_axis(steps, extent):
    return np.linspace(-extent, extent, steps)


def _grid(axis_x, axis_y):
    return np.stack(np.meshgrid(axis_x, axis_y), axis=-1)


def _as_a_map(axis):
    return _grid(axis, axis[::-1])


def _latent_grid_codes(axis=_even_axis, layout=_as_a_map, form=np.asarray):
    def latent_grid_codes(steps, extent):
        return form(layout(axis(steps, extent)))

    return latent_grid_codes


GRID = mistakes(
    "latent_grid_codes",
    (
        "upside down",
        "The second latent grows downwards: row 0, which is the top, holds its smallest value.",
        "Print the code at [0, 0]. Is its second coordinate the one a map has at the top?",
        {"layout": lambda axis: _grid(axis, axis)},
    ),
    (
        "rows and columns exchanged",
        "The first latent changes from row to row and the second along a row.",
        "Along a row, the column changes. Which latent should change with it?",
        {"layout": lambda axis: _as_a_map(axis).transpose(1, 0, 2)},
    ),
    (
        "first and second latent exchanged",
        "Every code is (second, first): the latent that grows upwards comes first.",
        "Which of a code's two entries is the first latent?",
        {"layout": lambda axis: _as_a_map(axis)[..., ::-1]},
    ),
    (
        "laid out like a matrix",
        "The first latent grows downwards, row by row, and the second to the right.",
        "Print the first coordinate of all codes. In which direction does it grow?",
        {"layout": lambda axis: _grid(axis, axis).transpose(1, 0, 2)},
    ),
    (
        "mirrored",
        "The first latent grows to the left: both axes were reversed.",
        "Print the codes of row 0. At which end is the first coordinate largest?",
        {"layout": lambda axis: _grid(axis[::-1], axis[::-1])},
    ),
    (
        "the far edge is left out",
        "The axis stops one step short of +extent.",
        "Print your axis for steps = 5 and extent = 2. What is its last value?",
        {"axis": lambda steps, extent: -extent + 2 * extent * np.arange(steps) / steps},
    ),
    (
        "from 0 to extent",
        "The axis begins at 0, so three quarters of the map are missing.",
        "Where is the centre of the prior N(0, I), and where is that on your map?",
        {"axis": lambda steps, extent: np.linspace(0, extent, steps)},
    ),
    (
        "extent taken for the whole width",
        "The axis runs from −extent/2 to +extent/2: the map is half as wide as asked for.",
        "What is the largest coordinate of your map, and what does the docstring call it?",
        {"axis": lambda steps, extent: np.linspace(-extent / 2, extent / 2, steps)},
    ),
    (
        "one long list of codes",
        "The codes are right but form one long list: rows and columns are gone.",
        "Print the shape of your codes for steps = 3. How many rows should the map have?",
        {"form": lambda codes: codes.reshape(-1, 2)},
    ),
    (
        "the two latents in front",
        "The two coordinates are on the first axis: two tables, not a table of pairs.",
        "What is codes[0, 0] in your result: one code, or a row of coordinates?",
        {"form": lambda codes: np.moveaxis(codes, -1, 0)},
    ),
    sketch=_latent_grid_codes,
)


def _traversal_codes(
    base=np.array,
    column=lambda dimension: dimension,
    value=lambda before, value: value,
    shared=False,
    aside=np.array,
    form=np.asarray,
):
    def traversal_codes(code, dimension, values):
        own, rows = aside(code), []
        others = base(own)
        for number in values:
            row = others if shared else others.copy()
            row[column(dimension)] = value(own[dimension], number)
            rows.append(row)
        own[dimension] = values[-1]
        return form(np.stack(rows))

    return traversal_codes


TRAVERSAL = mistakes(
    "traversal_codes",
    (
        "the other latents are set to 0",
        "The other latents are 0, so every traversal runs through the origin, not the code.",
        "Where do the entries other than `dimension` come from?",
        {"base": np.zeros_like},
    ),
    (
        "values added, not set",
        "The values are added to the code's own entry; they should replace it.",
        "For the value 0, what should this latent be?",
        {"value": lambda before, value: before + value},
    ),
    (
        "values multiplied in",
        "The code's own entry is multiplied by the values; they should replace it.",
        "For the value 1, what should this latent be?",
        {"value": lambda before, value: before * value},
    ),
    (
        "every latent is changed",
        "All latents are set to the value, not only the one asked for.",
        "Which columns does your assignment touch?",
        {"column": lambda dimension: slice(None)},
    ),
    (
        "the latent before it",
        "Another latent is changed: the one before `dimension`, as if they were counted from 1.",
        "Which column is dimension 0, and which does your code change for it?",
        {"column": lambda dimension: dimension - 1},
    ),
    (
        "one row many times",
        "All rows are the same array, so the last value is in every one of them.",
        "Does each row have its own copy?",
        {"shared": True},
    ),
    (
        "one column for each value",
        "The table is transposed: one code is a column instead of a row.",
        "Print the shape of your codes for 3 values. Which of its axes counts the values?",
        {"form": np.transpose},
    ),
    (
        "written into the code itself",
        "The codes are right, but the code that was passed in was changed along the way.",
        "Print the code before and after the call. What would the next traversal start from?",
        {"aside": np.asarray},
    ),
    sketch=_traversal_codes,
)
