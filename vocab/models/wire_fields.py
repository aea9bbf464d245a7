"""How one field of a record stands in the JSON: a codec for each kind of value.

A codec reads the value of a key and answers None where it is not of its kind; such a value is
kept as it was among the record's `extra`.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from vocab.models.text_values import Texts
from vocab.terms import local_name

#: The key of a field's metadata that holds its codec.
WIRE: Final = "wire"


@dataclass(frozen=True, slots=True)
class Codec:
    """Reads and writes the value of one key."""

    key: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    #: Also read and write a language map under the key with "Map" behind it.
    mapped: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the JSON that the codec reads."""
        return (self.key, f"{self.key}Map") if self.mapped else (self.key,)


def _field(codec: Codec, default: Any) -> Any:
    return dataclasses.field(default=default, metadata={WIRE: codec})


def codecs(record: Any) -> Iterator[tuple[str, Codec]]:
    """Yield the name and the codec of each field of a record, or of its class."""
    for entry in dataclasses.fields(record):
        codec = entry.metadata.get(WIRE)
        if codec is not None:
            yield entry.name, codec


def string(key: str) -> Any:
    """A plain text or an IRI."""
    return _field(Codec(key, _string, _same), None)


def link(key: str) -> Any:
    """An IRI, or an object with one, of which the first counts."""
    return _field(Codec(key, lambda value: next(iter(_links(value) or ()), None), _same), None)


def links(key: str) -> Any:
    """IRIs, one alone or in a list; objects count by their id."""
    return _field(Codec(key, _links, _alone_or_list), ())


def audience(key: str) -> Any:
    """Recipients: like links, but always written as a list."""
    return _field(Codec(key, _links, list), ())


def strings(key: str) -> Any:
    """Texts, one alone or in a list."""
    return _field(Codec(key, _strings, _alone_or_list), ())


def name(key: str) -> Any:
    """A value that a term stands for: "seeking", also written "kx:seeking" or as its IRI."""
    return _field(Codec(key, _name, _same), None)


def integer(key: str) -> Any:
    """A whole number."""
    return _field(Codec(key, _integer, _same), None)


def decimal(key: str) -> Any:
    """A number."""
    return _field(Codec(key, _decimal, _same), None)


def boolean(key: str) -> Any:
    """Yes, no, or not said."""
    return _field(Codec(key, lambda v: v if isinstance(v, bool) else None, _same), None)


def moment(key: str) -> Any:
    """A time with its offset; UTC is written as Z."""
    return _field(Codec(key, _moment, _moment_text), None)


def texts(key: str) -> Any:
    """A text as ActivityStreams writes it: "name" untagged, "nameMap" by language."""
    return _field(Codec(key, _texts, _same, mapped=True), Texts())


def language_map(key: str) -> Any:
    """A text by language under one key; also a value object or an untagged text."""
    return _field(Codec(key, _language_map, _language_map_json), Texts())


def value_objects(key: str) -> Any:
    """A text by language, written as value objects ("@value", "@language")."""
    return _field(Codec(key, _language_map, _value_objects_json), Texts())


def labels(key: str) -> Any:
    """Several texts for each language."""
    codec = Codec(key, _labels, _labels_json)
    return dataclasses.field(default_factory=dict, metadata={WIRE: codec})


def part(key: str, kind: Callable[[], type]) -> Any:
    """An object that is a record of its own; *kind* names its class, which may come later."""
    return _field(Codec(key, lambda value: _part(value, kind()), write_part), None)


def parts(key: str, kind: Callable[[], type]) -> Any:
    """Objects that are records of their own, one alone or in a list."""
    return _field(Codec(key, lambda value: _parts(value, kind()), _parts_json), ())


def number_text(key: str) -> Any:
    """A number, written as text (FEP-0837); numbers are read too."""
    return _field(Codec(key, _number_text, _same), None)


def _same(value: Any) -> Any:
    return value


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _links(value: Any) -> tuple[str, ...] | None:
    found = []
    for item in _listed(value):
        iri = item.get("id", item.get("@id")) if isinstance(item, Mapping) else item
        if isinstance(iri, str):
            found.append(iri)
    return tuple(found) or None


def _strings(value: Any) -> tuple[str, ...] | None:
    return tuple(item for item in _listed(value) if isinstance(item, str)) or None


