"""The course's one configurable address: where the notebooks and the package are fetched from."""

REPOSITORY = "https://github.com/beyond-pixels/beyond-pixels"
BRANCH = "main"
