"""Amounts of offers and needs, and which amounts an answer may name (FEP-0837)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from vocab.models.proposals import Intent, Quantity

#: Plain decimal numbers, of a length that people write.
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
#: What counts as one where no amount is given.
ONE: Final = Decimal(1)


class UnsuitableQuantity(ValueError):
    """An amount that the offer or need does not allow; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an intent says about amounts."""

    unit: str
    #: The amount offered or sought; None: any.
    amount: Decimal | None
    available: Decimal | None = None
    minimum: Decimal | None = None
    #: Whether amounts are multiplied; False: they are as they are; None: not said.
    unit_based: bool | None = None


def read_number(text: str | None) -> Decimal | None:
    """Return the number that *text* writes, None where it writes none."""
    return Decimal(text) if text is not None and _NUMBER.fullmatch(text) else None


def number_text(number: Decimal) -> str:
    """Return *number* as the wire has it: "2", "2.5", never "2.0"."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def terms_of(intent: Intent, unit_based: bool | None) -> Terms:
    """Return what *intent* says about amounts; without a unit it is counted in ones."""
    quantity = intent.quantity or Quantity()
    return Terms(
        unit=quantity.unit or "one",
        amount=read_number(quantity.number),
        available=_number_of(intent.available),
        minimum=_number_of(intent.minimum),
        unit_based=unit_based,
    )


def _number_of(quantity: Quantity | None) -> Decimal | None:
    return read_number(quantity.number) if quantity is not None else None


def usual_amount(terms: Terms) -> Decimal:
    """Return the amount that an answer names where nobody chose one."""
    return terms.amount or terms.minimum or ONE


def check_quantity(terms: Terms, number: str | None, unit: str | None) -> Decimal:
    """Return the amount that an answer names, if *terms* allow it.

    Raises UnsuitableQuantity.
    """
    amount = read_number(number)
    if amount is None:
        raise UnsuitableQuantity("The quantity is no number.")
    if unit != terms.unit:
        raise UnsuitableQuantity(f"The unit is “{unit}”, but what it answers has “{terms.unit}”.")
    if amount <= 0:
        raise UnsuitableQuantity("The quantity must be more than nothing.")
    _check_multiple(terms, amount)
    _check_limits(terms, amount)
    return amount


def _check_multiple(terms: Terms, amount: Decimal) -> None:
    """Raise UnsuitableQuantity where the amount does not follow from ``unitBased``."""
    if terms.amount is None or terms.amount <= 0 or terms.unit_based is None:
        return
    named = f"{number_text(terms.amount)} ({terms.unit})"
    if terms.unit_based and amount % terms.amount:
        raise UnsuitableQuantity(f"The quantity must be a multiple of {named}.")
    if not terms.unit_based and amount != terms.amount:
        raise UnsuitableQuantity(f"The quantity must be {named}: it comes as a whole.")


def _check_limits(terms: Terms, amount: Decimal) -> None:
    most = terms.available
    if most is None and terms.unit_based is None:
        most = terms.amount
    if most is not None and amount > most:
        raise UnsuitableQuantity(f"There are no more than {number_text(most)} ({terms.unit}).")
    if terms.minimum is not None and amount < terms.minimum:
        raise UnsuitableQuantity(
            f"The quantity must be {number_text(terms.minimum)} ({terms.unit}) at least."
        )


def times(terms: Terms, amount: Decimal) -> Decimal:
    """Return how many times what is offered *amount* is; what is not multiplied counts once."""
    if not terms.unit_based or terms.amount is None or terms.amount <= 0:
        return ONE
    return amount / terms.amount
