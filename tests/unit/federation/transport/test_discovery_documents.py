import json
import os
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from federation import host_meta, nodeinfo
from federation.errors import MalformedRequest
from federation.webfinger import Address, answer, parse_resource

SUITES = Path(os.environ.get("SKAGERRAK_SUITES", Path(__file__).parents[5] / "shared/suites"))


def test_nodeinfo_follows_its_schema() -> None:
    """The NodeInfo document is valid by the 2.1 schema."""
    schema = SUITES / "nodeinfo/schemas/2.1/schema.json"
    if not schema.exists():
        pytest.skip(f"the NodeInfo schemas are not at {SUITES}; set SKAGERRAK_SUITES")
    made = nodeinfo.document(users=61, local_posts=7, repository="https://a.example/r")

    jsonschema.validate(made, json.loads(schema.read_text()))


def test_nodeinfo_is_found_from_its_well_known_place() -> None:
    """The well-known document leads to NodeInfo 2.1 below the base URL."""
    (link,) = nodeinfo.links("https://a.example/")["links"]

    assert link["href"] == "https://a.example/nodeinfo/2.1"
    assert link["rel"].endswith("/schema/2.1")


def test_host_meta_leads_to_webfinger() -> None:
    """host-meta, in XML and JSON, holds the template of WebFinger."""
    root = ElementTree.fromstring(host_meta.xml_document("https://a.example"))  # noqa: S314 - ours
    template = "https://a.example/.well-known/webfinger?resource={uri}"

    assert root[0].get("template") == template
    assert host_meta.json_document("https://a.example")["links"][0]["template"] == template


def test_webfinger_answer_points_to_the_actor() -> None:
    """The JRD names address, actor and profile page, and no subscribe template."""
    jrd = answer(
        "digin", "a.example", "https://a.example/cluster", profile_page="https://a.example/"
    )

    assert jrd["subject"] == "acct:digin@a.example"
    assert {link["rel"]: link["href"] for link in jrd["links"]} == {
        "self": "https://a.example/cluster",
        "http://webfinger.net/rel/profile-page": "https://a.example/",
    }


@pytest.mark.parametrize(
    ("text", "name", "host"),
    [
        ("@digin@digin.example", "digin", "digin.example"),
        ("digin@digin.example", "digin", "digin.example"),
        ("acct:digin@digin.example", "digin", "digin.example"),
        ("acct:@digin@digin.example", "digin", "digin.example"),
        ("  @Digin@DIGIN.example ", "Digin", "digin.example"),
        ("digin@localhost:8082", "digin", "localhost:8082"),
        ("digin@digin.example:443", "digin", "digin.example"),
        ("næring@næring.example", "næring", "xn--nring-sra.example"),
    ],
)
def test_addresses_are_read(text: str, name: str, host: str) -> None:
    """An address is read in the ways people write it."""
    assert parse_resource(text) == Address(name=name, host=host)


def test_iri_is_read() -> None:
    """The IRI of an actor is itself."""
    assert parse_resource("https://a.example/cluster") == "https://a.example/cluster"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "digin",
        "@digin",
        "@@a.example",
        "digin@",
        "di gin@a.example",
        "digin@a.example/path",
        "digin@a.example:0",
        "digin@a.example:99999",
        "digin@a.example:x",
        "digin@b@a.example",
        "digin@127.1",
        "acct:a%2Fb@a.example",
        "a" * 200 + "@a.example",
        "https://",
        "https://user@a.example/",
        "file:///etc/passwd",
        "mailto:a@a.example?x",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """What is neither an address nor an IRI is refused."""
    with pytest.raises(MalformedRequest):
        parse_resource(text)
