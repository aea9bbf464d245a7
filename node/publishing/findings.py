"""What only the node can find wrong with a draft, and what to do about it, in four languages.

Codes never change their meaning. KX-A is about who may see a thing, KX-D about what it is on this
node (from 11 on: what it refers to); the codes of the profile are in ``vocab/shapes``.
"""

from collections.abc import Mapping

from vocab.validation import Finding


def violation(code: str, field: str, **said: str) -> Finding:
    """Return the finding *code* about *field*, which stops it; *said* fills its text in.

    ``near`` becomes the sentence “Did you mean …?” at ``{suggestion}``.
    """
    return Finding(code, field, "violation", _messages(code, field, said))


def warning(code: str, field: str, **said: str) -> Finding:
    """Return the finding *code* about *field*, which stops nothing."""
    return Finding(code, field, "warning", _messages(code, field, said))


def _messages(code: str, field: str, said: Mapping[str, str]) -> dict[str, str]:
    near = said.get("near", "")
    asked = {tag: text.format(near=near) if near else "" for tag, text in DID_YOU_MEAN.items()}
    return {
        tag: text.format(field=field, suggestion=asked[tag], **said)
        for tag, text in MESSAGES[code].items()
    }


DID_YOU_MEAN: Mapping[str, str] = {
    "nb": "Mente dere «{near}»? ",
    "nn": "Meinte de «{near}»? ",
    "da": "Mente I »{near}«? ",
    "en": "Did you mean “{near}”? ",
}