def _alone_or_list(values: tuple[str, ...]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def _name(value: Any) -> str | None:
    found = _links(_plain_value(value))
    return local_name(found[0]) if found else None


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _decimal(value: Any) -> float | int | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _plain_value(value: Any) -> Any:
    """Return the value in a value object, as Fedify writes numbers whose terms it leaves out."""
    return value["@value"] if isinstance(value, Mapping) and "@value" in value else value


def _number_text(value: Any) -> str | None:
    value = _plain_value(value)
    return value if isinstance(value, str) else None if _decimal(value) is None else str(value)


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None


def _moment_text(value: datetime) -> str:
    text = value.isoformat()
    return text.removesuffix("+00:00") + "Z" if value.utcoffset() == UTC.utcoffset(None) else text


def _by_language(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or "@value" in value:
        return {}
    return {tag: text for tag, text in value.items() if isinstance(text, str)}


def _texts(value: Any) -> Texts | None:
    """Read the pair of plain text and map that the reader puts together."""
    plain, mapped = value
    found = Texts(_by_language(mapped), _string(plain))
    return found if found else None


def _language_map(value: Any) -> Texts | None:
    by_language: dict[str, str] = {}
    plain: str | None = None
    for item in _listed(value):
        if isinstance(item, Mapping) and isinstance(item.get("@language"), str):
            item = {item["@language"]: item.get("@value")}
        by_language.update(_by_language(item))
        plain = plain or _string(item.get("@value") if isinstance(item, Mapping) else item)
    found = Texts(by_language, plain)
    return found if found else None


def _language_map_json(value: Texts) -> Any:
    return dict(value.by_language) or value.plain


def _value_objects_json(value: Texts) -> Any:
    objects = [{"@value": text, "@language": tag} for tag, text in value.by_language.items()]
    return objects[0] if len(objects) == 1 else objects or value.plain


def _labels(value: Any) -> dict[str, tuple[str, ...]] | None:
    if not isinstance(value, Mapping):
        return None
    return {tag: found for tag, texts in value.items() if (found := _strings(texts))} or None


def _labels_json(value: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {tag: list(texts) for tag, texts in value.items()}


def _part(value: Any, kind: type) -> Any:
    """Read an object, or the first of a list; a bare IRI is a record with that id alone."""
    first = _listed(value)[0] if _listed(value) else None
    if isinstance(first, str):
        first = {"id": first}
    return kind(**read_fields(kind, first)) if isinstance(first, Mapping) else None


def _parts(value: Any, kind: type) -> tuple[Any, ...] | None:
    return tuple(read for item in _listed(value) if (read := _part(item, kind))) or None


def _parts_json(values: tuple[Any, ...]) -> Any:
    written = [write_part(value) for value in values]
    return written[0] if len(written) == 1 else written


def read_fields(kind: Any, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments for a record of a class, what it does not know under "extra"."""
    found: dict[str, Any] = {}
    rest = dict(document)
    for field_name, codec in codecs(kind):
        values = [_under(document, key) for key in codec.keys]
        if all(value is None for value in values):
            continue
        value = codec.read(values if codec.mapped else values[0])
        if value is not None:
            found[field_name] = value
            for key in _written(codec, value):
                rest.pop(key, None)
    return {**found, "extra": rest}


def _under(document: Mapping[str, Any], key: str) -> Any:
    value = document.get(key)
    if value is None:
        for other in document:
            if ":" in other and local_name(other) == key:
                return document[other]
    return value


def write_part(record: Any) -> dict[str, Any]:
    """Return the JSON of a record: its fields, then what it kept and did not know."""
    written: dict[str, Any] = {}
    for field_name, codec in codecs(record):
        written.update(_written(codec, getattr(record, field_name)))
    for key, value in record.extra.items():
        written.setdefault(key, value)
    return written


def _written(codec: Codec, value: Any) -> dict[str, Any]:
    """Return the keys that a value stands under, none where it says nothing."""
    if value is None or value == () or (not value and isinstance(value, (Texts, dict))):
        return {}
    if not codec.mapped:
        return {codec.key: codec.write(value)}
    written: dict[str, Any] = {} if value.plain is None else {codec.key: value.plain}
    if value.by_language:
        written[f"{codec.key}Map"] = dict(value.by_language)
    return written
