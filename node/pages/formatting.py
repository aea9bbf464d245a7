"""Dates, times, numbers and lists, written as each language writes them."""

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal

#: Locale of each page language: English as Europeans read it.
LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "da": "da_DK", "en": "en_GB"}


def date_text(moment: datetime | None, language: str) -> str:
    """Return the day of *moment*, such as "1. mars 2027"; nothing for None."""
    return format_date(moment, format="long", locale=LOCALES[language]) if moment else ""


def time_text(moment: datetime | None, language: str) -> str:
    """Return the day and the clock of *moment*."""
    if moment is None:
        return ""
    clock = format_time(moment, format="short", locale=LOCALES[language])
    return f"{date_text(moment, language)}, {clock}"


def ago_text(moment: datetime | None, now: datetime, language: str) -> str:
    """Return how long ago *moment* was, or in how long it is, such as "for 3 timer siden"."""
    if moment is None:
        return ""
    return format_timedelta(moment - now, add_direction=True, locale=LOCALES[language])


def span_text(start: datetime | None, end: datetime | None, language: str) -> str:
    """Return the day and the clock from *start* to *end*; one day is named once."""
    if start is None or end is None or start.date() != end.date():
        return " – ".join(filter(None, (time_text(start, language), time_text(end, language))))
    locale = LOCALES[language]
    day = format_date(start, format="full", locale=locale)
    clock = (format_time(time, format="short", locale=locale) for time in (start, end))
    return f"{day}, {'–'.join(clock)}"


def number_text(number: int, language: str) -> str:
    """Return *number* with the language's thousands, such as "1 041"."""
    return format_decimal(number, locale=LOCALES[language])


def list_text(words: Sequence[str], language: str) -> str:
    """Return *words* joined, with the language's "and" before the last."""
    return format_list(list(words), style="standard", locale=LOCALES[language])
