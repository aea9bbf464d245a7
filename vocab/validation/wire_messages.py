"""What to do about findings on the JSON itself, in four languages."""

from collections.abc import Mapping
from typing import Final

WIRE_MESSAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "KX-W01": {
        "nb": "Skriv én type som tekst, og resten under kind.",
        "nn": "Skriv éin type som tekst, og resten under kind.",
        "da": "Skriv én type som tekst, og resten under kind.",
        "en": "Write one type as text, and the rest under kind.",
    },
    "KX-W02": {
        "nb": "Sett ActivityStreams først i @context.",
        "nn": "Set ActivityStreams først i @context.",
        "da": "Sæt ActivityStreams først i @context.",
        "en": "Put ActivityStreams first in @context.",
    },
    "KX-W03": {
        "nb": "Dokumentet kan leses på to måter; rett id og @context.",
        "nn": "Dokumentet kan lesast på to måtar; rett id og @context.",
        "da": "Dokumentet kan læses på to måder; ret id og @context.",
        "en": "The document can be read in two ways; mend its id and @context.",
    },
    "KX-W04": {
        "nb": "Uttrykket mangler i @context og blir borte i dataene.",
        "nn": "Uttrykket manglar i @context og blir borte i dataa.",
        "da": "Udtrykket mangler i @context og forsvinder i dataene.",
        "en": "The term is missing in @context and vanishes from the data.",
    },
    "KX-W05": {
        "nb": "Ta bort det som gjelder en person.",
        "nn": "Ta bort det som gjeld ein person.",
        "da": "Fjern det, der drejer sig om en person.",
        "en": "Take out what concerns a person.",
    },
    "KX-W06": {
        "nb": "Adressen ser ut som en persons; bruk en felles postkasse.",
        "nn": "Adressa ser ut som adressa til ein person; bruk ei felles postkasse.",
        "da": "Adressen ligner en persons; brug en fælles postkasse.",
        "en": "The address looks like a person's; use a shared mailbox.",
    },
    "KX-W07": {
        "nb": "Slutten må komme etter starten.",
        "nn": "Slutten må kome etter starten.",
        "da": "Slutningen skal komme efter starten.",
        "en": "The end has to come after the start.",
    },
    "KX-W08": {
        "nb": "Nettadressen må ligge på samme tjener som id.",
        "nn": "Nettadressa må liggje på same tenar som id.",
        "da": "Webadressen skal ligge på samme server som id.",
        "en": "The web address has to be on the same host as the id.",
    },
    "KX-W09": {
        "nb": "Oppføringen er anonym; ta bort bedriften.",
        "nn": "Oppføringa er anonym; ta bort verksemda.",
        "da": "Opslaget er anonymt; fjern virksomheden.",
        "en": "The entry is anonymous; take out the company.",
    },
    "KX-W10": {
        "nb": "{value} finnes ikke i NACE 2 eller 2.1. Slå opp koden, og skriv to til fire sifre "
        "av den, som http://data.europa.eu/ux2/nace2.1/6210.",
        "nn": "{value} finst ikkje i NACE 2 eller 2.1. Slå opp koden, og skriv to til fire siffer "
        "av han, som http://data.europa.eu/ux2/nace2.1/6210.",
        "da": "{value} findes ikke i NACE 2 eller 2.1. Slå koden op, og skriv to til fire cifre "
        "af den, som http://data.europa.eu/ux2/nace2.1/6210.",
        "en": "{value} is in neither NACE 2 nor 2.1. Look the code up, and write two to four "
        "digits of it, as http://data.europa.eu/ux2/nace2.1/6210.",
    },
    "KX-W11": {
        "nb": "{value} er ingen region i NUTS 2021. Slå opp koden; "
        "Agder er http://data.europa.eu/nuts/code/NO092.",
        "nn": "{value} er ingen region i NUTS 2021. Slå opp koden; "
        "Agder er http://data.europa.eu/nuts/code/NO092.",
        "da": "{value} er ingen region i NUTS 2021. Slå koden op; "
        "Fyn er http://data.europa.eu/nuts/code/DK031.",
        "en": "{value} is no region of NUTS 2021. Look the code up; "
        "Agder is http://data.europa.eu/nuts/code/NO092.",
    },
    "KX-O01": {
        "nb": "Kontrollsifferet i organisasjonsnummeret stemmer ikke; se etter skrivefeil.",
        "nn": "Kontrollsifferet i organisasjonsnummeret stemmer ikkje; sjå etter skrivefeil.",
        "da": "Kontrolcifferet i CVR-nummeret passer ikke; se efter skrivefejl.",
        "en": "The check digit of the organisation number is wrong; look for a slip.",
    },
}
