from datetime import UTC, date, datetime

import pytest

from node.desk.working_days import (
    Country,
    after_working_days,
    easter_sunday,
    holidays,
    is_working_day,
)


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (1961, 4, 2),
        (2000, 4, 23),
        (2008, 3, 23),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
        (2027, 3, 28),
        (2038, 4, 25),
        (2049, 4, 18),
        (2076, 4, 19),
        (2100, 3, 28),
    ],
)
def test_easter(year: int, month: int, day: int) -> None:
    """Easter Sunday as the almanac has it, at its earliest and latest too."""
    assert easter_sunday(year) == date(year, month, day)


@pytest.mark.parametrize(
    ("day", "countries"),
    [
        (date(2026, 1, 1), {"NO", "DK"}),
        (date(2026, 4, 2), {"NO", "DK"}),  # Maundy Thursday
        (date(2026, 4, 3), {"NO", "DK"}),
        (date(2026, 4, 6), {"NO", "DK"}),
        (date(2026, 5, 1), {"NO"}),
        (date(2027, 5, 17), {"NO", "DK"}),  # Constitution Day, and Whit Monday
        (date(2028, 5, 17), {"NO"}),
        (date(2026, 5, 14), {"NO", "DK"}),  # Ascension
        (date(2026, 5, 25), {"NO", "DK"}),  # Whit Monday
        (date(2023, 5, 5), {"DK"}),  # the last store bededag
        (date(2024, 4, 26), set()),
        (date(2026, 12, 25), {"NO", "DK"}),
        (date(2026, 12, 24), set()),
    ],
)
def test_public_holidays(day: date, countries: set[Country]) -> None:
    """Fixed ones and those that follow from Easter, by country."""
    assert {country for country in ("NO", "DK") if day in holidays(day.year, country)} == countries


def test_weekends_are_no_working_days() -> None:
    """A Monday is one, Saturday and Sunday are not."""
    assert is_working_day(date(2026, 11, 30), "NO")
    assert not is_working_day(date(2026, 11, 28), "NO")
    assert not is_working_day(date(2026, 11, 29), "DK")


@pytest.mark.parametrize(
    ("begun", "country", "due"),
    [
        # A Thursday: Friday, Monday, Tuesday.
        (datetime(2026, 11, 26, 9, tzinfo=UTC), "NO", datetime(2026, 12, 1, 9, tzinfo=UTC)),
        # The Wednesday before Easter: Tuesday, Wednesday, Thursday of the week after.
        (datetime(2026, 4, 1, 9, tzinfo=UTC), "DK", datetime(2026, 4, 9, 9, tzinfo=UTC)),
        # Over the change to summer time the time of day stays that of the clock on the wall.
        (datetime(2026, 3, 27, 9, tzinfo=UTC), "NO", datetime(2026, 4, 1, 8, tzinfo=UTC)),
        # Late in the evening it is the next day there already.
        (
            datetime(2026, 11, 26, 23, 30, tzinfo=UTC),
            "NO",
            datetime(2026, 12, 1, 23, 30, tzinfo=UTC),
        ),
    ],
)
def test_three_working_days(begun: datetime, country: Country, due: datetime) -> None:
    """Weekends and holidays are left out."""
    assert after_working_days(begun, 3, country) == due