MESSAGES: Mapping[str, Mapping[str, str]] = {
    "KX-A01": {
        "nb": "Dette er allerede vist på nett. Trekk det tilbake og legg det ut på nytt.",
        "nn": "Dette er alt vist på nett. Trekk det tilbake og legg det ut på nytt.",
        "da": "Dette er allerede vist på nettet. Træk det tilbage, og læg det ud igen.",
        "en": "This is already on the web. Withdraw it and publish it anew.",
    },
    "KX-A02": {
        "nb": "«{value}» er ingen målgruppe. Velg public, network eller private.",
        "nn": "«{value}» er inga målgruppe. Vel public, network eller private.",
        "da": "»{value}« er ingen målgruppe. Vælg public, network eller private.",
        "en": "“{value}” is no audience. Choose public, network or private.",
    },
    "KX-A03": {
        "nb": "Bare tilbud og behov kan være anonyme. Ta bort «anonymous».",
        "nn": "Berre tilbod og behov kan vere anonyme. Ta bort «anonymous».",
        "da": "Kun tilbud og behov kan være anonyme. Fjern »anonymous«.",
        "en": "Only offers and needs can be anonymous. Take “anonymous” out.",
    },
    "KX-A04": {
        "nb": "«{field}» bestemmer ikke hvem som får se dette. Ta det bort, og skriv "
        "«audienceLevel»: public, network eller private.",
        "nn": "«{field}» avgjer ikkje kven som får sjå dette. Ta det bort, og skriv "
        "«audienceLevel»: public, network eller private.",
        "da": "»{field}« bestemmer ikke, hvem der må se dette. Fjern det, og skriv "
        "»audienceLevel«: public, network eller private.",
        "en": "“{field}” does not decide who may see this. Take it out, and write "
        "“audienceLevel”: public, network or private.",
    },
    "KX-A05": {
        "nb": "«{field}» virker ikke her. Skriv «{near}» øverst i dokumentet, "
        "i TOML før den første linjen med [ ].",
        "nn": "«{field}» verkar ikkje her. Skriv «{near}» øvst i dokumentet, "
        "i TOML før den første linja med [ ].",
        "da": "»{field}« virker ikke her. Skriv »{near}« øverst i dokumentet, "
        "i TOML før den første linje med [ ].",
        "en": "“{field}” has no effect here. Write “{near}” at the top of the document, "
        "in TOML before the first line with [ ].",
    },
    "KX-D01": {
        "nb": "{field} er trukket tilbake, og adressen brukes aldri igjen. "
        "Ta bort «id», så får det en ny.",
        "nn": "{field} er trekt tilbake, og adressa blir aldri brukt igjen. "
        "Ta bort «id», så får det ei ny.",
        "da": "{field} er trukket tilbage, og adressen bruges aldrig igen. "
        "Fjern »id«, så får det en ny.",
        "en": "{field} was withdrawn, and its address is never used again. "
        "Take “id” out, and it gets a new one.",
    },
    "KX-D02": {
        "nb": "{field} er av klassen {stands}, ikke {written}. Rett «class» eller «id».",
        "nn": "{field} er av klassen {stands}, ikkje {written}. Rett «class» eller «id».",
        "da": "{field} er af klassen {stands}, ikke {written}. Ret »class« eller »id«.",
        "en": "{field} is of the class {stands}, not {written}. Correct “class” or “id”.",
    },
    "KX-D03": {
        "nb": "{field} er ingen adresse på denne noden for klassen {written}. "
        "Ta bort «id», så gir noden en.",
        "nn": "{field} er inga adresse på denne noden for klassen {written}. "
        "Ta bort «id», så gir noden ei.",
        "da": "{field} er ingen adresse på denne node for klassen {written}. "
        "Fjern »id«, så giver noden en.",
        "en": "{field} is no address of this node for the class {written}. "
        "Take “id” out, and the node gives one.",
    },
    "KX-D04": {
        "nb": "{field} finnes ikke på denne noden. Ta bort «id» for å legge ut noe nytt, "
        "eller rett adressen.",
        "nn": "{field} finst ikkje på denne noden. Ta bort «id» for å leggje ut noko nytt, "
        "eller rett adressa.",
        "da": "{field} findes ikke på denne node. Fjern »id« for at lægge noget nyt ud, "
        "eller ret adressen.",
        "en": "{field} is not on this node. Take “id” out to publish something new, "
        "or correct the address.",
    },
    "KX-D05": {
        "nb": "Dokumentet kan ikke leses likt av alle: {reason}",
        "nn": "Dokumentet kan ikkje lesast likt av alle: {reason}",
        "da": "Dokumentet kan ikke læses ens af alle: {reason}",
        "en": "Not everyone would read the document alike: {reason}",
    },
    "KX-D06": {
        "nb": "Nøkkelen «{field}» er ukjent. {suggestion}Rett den, ta den bort, "
        "eller gi den en betydning i «@context».",
        "nn": "Nøkkelen «{field}» er ukjend. {suggestion}Rett han, ta han bort, "
        "eller gi han ei tyding i «@context».",
        "da": "Nøglen »{field}« er ukendt. {suggestion}Ret den, fjern den, "
        "eller giv den en betydning i »@context«.",
        "en": "The key “{field}” is unknown. {suggestion}Correct it, take it out, "
        "or give it a meaning in “@context”.",
    },
    "KX-D07": {
        "nb": "«{field}» er det bare noden som sier. Ta det bort.",
        "nn": "«{field}» er det berre noden som seier. Ta det bort.",
        "da": "»{field}« er det kun noden, der siger. Fjern det.",
        "en": "“{field}” is for the node alone to say. Take it out.",
    },
    "KX-D08": {
        "nb": "«{field}» står der det skal stå et språk: nb, nn, da, en eller se. "
        "Hører det til øverst i dokumentet, må det i TOML stå før den første linjen med [ ].",
        "nn": "«{field}» står der det skal stå eit språk: nb, nn, da, en eller se. "
        "Høyrer det til øvst i dokumentet, må det i TOML stå før den første linja med [ ].",
        "da": "»{field}« står, hvor der skal stå et sprog: nb, nn, da, en eller se. "
        "Hører det til øverst i dokumentet, skal det i TOML stå før den første linje med [ ].",
        "en": "“{field}” stands where a language should: nb, nn, da, en or se. "
        "If it belongs at the top of the document, put it before the first line with [ ] in TOML.",
    },
    "KX-D09": {
        "nb": "I et tilbud står bedriften under «provider», i et behov under «receiver». "
        "Bytt ut «{field}».",
        "nn": "I eit tilbod står verksemda under «provider», i eit behov under «receiver». "
        "Byt ut «{field}».",
        "da": "I et tilbud står virksomheden under »provider«, i et behov under »receiver«. "
        "Udskift »{field}«.",
        "en": "In an offer the company stands under “provider”, in a need under “receiver”. "
        "Replace “{field}”.",
    },
    "KX-D10": {
        "nb": "Slutten er passert, så lister viser ikke dette. Sett en senere slutt hvis det "
        "fortsatt gjelder.",
        "nn": "Slutten er passert, så lister viser ikkje dette. Set ein seinare slutt viss det "
        "framleis gjeld.",
        "da": "Slutningen er passeret, så lister viser ikke dette. Sæt en senere slutning, hvis "
        "det stadig gælder.",
        "en": "The end is past, so lists do not show this. Set a later end if it still stands.",
    },
    "KX-D14": {
        "nb": "Innholdet passer ikke til klassen {written}: «{field}» hører til {fits}. "
        "Rett «class», eller ta bort «{field}».",
        "nn": "Innhaldet passar ikkje til klassen {written}: «{field}» høyrer til {fits}. "
        "Rett «class», eller ta bort «{field}».",
        "da": "Indholdet passer ikke til klassen {written}: »{field}« hører til {fits}. "
        "Ret »class«, eller fjern »{field}«.",
        "en": "The content does not fit the class {written}: “{field}” belongs to {fits}. "
        "Correct “class”, or take “{field}” out.",
    },
    "KX-D11": {
        "nb": "«{field}» finnes ikke på denne noden. Sjekk skrivemåten, "
        "eller importer medlemmet eller kompetansen først.",
        "nn": "«{field}» finst ikkje på denne noden. Sjekk skrivemåten, "
        "eller importer medlemmen eller kompetansen først.",
        "da": "»{field}« findes ikke på denne node. Kontrollér stavemåden, "
        "eller importér medlemmet eller kompetencen først.",
        "en": "“{field}” is not known on this node. Check the spelling, "
        "or import the member or the expertise first.",
    },
    "KX-D12": {
        "nb": "Bedriften {name} vises ikke på nett. Skriv «anonymous = true» i et tilbud eller "
        "behov, eller la bedriften vises først.",
        "nn": "Verksemda {name} blir ikkje vist på nett. Skriv «anonymous = true» i eit tilbod "
        "eller behov, eller la verksemda bli vist først.",
        "da": "Virksomheden {name} vises ikke på nettet. Skriv »anonymous = true« i et tilbud "
        "eller behov, eller lad virksomheden blive vist først.",
        "en": "The company {name} is not shown on the web. Write “anonymous = true” in an offer "
        "or need, or show the company first.",
    },
    "KX-D13": {
        "nb": "{owner} har allerede organisasjonsnummeret {number}. Bruk den adressen som «id».",
        "nn": "{owner} har alt organisasjonsnummeret {number}. Bruk den adressa som «id».",
        "da": "{owner} har allerede nummeret {number}. Brug den adresse som »id«.",
        "en": "{owner} has the organisation number {number} already. Use that address as “id”.",
    },
    "KX-D15": {
        "nb": "Et samarbeid kan ikke gå fra {before} til {now}. Herfra kan det gå til: {choices}.",
        "nn": "Eit samarbeid kan ikkje gå frå {before} til {now}. Herifrå kan det gå til: "
        "{choices}.",
        "da": "Et samarbejde kan ikke gå fra {before} til {now}. Herfra kan det gå til: {choices}.",
        "en": "A collaboration cannot go from {before} to {now}. From here it can go to: "
        "{choices}.",
    },
    "KX-D16": {
        "nb": "Et samarbeid fører til noe når det er slutt. Sett «stage» til ended, "
        "eller ta bort «resultedIn».",
        "nn": "Eit samarbeid fører til noko når det er slutt. Set «stage» til ended, "
        "eller ta bort «resultedIn».",
        "da": "Et samarbejde fører til noget, når det er slut. Sæt »stage« til ended, "
        "eller fjern »resultedIn«.",
        "en": "A collaboration results in something when it has ended. Set “stage” to ended, "
        "or take “resultedIn” out.",
    },
    "KX-D17": {
        "nb": "{name} er ikke for alle som får se dette. Ta det bort fra «{field}», "
        "eller la færre se dette.",
        "nn": "{name} er ikkje for alle som får sjå dette. Ta det bort frå «{field}», "
        "eller la færre sjå dette.",
        "da": "{name} er ikke for alle, der må se dette. Fjern det fra »{field}«, "
        "eller lad færre se dette.",
        "en": "{name} is not for everyone who may see this. Take it out of “{field}”, "
        "or let fewer see this.",
    },
}
