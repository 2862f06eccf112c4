"""`bvae study`: a sweep that measures what β does to disentanglement, and how certain that is.

| module | holds |
|---|---|
| `plan` | which cells there are: data, objective, weight, seed |
| `cell` | one cell: train, then measure on images that were held out |
| `folder` | where finished cells are kept |
| `run` | a run of many cells, kept as they end |
| `processes`, `cluster` | where they run: on this machine, or on an existing Dask cluster |
| `table` | the scores as CSV; `read_table` and `scores` are what lessons use |
| `statistics` | intervals, differences, and how much of a score is seed |
| `figures`, `sheets`, `claims`, `page` | the results, drawn and in words |
"""

# Named here, where nothing is imported: the command line lists them before anything runs.
PARTS = ("beta", "tc", "capacity", "kmnist")
