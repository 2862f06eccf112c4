"""The course's one address: where the notebooks and the package are fetched from.

`bvae address https://github.com/OWNER/REPO` changes it here and in every file that names it.
"""

REPOSITORY = "https://github.com/beyond-pixels/beyond-pixels"
BRANCH = "main"
# What stands there while the course has no repository of its own.
PLACEHOLDER = "beyond-pixels/beyond-pixels"
