"""The progress bar: how far, how fast, how long still; quiet where nobody watches."""

from __future__ import annotations

import io

from autograder.batch.progress import Progress


class Terminal(io.StringIO):
    """A stream that somebody watches."""

    def isatty(self) -> bool:
        return True


def watched(total: int, stream: io.StringIO, seconds_each: float) -> list[str]:
    """What is drawn when each of `total` submissions takes as long; the start takes 1000 s."""
    ticks = iter(1000 + seconds_each * n for n in range(10**6))
    progress = Progress(total, stream, lambda: next(ticks))
    for _ in range(total):
        progress.step()
    progress.close()
    return stream.getvalue().replace("\x1b[K", "").replace("\n", "\r").strip("\r").split("\r")


def test_a_terminal_shows_bar_count_rate_and_time_left():
    drawn = watched(4, Terminal(), 50.0)
    assert drawn[0] == "[#######.....................] 1/4 (25%)"
    assert drawn[1] == "[##############..............] 2/4 (50%), 0.0 per second, 1:40 min left"
    assert drawn[-1] == "[############################] 4/4 (100%), 0.0 per second, 0 s left"


def test_a_terminal_is_redrawn_at_most_ten_times_a_second_and_at_the_end():
    drawn = watched(1000, Terminal(), 0.01)
    assert 80 < len(drawn) < 120 and "1000/1000 (100%), 100.0 per second" in drawn[-1]


def test_elsewhere_every_tenth_has_one_line():
    stream = io.StringIO()
    drawn = watched(1000, stream, 36.0)
    assert len(drawn) == 10 and drawn[0].startswith("graded 100/1000 (10%)")
    assert "9:00 h left" in drawn[0] and "\r" not in stream.getvalue()


def test_few_submissions_have_no_more_lines_than_there_are():
    assert len(watched(3, io.StringIO(), 1.0)) == 3
