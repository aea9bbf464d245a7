"""Reading a form that changes something: only from a page of this node, only as a form.

A browser says where a form comes from (``Origin``, RFC 6454; ``Sec-Fetch-Site``, W3C Fetch
Metadata) and cannot be made to lie about it. A cross-site form can send ``text/plain`` or a
form; scripts of others cannot send anything else without asking first, and are refused then.
"""

import asyncio
from collections.abc import Mapping, Sequence

from aiohttp import web
from aiohttp.web_request import FileField

from node.endpoints.app_keys import IDENTITY
from node.errors import NodeError

FORM_TYPE = "application/x-www-form-urlencoded"
#: Of forms that may hold files.
FILE_FORM_TYPE = "multipart/form-data"
#: More than any form needs that strangers may send, in bytes.
LONGEST = 64 << 10
#: The same for those who are signed in: a case in four languages, or a list of domains, each
#: letter up to six bytes.
LONGEST_AT_THE_DESK = 1 << 20
MOST_FIELDS = 200
#: A form that takes longer to arrive is given up, in seconds.
PATIENCE = 15.0


Fields = Mapping[str, str | bytes | bytearray | FileField]


class FormRefused(NodeError):
    """The form did not come from a page of this site, or the page was open for too long."""

    status = 403

    def __init__(self, log: str) -> None:
        """*log* says which check failed."""
        super().__init__(log=log, remedy="Open the page again and send the form from there.")


async def read_form(request: web.Request, longest: int = LONGEST) -> Mapping[str, str]:
    """Return the fields of the form in *request*, the first of each name; raises as below."""
    return _texts(await _fields(request, longest, (FORM_TYPE,)))


async def read_form_with_files(
    request: web.Request, longest: int
) -> tuple[Mapping[str, str], Mapping[str, bytes]]:
    """Return the fields of a form that may hold files, and the files; raises as below."""
    fields = await _fields(request, longest, (FORM_TYPE, FILE_FORM_TYPE))
    files = {
        name: field.file.read() for name, field in fields.items() if isinstance(field, FileField)
    }
    return _texts(fields), files


async def _fields(request: web.Request, longest: int, types: Sequence[str]) -> Fields:
    """Return what a page of this node sent.

    Raises FormRefused where it is no form or comes from elsewhere, NodeError where it is too
    long or does not arrive.
    """
    if not is_from_here(request):
        raise FormRefused(f"Origin {request.headers.get('Origin', 'not given')!r}")
    if request.content_type not in types:
        raise FormRefused(f"Content-Type {request.content_type!r}")
    if request.content_length is None or request.content_length > longest:
        raise NodeError("The form is longer than this site takes.", status=413)
    try:
        async with asyncio.timeout(PATIENCE):
            return await request.post()
    except TimeoutError:
        raise NodeError("The form did not arrive in time.", status=408) from None
    except (ValueError, LookupError):
        raise NodeError("The form cannot be read.", status=400) from None


def _texts(fields: Fields) -> Mapping[str, str]:
    """Return the fields that are texts; raises NodeError where they are none of a form's."""
    texts = {name: text for name, text in fields.items() if isinstance(text, str)}
    if len(fields) > MOST_FIELDS or any("\0" in text for text in texts.values()):
        raise NodeError("The form cannot be read.", status=400)
    return texts


def is_from_here(request: web.Request) -> bool:
    """Whether the browser says that a page of this node sent this; in doubt it did not."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == request.app[IDENTITY].base_url
    return request.headers.get("Sec-Fetch-Site") == "same-origin"
