"""SHACL constraints as plain functions: the part of SHACL Core that the shapes use.

Each parameter becomes a function that says whether all values of a property are good. A
parameter that is not known here stops the program at start, never a document later.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from vocab.terms import RDF, RDF_TYPE, XSD
from vocab.validation.shape_graph import SH, Term

#: The graph under examination: objects by subject and predicate.
Index = Mapping[Term, Mapping[str, Sequence[Term]]]
#: Says whether the values of a property are good.
Check = Callable[[Sequence[Term], Index], bool]

_LEXICAL: Final = {
    XSD + "dateTime": re.compile(
        r"-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
        r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-](0\d|1[0-4]):[0-5]\d)?"
    ),
    XSD + "integer": re.compile(r"[+-]?\d+"),
    XSD + "string": re.compile(r"(?s:.*)"),
    XSD + "boolean": re.compile(r"true|false|0|1"),
}


def compile_check(
    name: str, operands: tuple[Term, ...], others: Mapping[str, tuple[Term, ...]]
) -> Check:
    """Return the check of one parameter of a property shape.

    Raises LookupError for a parameter that this module does not know.
    """
    if name in _BY_COUNT:
        return _BY_COUNT[name](int(operands[0].value))
    if name == "uniqueLang":
        return _unique_languages
    if name in _BY_VALUE:
        return _each(_BY_VALUE[name](operands))
    if name == "class":
        return _instances_of(operands[0])
    if name == "qualifiedMinCount":
        return _enough_qualified(int(operands[0].value), others)
    if name == "or":
        return _any_of(len(operands), others)
    raise LookupError(f"the shapes use sh:{name}, which the generated checks do not know")


def _min_count(number: int) -> Check:
    return lambda values, _: len(values) >= number


def _max_count(number: int) -> Check:
    return lambda values, _: len(values) <= number


def _each(good: Callable[[Term], bool]) -> Check:
    return lambda values, _: all(map(good, values))


def _in(operands: tuple[Term, ...]) -> Callable[[Term], bool]:
    allowed = frozenset(operands)
    return lambda value: value in allowed


def _datatype(operands: tuple[Term, ...]) -> Callable[[Term], bool]:
    datatype = operands[0]
    lexical = _LEXICAL.get(datatype.value)
    if lexical is None and datatype.value != RDF + "langString":
        raise LookupError(f"the generated checks do not know the datatype {datatype.value}")

    def good(value: Term) -> bool:
        if not isinstance(value, Literal) or value.datatype != datatype:
            return False
        return lexical is None or lexical.fullmatch(value.value) is not None

    return good


def _node_kind(operands: tuple[Term, ...]) -> Callable[[Term], bool]:
    kinds = {SH + "IRI": NamedNode, SH + "Literal": Literal, SH + "BlankNode": BlankNode}
    kind = kinds[operands[0].value]
    return lambda value: isinstance(value, kind)


def _pattern(operands: tuple[Term, ...]) -> Callable[[Term], bool]:
    pattern = re.compile(operands[0].value)
    return lambda value: not isinstance(value, BlankNode) and bool(pattern.search(value.value))


def _max_length(operands: tuple[Term, ...]) -> Callable[[Term], bool]:
    longest = int(operands[0].value)
    return lambda value: not isinstance(value, BlankNode) and len(value.value) <= longest


def _min_inclusive(operands: tuple[Term, ...]) -> Callable[[Term], bool]:
    least = int(operands[0].value)
    return lambda value: (number := _number(value)) is not None and number >= least


def _max_inclusive(operands: tuple[Term, ...]) -> Callable[[Term], bool]:
    most = int(operands[0].value)
    return lambda value: (number := _number(value)) is not None and number <= most


def _number(value: Term) -> int | None:
    if not isinstance(value, Literal) or value.datatype.value != XSD + "integer":
        return None
    return int(value.value) if re.fullmatch(r"[+-]?\d{1,300}", value.value) else None


def _language_in(operands: tuple[Term, ...]) -> Callable[[Term], bool]:
    languages = frozenset(operand.value for operand in operands)

    def good(value: Term) -> bool:
        tag = value.language if isinstance(value, Literal) else None
        return tag is not None and (tag in languages or tag.partition("-")[0] in languages)

    return good


def _unique_languages(values: Sequence[Term], _: Index) -> bool:
    tags = [value.language for value in values if isinstance(value, Literal) and value.language]
    return len(tags) == len(set(tags))


def _instances_of(wanted: Term) -> Check:
    def check(values: Sequence[Term], index: Index) -> bool:
        return all(wanted in index.get(value, {}).get(RDF_TYPE, ()) for value in values)

    return check


def _enough_qualified(number: int, others: Mapping[str, tuple[Term, ...]]) -> Check:
    goods = _nested("qualified.", others)
    return lambda values, _: sum(all(good(v) for good in goods) for v in values) >= number


def _any_of(number: int, others: Mapping[str, tuple[Term, ...]]) -> Check:
    choices = [_nested(f"or.{choice}.", others) for choice in range(number)]

    def good(value: Term) -> bool:
        for goods in choices:
            for is_good in goods:
                if not is_good(value):
                    break
            else:
                return True
        return False

    return _each(good)


def _nested(prefix: str, others: Mapping[str, tuple[Term, ...]]) -> list[Callable[[Term], bool]]:
    """Return the checks of a value by the shape whose parameters begin with *prefix*."""
    return [
        _BY_VALUE[name.removeprefix(prefix)](operands)
        for name, operands in others.items()
        if name.startswith(prefix)
    ]


_BY_COUNT: Final[Mapping[str, Callable[[int], Check]]] = {
    "minCount": _min_count,
    "maxCount": _max_count,
}
_BY_VALUE: Final[Mapping[str, Callable[[tuple[Term, ...]], Callable[[Term], bool]]]] = {
    "in": _in,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "pattern": _pattern,
    "maxLength": _max_length,
    "minInclusive": _min_inclusive,
    "maxInclusive": _max_inclusive,
    "languageIn": _language_in,
}
