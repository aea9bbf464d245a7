"""The columns that an import knows, and what they are called in four languages."""

from collections.abc import Mapping
from dataclasses import dataclass

Headings = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnKind:
    """One column: its key, how its cells are read, and headings per language.

    The first heading of a language is the one that exports write. A ``repeated`` column may
    stand several times (Kompetanse 1, Kompetanse 2), a ``worded`` one once per language.
    """

    key: str
    transform: str
    headings: Headings
    repeated: bool = False
    worded: bool = False


_KINDS = (
    ColumnKind(
        key="org_id",
        transform="org_number",
        headings={
            "nb": (
                "Org.nr.",
                "Organisasjonsnummer",
                "Org.nummer",
                "Organisasjonsnr.",
                "Foretaksnummer",
                "Bedriftsnummer",
                "MVA-nummer",
            ),
            "nn": ("Org.nr.", "Organisasjonsnummer", "Føretaksnummer"),
            "da": (
                "CVR-nr.",
                "CVR",
                "CVR-nummer",
                "CVR/SE-nr.",
                "Organisationsnummer",
                "Virksomhedsnummer",
            ),
            "en": (
                "Org. number",
                "Organisation number",
                "Organization number",
                "Organisation no.",
                "Organization no.",
                "Org. no.",
                "Org. ID",
                "Organisation ID",
                "Company number",
                "Company registration number",
                "Registration number",
                "CVR number",
                "VAT number",
                "VAT no.",
                "Business ID",
            ),
        },
    ),
    ColumnKind(
        key="name",
        transform="text",
        headings={
            "nb": (
                "Bedrift",
                "Bedriftsnavn",
                "Bedriftens navn",
                "Navn på bedrift",
                "Firma",
                "Firmanavn",
                "Navn",
                "Virksomhet",
                "Virksomhetsnavn",
                "Foretaksnavn",
                "Selskap",
                "Selskapsnavn",
                "Organisasjon",
                "Medlem",
                "Medlemsbedrift",
                "Medlemsnavn",
            ),
            "nn": (
                "Verksemd",
                "Verksemdsnamn",
                "Bedrift",
                "Bedriftsnamn",
                "Firmanamn",
                "Namn",
                "Føretaksnamn",
                "Medlem",
            ),
            "da": (
                "Virksomhed",
                "Virksomhedsnavn",
                "Virksomhedens navn",
                "Firma",
                "Firmanavn",
                "Navn",
                "Selskab",
                "Medlem",
                "Medlemsvirksomhed",
                "Organisation",
            ),
            "en": (
                "Company",
                "Company name",
                "Name",
                "Legal name",
                "Firm",
                "Business",
                "Business name",
                "Organisation",
                "Organization",
                "Organisation name",
                "Organization name",
                "Member",
                "Member name",
            ),
        },
    ),
    ColumnKind(
        key="legal_form",
        transform="text",
        headings={
            "nb": ("Organisasjonsform", "Selskapsform", "Org.form", "Foretaksform"),
            "nn": ("Organisasjonsform", "Selskapsform", "Føretaksform"),
            "da": ("Virksomhedsform", "Selskabsform", "Ejerform"),
            "en": ("Legal form", "Company form", "Company type", "Type of company"),
        },
    ),
    ColumnKind(
        key="country",
        transform="country",
        headings={
            "nb": ("Land", "Landkode"),
            "nn": ("Land", "Landkode"),
            "da": ("Land", "Landekode"),
            "en": ("Country", "Country code"),
        },
    ),
    ColumnKind(
        key="website",
        transform="website",
        headings={
            "nb": ("Nettside", "Nettsted", "Hjemmeside", "Nettadresse", "Web", "Webside", "Lenke"),
            "nn": ("Nettside", "Nettstad", "Heimeside", "Nettadresse"),
            "da": ("Hjemmeside", "Website", "Webside", "Webadresse", "Netsted", "Web"),
            "en": ("Website", "Web site", "Homepage", "Home page", "URL", "Web address", "Web"),
        },
    ),
    ColumnKind(
        key="email",
        transform="email",
        headings={
            "nb": ("E-post (rolle)", "E-post", "E-postadresse", "Epost", "Felles e-post"),
            "nn": ("E-post (rolle)", "E-post", "E-postadresse"),
            "da": ("E-mail", "E-mailadresse", "Mail", "Mailadresse", "E-post"),
            "en": ("Email", "E-mail", "Email address", "E-mail address", "Mail", "Contact email"),
        },
    ),
    ColumnKind(
        key="contact",
        transform="text",
        headings={
            "nb": ("Kontaktperson", "Kontakt", "Navn på kontaktperson"),
            "nn": ("Kontaktperson", "Kontakt", "Namn på kontaktperson"),
            "da": ("Kontaktperson", "Kontakt", "Kontaktpersonens navn"),
            "en": ("Contact", "Contact person", "Contact name"),
        },
    ),
    ColumnKind(
        key="consent",
        transform="date",
        headings={
            "nb": ("Samtykke", "Samtykkedato", "Samtykke gitt", "Dato for samtykke"),
            "nn": ("Samtykke", "Samtykkedato", "Samtykke gitt", "Dato for samtykke"),
            "da": ("Samtykke", "Samtykkedato", "Samtykke givet", "Dato for samtykke"),
            "en": ("Consent", "Consent date", "Date of consent", "Consent given"),
        },
    ),
    ColumnKind(
        key="municipality",
        transform="municipality",
        headings={
            "nb": ("Kommune", "Kommunenr.", "Kommunenummer", "Kommunenavn"),
            "nn": ("Kommune", "Kommunenr.", "Kommunenummer", "Kommunenamn"),
            "da": ("Kommune", "Kommunenr.", "Kommunekode", "Kommunenavn", "Hjemkommune"),
            "en": ("Municipality", "Municipality code", "Municipality name"),
        },
    ),
    ColumnKind(
        key="nace",
        transform="nace",
        repeated=True,
        headings={
            "nb": (
                "Næringskode",
                "Næringskoder",
                "Bransjekode",
                "NACE",
                "NACE-kode",
                "SN2007",
                "SN2025",
            ),
            "nn": ("Næringskode", "Næringskodar", "Bransjekode", "NACE-kode"),
            "da": ("Branchekode", "Branchekoder", "Brancher", "DB07", "DB25", "NACE-kode"),
            "en": ("Industry code", "Industry codes", "NACE", "NACE code", "NACE codes"),
        },
    ),
    ColumnKind(
        key="employees",
        transform="employees",
        headings={
            "nb": ("Ansatte", "Antall ansatte", "Årsverk", "Antall årsverk"),
            "nn": ("Tilsette", "Tal på tilsette", "Talet på tilsette", "Årsverk"),
            "da": ("Ansatte", "Antal ansatte", "Medarbejdere", "Antal medarbejdere", "Årsværk"),
            "en": (
                "Employees",
                "Number of employees",
                "No. of employees",
                "Staff",
                "Headcount",
                "FTE",
            ),
        },
    ),
    ColumnKind(
        key="member_since",
        transform="since",
        headings={
            "nb": ("Medlem siden", "Medlem fra", "Innmeldt", "Innmeldingsdato", "Medlemsdato"),
            "nn": ("Medlem sidan", "Medlem frå", "Innmeld", "Innmeldingsdato"),
            "da": ("Medlem siden", "Medlem fra", "Indmeldt", "Indmeldelsesdato"),
            "en": ("Member since", "Member from", "Joined", "Date joined", "Join date"),
        },
    ),
    ColumnKind(
        key="member_type",
        transform="member_type",
        headings={
            "nb": ("Medlemstype", "Type medlem", "Type medlemskap", "Medlemskategori"),
            "nn": ("Medlemstype", "Type medlem", "Type medlemskap", "Medlemskategori"),
            "da": ("Medlemstype", "Type medlem", "Medlemskategori"),
            "en": ("Member type", "Type of member", "Membership type", "Member category"),
        },
    ),
    ColumnKind(
        key="expertise",
        transform="expertise",
        repeated=True,
        headings={
            "nb": ("Kompetanse", "Kompetanser", "Kompetanseområder", "Fagområder", "Ekspertise"),
            "nn": ("Kompetanse", "Kompetansar", "Kompetanseområde", "Fagområde", "Ekspertise"),
            "da": ("Kompetencer", "Kompetence", "Kompetenceområder", "Fagområder", "Ekspertise"),
            "en": ("Expertise", "Skills", "Competence", "Competences", "Competencies"),
        },
    ),
    ColumnKind(
        key="offers",
        transform="drafts",
        repeated=True,
        worded=True,
        headings={
            "nb": ("Tilbyr", "Tilbud", "Kan tilby"),
            "nn": ("Tilbyr", "Tilbod", "Kan tilby"),
            "da": ("Tilbyder", "Tilbud", "Kan tilbyde"),
            "en": ("Offers", "Offer", "Offering", "Can offer"),
        },
    ),
    ColumnKind(
        key="needs",
        transform="drafts",
        repeated=True,
        worded=True,
        headings={
            "nb": ("Søker", "Behov", "Ser etter", "Ønsker"),
            "nn": ("Søker", "Søkjer", "Behov", "Ser etter", "Ønskjer"),
            "da": ("Søger", "Behov", "Efterspørger", "Ønsker"),
            "en": ("Needs", "Need", "Seeks", "Looking for"),
        },
    ),
    ColumnKind(
        key="description",
        transform="text",
        worded=True,
        headings={
            "nb": ("Om bedriften", "Beskrivelse", "Om virksomheten", "Om", "Presentasjon"),
            "nn": ("Om verksemda", "Om bedrifta", "Beskriving", "Skildring", "Om bedriften"),
            "da": ("Beskrivelse", "Om virksomheden", "Om", "Præsentation"),
            "en": ("Description", "About", "About the company", "Summary", "Profile"),
        },
    ),
    ColumnKind(
        key="publish",
        transform="yes_no",
        headings={
            "nb": ("Offentlig", "Publiser", "Publiseres", "Vises offentlig", "Synlig"),
            "nn": ("Offentleg", "Offentlig", "Publiser", "Blir publisert", "Synleg"),
            "da": ("Offentlig", "Offentliggør", "Offentliggøres", "Publicer", "Synlig"),
            "en": ("Public", "Publish", "Published", "Visible"),
        },
    ),
)

KINDS: Mapping[str, ColumnKind] = {kind.key: kind for kind in _KINDS}
REQUIRED = ("name", "org_id")
