"""Points in time, written so that nobody can read them in two ways."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?\s?(Z|UTC|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
UNITS = {"minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 7 * 86400.0}
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(minute|hour|day|week)s?")


def moment(text: str, what: str, zone: tzinfo | None = None) -> datetime:
    """The point in time that a text names; a day alone means its last second.

    Args:
        text: ISO 8601, such as `2026-11-03 23:59` or `2026-11-03T23:59+01:00`.
        what: is so written, for the message.
        zone: of a text that names none; None for this machine's own.

    Raises:
        ValueError: any other form, 03.11.2026 and 11/3/2026 among them, or no such day.
    """
    found = ISO.fullmatch(text.strip())
    try:
        if not found:
            raise ValueError
        day, minutes, seconds, offset = found.groups()
        when = datetime.fromisoformat(f"{day}T{minutes or '23:59'}{seconds or _rest(minutes)}")
    except ValueError:
        raise ValueError(
            f"{what} is {text.strip()!r}. Write year-month-day, which can be read in one way only, "
            "and a time if you like: 2026-11-03 or 2026-11-03 23:59."
        ) from None
    if offset:
        return when.replace(tzinfo=_offset(offset))
    # Without a zone, `astimezone` takes the time for this machine's.
    return when.replace(tzinfo=zone) if zone else when.astimezone()


def seconds_of(text: str, what: str) -> float:
    """The length of `15 minutes`, `2 hours` or `7 days`, in seconds.

    Raises:
        ValueError: any other form.
    """
    found = DURATION.fullmatch(text.strip().lower())
    if not found:
        raise ValueError(f"{what} is {text!r}; write it as `15 minutes`, `2 hours` or `7 days`.")
    return float(found[1]) * UNITS[found[2]]


def zone_named(name: str) -> tzinfo:
    """The time zone of a name such as Europe/Berlin.

    Raises:
        ValueError: this machine knows no such zone.
    """
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):  # ZoneInfoNotFoundError is a KeyError
        raise ValueError(
            f"There is no time zone {name!r}; give a name such as Europe/Berlin or UTC."
        ) from None


def in_words(seconds: float) -> str:
    """A length of time, rounded up in its own unit: `40 minutes`, `5 hours`, `2 days`."""
    for unit, most in (("minute", 120 * 60.0), ("hour", 48 * 3600.0), ("day", float("inf"))):
        count = int(-(-seconds // UNITS[unit]))
        if seconds <= most:
            break
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _rest(minutes: str | None) -> str:
    return ":00" if minutes else ":59"


def _offset(text: str) -> tzinfo:
    if text.upper() in ("Z", "UTC"):
        return timezone.utc
    hours, minutes = int(text[1:3]), int(text[-2:])
    length = timedelta(hours=hours, minutes=minutes)
    return timezone(-length if text[0] == "-" else length)
