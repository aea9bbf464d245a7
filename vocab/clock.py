"""Times: UTC, one spelling for the database, one for the wire."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def timestamp(moment: datetime | None = None) -> str:
    """Return *moment* (now by default) as sortable UTC text, 27 characters long."""
    text = (moment or now()).astimezone(UTC).isoformat(timespec="microseconds")
    return text.removesuffix("+00:00") + "Z"  # strftime takes ten times as long


def wire_time(moment: datetime | None = None) -> str:
    """Return *moment* (now by default) as an xsd:dateTime in UTC, whole seconds."""
    text = (moment or now()).astimezone(UTC).isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "Z"


def parse_time(text: str) -> datetime:
    """Return the UTC time that an ISO 8601 text with an offset names.

    Raises ValueError where the text is no time, has no offset, or is beyond the calendar.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is beyond the calendar") from error
