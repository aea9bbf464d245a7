import pytest

from federation.content_types import is_activity, is_json


@pytest.mark.parametrize(
    ("content_type", "accepted"),
    [
        ("application/activity+json", True),
        ("Application/Activity+JSON; charset=utf-8", True),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', True),
        ("application/ld+json;profile=https://www.w3.org/ns/activitystreams", True),
        (
            'application/ld+json; profile="http://a.example https://www.w3.org/ns/activitystreams"',
            True,
        ),
        ("application/ld+json", False),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams.evil"', False),
        ('application/ld+json; x="; profile=https://www.w3.org/ns/activitystreams"', False),
        ("application/json", False),
        ("text/plain", False),
        ("text/html; application/activity+json", False),
        ("image/png", False),
        ("application/activity+json-seq", False),
        ("", False),
        ("application/activity+json;" + "a" * 1000, False),
    ],
)
def test_activitypub_types(content_type: str, accepted: bool) -> None:
    """Only the two media types of ActivityPub, the second with its profile, count (A12)."""
    assert is_activity(content_type) is accepted


@pytest.mark.parametrize(
    ("content_type", "accepted"),
    [
        ("application/jrd+json", True),
        ("application/json; charset=utf-8", True),
        ('application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"', True),
        ("text/html", False),
        ("", False),
    ],
)
def test_discovery_types(content_type: str, accepted: bool) -> None:
    """WebFinger and NodeInfo answer with JRD or JSON."""
    assert is_json(content_type) is accepted
