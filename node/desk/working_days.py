"""Days on which a desk works: not weekends, not the public holidays of Norway and Denmark.

What is fixed by the calendar or follows from Easter; a closed day of one office's own is for its
substitutes.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

Country = Literal["NO", "DK"]

#: Month and day, in both countries.
_FIXED: Final = ((1, 1), (12, 25), (12, 26))
_FIXED_IN: Final = {"NO": ((5, 1), (5, 17)), "DK": ()}
#: Days from Easter Sunday: Maundy Thursday, Good Friday, Easter Monday, Ascension, Whit Monday.
_FROM_EASTER: Final = (-3, -2, 1, 39, 50)
#: Store bededag was a holiday in Denmark until 2023.
_PRAYER_DAY: Final = 26
_LAST_PRAYER_DAY: Final = 2023
#: Offices of both countries share a clock.
_ZONE: Final = {"NO": "Europe/Oslo", "DK": "Europe/Copenhagen"}


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of *year* in the Gregorian calendar."""
    moon, (century, rest) = year % 19, divmod(year, 100)
    leap, odd = divmod(century, 4)
    drift = (century - (century + 8) // 25 + 1) // 3
    full = (19 * moon + century - leap - drift + 15) % 30
    sunday = (32 + 2 * odd + 2 * (rest // 4) - full - rest % 4) % 7
    late = (moon + 11 * full + 22 * sunday) // 451
    month, day = divmod(full + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def holidays(year: int, country: Country) -> frozenset[date]:
    """Return the public holidays of *year*, Sundays that are holidays anyway left out."""
    easter = easter_sunday(year)
    days = {date(year, month, day) for month, day in (*_FIXED, *_FIXED_IN[country])}
    days |= {easter + timedelta(days=number) for number in _FROM_EASTER}
    if country == "DK" and year <= _LAST_PRAYER_DAY:
        days.add(easter + timedelta(days=_PRAYER_DAY))
    return frozenset(days)


def is_working_day(day: date, country: Country) -> bool:
    """Whether a desk works on *day*."""
    return day.weekday() < 5 and day not in holidays(day.year, country)


def after_working_days(moment: datetime, days: int, country: Country) -> datetime:
    """Return when *days* working days have passed since *moment*, at the same time of day.

    Time of day is that of the country; the answer is in UTC.
    """
    zone = ZoneInfo(_ZONE[country])
    local = moment.astimezone(zone)
    day = local.date()
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day, country)
    return datetime.combine(day, local.timetz().replace(tzinfo=None), zone).astimezone(UTC)
