"""Multibase base58btc: bytes in the letters and digits that nobody takes for each other.

W3C Controlled Identifiers 1.0, 2.4: keys and signatures are written so, with a "z" in front.
"""

from typing import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS: Final = {character: number for number, character in enumerate(_ALPHABET)}
_MULTIBASE: Final = "z"


def encode_base58btc(data: bytes) -> str:
    """Return *data* in multibase, "z" first."""
    number = int.from_bytes(data, "big")
    digits: list[str] = []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_ALPHABET[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return _MULTIBASE + "1" * zeros + "".join(reversed(digits))


def decode_base58btc(text: str) -> bytes:
    """Return the bytes that *text* stands for; its length is for the caller to bound.

    Raises ValueError where it does not begin with "z" or has other characters.
    """
    if not text.startswith(_MULTIBASE):
        raise ValueError("The text is no multibase base58btc.")
    encoded = text.removeprefix(_MULTIBASE)
    number = 0
    for character in encoded:
        if character not in _DIGITS:
            raise ValueError("The text is not base58btc.")
        number = number * 58 + _DIGITS[character]
    zeros = len(encoded) - len(encoded.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
