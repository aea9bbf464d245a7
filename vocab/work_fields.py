"""A work as the fields that its authors write, so that its versions can be compared and merged.

A text counts by language ("problem.nb"), all else by key ("participant"). What only the home
of a work says, such as its id, audience, licence and contributors, is no field of it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from vocab.classes import ResourceClass
from vocab.models.text_values import Texts
from vocab.models.wire_fields import Codec, codecs
from vocab.reading import read_resource, record_class

#: What a field says: a text, a number, or IRIs and names in their order.
Value = str | int | tuple[str, ...]
Fields = Mapping[str, Value]

#: The classes whose things are developed together.
SHARED_WORKS: Final = frozenset(
    {ResourceClass.CASE, ResourceClass.COLLABORATION, ResourceClass.PRACTICE}
)
#: Of the records: what the home of a work alone says.
_OF_THE_HOME: Final = frozenset(
    {"id", "type", "kinds", "url", "attributed_to", "to", "cc", "published", "updated", "licence"}
    | {"contributors", "version", "previous_version", "derived_from", "resulted_in"}
)


def work_fields(document: Mapping[str, Any]) -> dict[str, Value]:
    """Return what the authors of a work wrote, by field, in the order of its record.

    What cannot be read is left out. Raises UnreadableDocument as ``read_resource`` does.
    """
    record = read_resource(document)
    found: dict[str, Value] = {}
    for name, codec in codecs(record):
        if name not in _OF_THE_HOME:
            found.update(_fields(codec, getattr(record, name)))
    return found


def work_names(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return by what *document* is known to be a work: its id and what it is."""
    return {key: document[key] for key in ("id", "type", "kind") if key in document}


def _fields(codec: Codec, value: Any) -> dict[str, Value]:
    if isinstance(value, Texts):
        by_language = {f"{codec.key}.{tag}": text for tag, text in value.by_language.items()}
        return {**by_language} if by_language else {codec.key: value.plain} if value.plain else {}
    if isinstance(value, datetime):
        return {codec.key: codec.write(value)}
    if isinstance(value, tuple):
        return {codec.key: tuple(dict.fromkeys(value))} if value else {}
    return {} if value is None else {codec.key: value}


def with_work_fields(
    document: Mapping[str, Any], fields: Fields, klass: ResourceClass
) -> dict[str, Any]:
    """Return *document*, a work of *klass*, saying *fields* and nothing else that authors write.

    What its home says, and keys that are nobody's, stay.
    """
    authored = {codec.key: codec for codec in _authored(klass)}
    keys = {key for codec in authored.values() for key in codec.keys}
    written = {key: value for key, value in document.items() if key not in keys}
    for name, value in fields.items():
        key, _, tag = name.partition(".")
        codec = authored.get(key)
        if codec is not None:
            _write(written, codec, tag, value)
    return written


def _write(written: dict[str, Any], codec: Codec, tag: str, value: Value) -> None:
    if tag:
        place = f"{codec.key}Map" if codec.mapped else codec.key
        texts = written.setdefault(place, {})
        if isinstance(texts, dict):
            texts[tag] = value
    else:
        written[codec.key] = list(value) if isinstance(value, tuple) else value


def _authored(klass: ResourceClass) -> list[Codec]:
    return [codec for name, codec in codecs(record_class(klass)) if name not in _OF_THE_HOME]


def authored_keys(klass: ResourceClass) -> frozenset[str]:
    """Return the keys under which authors of a work of *klass* write."""
    return frozenset(key for codec in _authored(klass) for key in codec.keys)
