"""Strangers' HTML, reduced to what cannot harm."""

from typing import Final

import nh3

_TAGS: Final = frozenset(
    {"p", "br", "a", "strong", "b", "em", "i", "ul", "ol", "li", "blockquote", "code", "pre"}
    | {"h2", "h3", "h4", "span", "table", "thead", "tbody", "tr", "th", "td"}
)
_ATTRIBUTES: Final = {"a": {"href"}, "p": {"lang"}, "span": {"lang"}, "blockquote": {"lang"}}
_SCHEMES: Final = frozenset({"https", "http", "mailto"})


def clean_html(html: str) -> str:
    """Return safe HTML: text, lists, tables, plain links; no script, style, image or form.

    Links leave the page without telling where from, and vouch for nothing (rel).
    """
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        url_relative="deny",
        link_rel="nofollow noopener noreferrer ugc",
    )
