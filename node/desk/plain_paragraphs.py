"""Texts with markup as people type them: paragraphs with a blank line between."""

import html
import re
from typing import Final

#: A paragraph of text and line breaks only.
_PARAGRAPH: Final = re.compile(r"\s*<p>((?:[^<]|<br ?/?>)*)</p>\s*")
_BREAK: Final = re.compile(r"\s*<br ?/?>\s*")
_BLANK_LINES: Final = re.compile(r"\n\s*\n")


def as_typed(markup: str) -> str | None:
    """Return *markup* as plain text; None where it holds more than paragraphs."""
    if "<" not in markup:
        return html.unescape(markup).strip()
    if not re.fullmatch(f"(?:{_PARAGRAPH.pattern})+", markup):
        return None
    paragraphs = (" ".join(text.split()) for text in _PARAGRAPH.findall(markup))
    return "\n\n".join(html.unescape(_BREAK.sub("\n", text)).strip() for text in paragraphs)


def as_markup(typed: str) -> str:
    """Return *typed* as paragraphs; what looks like markup in it is text."""
    paragraphs = (part.strip() for part in _BLANK_LINES.split(typed))
    return "".join(
        f"<p>{html.escape(part, quote=False).replace(chr(10), '<br>')}</p>"
        for part in paragraphs
        if part
    )
