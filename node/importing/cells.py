"""Turn one cell into a value, or say why it cannot be: each function raises UnreadableCell."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from stdnum.dk import cvr
from stdnum.no import orgnr

from node.importing.problems import Code, UnreadableCell
from node.importing.sheet_rows import Cell

#: What offices write where they have nothing to say.
NOTHING = frozenset({"-", "–", "—", "?", "n/a", "ingen", "ikke oppgitt", "none", "null"})
#: What spreadsheet programs show where a formula failed; XLSX, ODS and their translations.
SPREADSHEET_ERROR = re.compile(
    r"#(?:[A-ZÆØÅ]+[/!?][A-Z0-9!?/]*|N/A|I/T|NAVN\?|Err:?\d+)!?", re.IGNORECASE
)

NAME_LENGTH = 300
TEXT_LENGTH = 10_000

REGISTERS = {"NO": "data.brreg.no", "DK": "virk.dk"}
DIGITS = {"NO": 9, "DK": 8}
VALID: Mapping[str, Callable[[str], bool]] = {"NO": orgnr.is_valid, "DK": cvr.is_valid}

_SCIENTIFIC = re.compile(r"[+-]?\d+([.,]\d+)?\s*[eE]\s*\+?\d+")
_SEPARATORS = re.compile(r"[\s.\-–_/'’]")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_FLOAT_ZERO = re.compile(r"[.,]0+$")
_COUNTRY_BEFORE = re.compile(
    r"^(NO|DK|NOR|DNK|N|CVR|ORG|ORGNR|CVRNR|SE)[:\s.\-–]*(?:NR\.?|NO\.?)?[:\s.\-–]*(?=\d)"
)
_AFTER_NUMBER = re.compile(r"\s*(MVA|FORETAKSREGISTERET|VAT)$")


class OrganisationNumber(NamedTuple):
    """A number whose check digits hold; ``key`` is what the node knows a member by."""

    country: str
    number: str

    @property
    def key(self) -> str:
        """Country and number, such as ``NO:988077917``."""
        return f"{self.country}:{self.number}"


def text(cell: Cell) -> str:
    """Return the cell as clean text: NFC, no control characters, \\n as the only line break.

    A whole number loses the .0 that spreadsheets give it, a date is written as ISO 8601.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        whole = float(cell).is_integer() and abs(cell) < 1e15
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if cell.isprintable():
        return unicodedata.normalize("NFC", cell).strip()
    lines = unicodedata.normalize("NFC", cell).replace("\r\n", "\n").replace("\r", "\n")
    spaced = lines.replace("\t", " ").replace("\u00a0", " ").replace("\u202f", " ")
    kept = (
        character
        for character in spaced
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cs", "Cf", "Co")
    )
    return "".join(kept).strip()


def bounded_text(cell: Cell, limit: int = TEXT_LENGTH) -> str:
    """Return the text of a cell that is no failed formula and at most *limit* characters."""
    found = text(cell)
    if SPREADSHEET_ERROR.fullmatch(found):
        raise UnreadableCell(Code.SPREADSHEET_ERROR)
    if len(found) > limit:
        raise UnreadableCell(Code.TOO_LONG, found=str(len(found)), limit=str(limit))
    return found


def optional_text(cell: Cell, limit: int = TEXT_LENGTH) -> str:
    """Return bounded text; a lone dash or “ingen” is nothing."""
    found = bounded_text(cell, limit)
    return "" if found.casefold() in NOTHING else found


def line(cell: Cell, limit: int = NAME_LENGTH) -> str:
    """Return bounded text on one line."""
    return " ".join(optional_text(cell, limit).split())


def country(cell: Cell) -> str:
    """Return NO or DK; an empty cell gives an empty text."""
    found = line(cell).casefold()
    if found and found not in COUNTRIES:
        raise UnreadableCell(Code.COUNTRY_UNKNOWN)
    return COUNTRIES.get(found, "")


COUNTRIES: Mapping[str, str] = {
    **dict.fromkeys(("no", "nor", "norge", "noreg", "norway"), "NO"),
    **dict.fromkeys(("dk", "dnk", "danmark", "denmark"), "DK"),
}


def organisation_number(cell: Cell, country: str) -> OrganisationNumber:
    """Return the number in *cell*, which is one of *country* unless a prefix names the other.

    Accepts spaces, dots, hyphens, NO…MVA, DK-…, CVR …, and numbers with ``.0``. Refuses
    scientific notation, since its digits are lost, wrong lengths and wrong check digits.
    """
    written = bounded_text(cell, NAME_LENGTH).upper()
    if not written:
        raise UnreadableCell(Code.NUMBER_MISSING)
    if _SCIENTIFIC.fullmatch(written):
        raise UnreadableCell(Code.DIGITS_LOST)
    written, country = _without_country(written, country)
    if _is_float(written):
        written = _FLOAT_ZERO.sub("", written)
    elif _THOUSANDS.fullmatch(written):
        written = written.replace(",", "")
    digits = _SEPARATORS.sub("", written)
    expected = DIGITS[country]
    if not (digits.isascii() and digits.isdigit()):
        raise UnreadableCell(Code.NUMBER_UNREADABLE, expected=str(expected))
    register = REGISTERS[country]
    other = "DK" if country == "NO" else "NO"
    if len(digits) == DIGITS[other] and VALID[other](digits):
        raise UnreadableCell(Code.NUMBER_OF_OTHER_COUNTRY, country=country, other=other)
    if len(digits) != expected:
        raise UnreadableCell(
            Code.NUMBER_LENGTH, found=str(len(digits)), expected=str(expected), register=register
        )
    if not VALID[country](digits):
        raise UnreadableCell(Code.CHECK_DIGIT, register=register)
    return OrganisationNumber(country, digits)


