from importlib.resources import files

from vocab.contexts.term_table import our_terms
from vocab.ontology import ontology_terms, ontology_turtle
from vocab.terms import KX
from vocab.validation.shape_graph import shapes_turtle


def test_every_term_has_a_label_and_a_definition() -> None:
    """Each class, property and value is explained in English and Norwegian."""
    assert len(ontology_terms()) > 25
    for term in ontology_terms():
        assert set(term.labels) == {"en", "nb"}, term.iri
        assert set(term.definitions) == {"en", "nb"}, term.iri


def test_every_own_term_of_the_context_is_defined() -> None:
    """The context names nothing in our namespace that the ontology does not explain."""
    defined = {term.iri for term in ontology_terms()}
    used = {found.iri for found in our_terms().values() if found.iri.startswith(KX)}

    assert used - {KX} <= defined


def test_the_files_are_inside_the_package() -> None:
    """Ontology, shapes and context are readable wherever the package is installed."""
    assert "owl:Ontology" in ontology_turtle()
    assert "sh:NodeShape" in shapes_turtle()
    assert (files("vocab.contexts") / "skagerrak-v1.jsonld").is_file()
