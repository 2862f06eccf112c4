"""`bvae study`: a sweep that measures what β does to disentanglement, and how sure that is.

| module | holds |
|---|---|
| `plan` | which cells there are: data, objective, weight, seed |
| `cell` | one cell: train, then measure on images that were held out |
| `folder` | where finished cells are kept |
| `run`, `cluster` | many cells: processes on this machine, or an existing Dask cluster |
| `table` | the scores as CSV; `read_table` and `scores` are what lessons use |
| `statistics` | intervals, differences, and how much of a score is seed |
| `figures`, `sheets`, `page` | what came out, drawn and in words |
"""
