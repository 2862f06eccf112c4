"""The shape of an image of the course's own data, `(height, width, channels)`."""

from __future__ import annotations

IMAGE_SHAPE = (28, 28, 1)
