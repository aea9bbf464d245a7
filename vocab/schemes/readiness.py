"""Technology readiness levels in a sentence that a shop owner understands.

The scale of nine is the European Commission's (Horizon 2020, General Annex G); the words are
ours.
"""

from typing import Final

_SENTENCES: Final[dict[str, tuple[str, ...]]] = {
    "nb": (
        "Grunnideen er beskrevet.",
        "Vi vet hva den kan brukes til.",
        "De første forsøkene viser at ideen holder.",
        "Delene virker sammen i laboratoriet.",
        "Det er prøvd under forhold som likner virkelige.",
        "En prototype er vist under forhold som likner virkelige.",
        "En prototype er vist i virkelig drift.",
        "Løsningen er ferdig og godkjent.",
        "Løsningen er i vanlig drift hos kunder.",
    ),
    "nn": (
        "Grunnideen er skildra.",
        "Vi veit kva han kan brukast til.",
        "Dei første forsøka viser at ideen held.",
        "Delane verkar saman i laboratoriet.",
        "Det er prøvd under forhold som liknar verkelege.",
        "Ein prototype er vist under forhold som liknar verkelege.",
        "Ein prototype er vist i verkeleg drift.",
        "Løysinga er ferdig og godkjend.",
        "Løysinga er i vanleg drift hos kundar.",
    ),
    "da": (
        "Grundideen er beskrevet.",
        "Vi ved, hvad den kan bruges til.",
        "De første forsøg viser, at ideen holder.",
        "Delene virker sammen i laboratoriet.",
        "Det er prøvet under forhold, der ligner virkelige.",
        "En prototype er vist under forhold, der ligner virkelige.",
        "En prototype er vist i virkelig drift.",
        "Løsningen er færdig og godkendt.",
        "Løsningen er i almindelig drift hos kunder.",
    ),
    "en": (
        "The basic idea is described.",
        "We know what it can be used for.",
        "First trials show that the idea holds.",
        "The parts work together in the laboratory.",
        "It has been tried in conditions close to real ones.",
        "A prototype has been shown in conditions close to real ones.",
        "A prototype has been shown in real operation.",
        "The solution is finished and approved.",
        "Customers use the solution every day.",
    ),
}


def readiness_sentence(trl: int, language: str) -> str:
    """Return what a readiness level from 1 to 9 means, in nb, nn, da or en.

    Raises ValueError for a level that does not exist.
    """
    if not 1 <= trl <= 9:
        raise ValueError(f"{trl} is no readiness level; they go from 1 to 9")
    return _SENTENCES.get(language.partition("-")[0], _SENTENCES["en"])[trl - 1]
