"""The JSON-LD contexts that are on disk. No other is ever read."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pyld.documentloader.frozen import BUNDLED_CONTEXTS

from vocab.terms import (
    AS_CONTEXT,
    DATA_INTEGRITY_CONTEXT,
    DID_CONTEXT,
    MULTIKEY_CONTEXT,
    SECURITY_CONTEXT,
    SKAGERRAK_CONTEXT,
)

_OUR_FILES: Final = {
    SKAGERRAK_CONTEXT: "skagerrak-v1.jsonld",
    MULTIKEY_CONTEXT: "multikey-v1.jsonld",
    DATA_INTEGRITY_CONTEXT: "data-integrity-v2.jsonld",
}
_FROZEN: Final = frozenset({AS_CONTEXT, SECURITY_CONTEXT, DID_CONTEXT})


def context_url(url: str) -> str:
    """Return the URL under which the context is known here, whatever its scheme or tail."""
    if url.startswith("http://"):
        url = "https://" + url[len("http://") :]
    return url.rstrip("#/")


@cache
def skagerrak_context_text() -> str:
    """Return our whole context as the file has it, to be served at /context/v1.jsonld."""
    return _read(_OUR_FILES[SKAGERRAK_CONTEXT])


def load_context(url: str) -> Mapping[str, Any] | None:
    """Return the bundled context that *url* names, or None: nothing is ever fetched."""
    url = context_url(url)
    return _load(url) if url in _OUR_FILES or url in _FROZEN else None


@cache
def _load(url: str) -> Mapping[str, Any]:
    ours = _OUR_FILES.get(url)
    text = _read(ours) if ours else BUNDLED_CONTEXTS[url].read_text("utf-8")
    context: Mapping[str, Any] = json.loads(text)["@context"]
    return context


def _read(name: str) -> str:
    return (files("vocab.contexts") / name).read_text("utf-8")
