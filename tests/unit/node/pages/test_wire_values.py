from hypothesis import given
from hypothesis import strategies as st

from node.pages.listing_items import listing_item
from node.pages.sheets import sheet_view
from node.pages.view_context import StoredThing
from node.pages.wire_values import iris, moment, text, web_address
from tests.preview import samples

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "nb", "@value", "name"]), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(sorted({key for one in samples.EVERYTHING for key in one.document} - {"id"}))


@given(JSON)
def test_readers_take_any_shape(value):
    """Whatever a sender writes, reading it gives texts and addresses or nothing."""
    assert isinstance(text(value), str)
    assert all(isinstance(iri, str) for iri in iris(value))
    assert web_address(value) == "" or web_address(value).startswith("http")
    moment(value)


@given(st.sampled_from(samples.EVERYTHING), KEYS, JSON)
def test_a_strange_value_never_stops_a_page(thing, key, value):
    """One field of the wrong shape leaves the rest of the row and of the sheet readable."""
    strange = StoredThing(document={**thing.document, key: value})
    context = samples.context("nb")
    assert listing_item(strange, context).href
    assert sheet_view(strange, context).frame.data.iri == thing.iri


def test_times_stand_as_their_author_wrote_them():
    """The last day of an offer is not moved by the reader's time zone."""
    assert moment("2027-05-31T23:59:59Z").day == 31
    assert moment("2027-01-20T08:00:00Z", "Europe/Oslo").hour == 9
    assert moment("2027-01-20T08:00:00Z", "Atlantis/Capital").hour == 8
    assert moment("soon") is None


def test_only_web_addresses_become_links():
    """A link made from a document leads to the web, never to a script."""
    assert web_address("javascript:alert(1)") == ""
    assert web_address(["mailto:a@b.example", "https://a.example/x"]) == "https://a.example/x"
    assert web_address("http://[") == ""
