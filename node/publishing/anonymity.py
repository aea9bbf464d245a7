"""Anonymous offers and needs: the cluster stands where the company would."""

from typing import Any


def hide_company(document: dict[str, Any]) -> dict[str, str]:
    """Take the company out of an anonymous *document*, in place; return what stays private.

    The company stays in SQL until it consents; nothing public ever holds it (DESIGN §2.5).
    """
    if not document.get("anonymous"):
        return {}
    hidden: dict[str, str] = {}
    for key in ("publishes", "reciprocal"):
        intent = document.get(key)
        if isinstance(intent, dict):
            for role in ("provider", "receiver"):
                company = intent.pop(role, None)
                if isinstance(company, str):
                    hidden[role] = company
    return hidden