def _is_float(written: str) -> bool:
    return re.fullmatch(r"\d{7,}[.,]0+", written) is not None


def _without_country(written: str, country: str) -> tuple[str, str]:
    prefix = _COUNTRY_BEFORE.match(written)
    named = {"NO": "NO", "NOR": "NO", "DK": "DK", "DNK": "DK"}
    if prefix:
        country = named.get(prefix[1], "DK" if prefix[1].startswith("CVR") else country)
        written = written[prefix.end() :]
    if _AFTER_NUMBER.search(written):
        return _AFTER_NUMBER.sub("", written), country
    return written, country


def website(cell: Cell) -> str:
    """Return an http or https address; https is put before a bare one."""
    written = optional_text(cell, 2_000)
    if not written:
        return ""
    address = written if "://" in written else f"https://{written.removeprefix('//')}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise UnreadableCell(Code.WEBSITE) from error
    if parts.scheme.lower() not in ("http", "https") or not _is_host(host) or parts.username:
        raise UnreadableCell(Code.WEBSITE)
    if re.search(r"[\s<>\"\\^`{|}]", address):
        raise UnreadableCell(Code.WEBSITE)
    place = host if port is None else f"{host}:{port}"
    path = parts.path if parts.path != "/" or parts.query else ""
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme.lower()}://{place}{path}{query}{fragment}"


def _is_host(host: str) -> bool:
    labels = host.split(".")
    return (
        len(host) <= 253
        and len(labels) > 1
        and not labels[-1].isdigit()
        and all(re.fullmatch(r"(?!-)[^\W_](?:[\w-]{0,61}[^\W_])?", label) for label in labels)
    )


def email(cell: Cell) -> str:
    """Return one e-mail address in lower-case host; ``mailto:`` and brackets are taken off."""
    written = optional_text(cell, 320)
    if not written:
        return ""
    address = re.sub(r"^mailto:", "", written.strip("<>; "), flags=re.IGNORECASE)
    local, at, host = address.rpartition("@")
    fine = re.fullmatch(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}", local) and ".." not in local
    if not at or not fine or not _is_host(host):
        raise UnreadableCell(Code.EMAIL)
    return f"{local}@{host.lower()}"


def member_type(cell: Cell) -> str:
    """Return firm, research or public; an empty cell gives an empty text."""
    found = line(cell).casefold()
    if found and found not in MEMBER_TYPES:
        raise UnreadableCell(Code.MEMBER_TYPE)
    return MEMBER_TYPES.get(found, "")


MEMBER_TYPES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("firm", "company", "business", "sme", "private", "enterprise", "start-up"),
            *("bedrift", "firma", "virksomhet", "privat", "smb", "verksemd", "selskap"),
            *("virksomhed", "smv", "selskab", "startup", "næringsliv", "erhvervsvirksomhed"),
        ),
        "firm",
    ),
    **dict.fromkeys(
        (
            *("research", "university", "academia", "research institution", "r&d", "education"),
            *("forskning", "fou", "universitet", "høyskole", "høgskole", "akademia", "utdanning"),
            *("forsking", "forskningsinstitusjon", "forskningsinstitution", "uddannelse"),
            *("høgskule", "utdanningsinstitusjon", "vidensinstitution", "kunnskapsinstitusjon"),
        ),
        "research",
    ),
    **dict.fromkeys(
        (
            *("public", "public sector", "municipality", "government", "authority"),
            *("offentlig", "offentleg", "kommune", "fylkeskommune", "stat", "region"),
            *("offentlig virksomhet", "offentlig sektor", "offentlig virksomhed", "myndighed"),
        ),
        "public",
    ),
}


def yes_no(cell: Cell) -> bool:
    """Return whether the cell says yes; an empty one says no."""
    found = line(cell).casefold().rstrip(".!")
    if found in YES:
        return True
    if found in NO:
        return False
    raise UnreadableCell(Code.PUBLISH)


YES = frozenset({"ja", "yes", "y", "j", "x", "true", "1", "sann", "sant", "sand", "✓", "✔", "ok"})
NO = frozenset(
    {"", "nei", "no", "nej", "n", "false", "0", "usann", "usant", "falsk", "falskt", "✗", "✘"}
)
