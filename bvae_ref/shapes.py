"""The shape of every image of the course, `(height, width, channels)`."""

from __future__ import annotations

IMAGE_SHAPE = (28, 28, 1)
