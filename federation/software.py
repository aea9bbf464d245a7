"""What this program calls itself to other servers."""

from functools import cache
from importlib import metadata

NAME = "skagerrak"


@cache
def software_version() -> str:
    """Return the installed version; "0" where the sources run without being installed."""
    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return "0"


def user_agent(base_url: str) -> str:
    """Return the User-Agent of the node at *base_url*."""
    return f"Skagerrak/{software_version()} (+{base_url})"
