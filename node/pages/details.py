"""What errors say to people, in their language, where the page of the status does not say it.

Errors speak English, to logs and programs as well; a text that holds a number or a name is found
by the words around it.
"""

import re
from collections.abc import Mapping
from functools import cache

from node.pages import authenticity_words, message_words, program_words
from node.pages.interest_words import PROBLEMS as INTEREST
from node.pages.translating import catalogue
from node.pages.translating import mark as N_  # gettext's own name for it

#: What talking to another server came to, as the desk reads it.
OTHER_SERVERS = (
    N_("{text} is no address. Write it as @name@server."),
    N_("{text} is no address of an actor."),
    N_("{text} names no server."),
    N_("The server {host} names no actor for {address}."),
    N_("The server {host} has no address on the public internet."),
    N_("The server {host} is blocked here."),
    N_("{host} is not a name of the public internet."),
    N_("The actor was not found at its own address."),
    N_("The document is no actor: it has no inbox."),
    N_("The other server answered with something other than an ActivityPub document."),
    N_("The other server answers that it shows this node nothing at that address."),
    N_("The other server took too long to answer."),
    N_("The server {host} did not accept a connection in time."),
    N_("The server {host} did not answer within {number} seconds."),
    N_("The server {host} was not found: its name has no address now."),
    N_("The server {host} has a certificate that is not valid."),
    N_("The server {host} could not agree on a secure connection."),
    N_("The server {host} does not accept connections."),
    N_("The server {host} closed the connection without an answer."),
    N_("The server {host} has an error of its own (status {number})."),
    N_("The server {host} answered with status {number}."),
    N_("Something went wrong in this node."),
)
#: What the node says about servers and why they are as they are.
SERVERS = (
    N_("The desk follows it."),
    N_("Decided with {host}."),
    N_("From an imported list."),
    N_("“{text}” is no time such as 2026-12-24 or 2026-12-24T12:00:00Z."),
    N_("“{text}” is over already."),
    N_("The server {host} is neither blocked nor limited."),
    N_("The server {host} is not paused."),
    N_("Nothing is decided about {host}."),
    N_("Approve it first."),
    N_("This node itself lies below {host}."),
    N_("“{text}”: name some of {known}, or all."),
    N_("The form cannot be read."),
)
#: What is wrong with a list of domains, and why a server stays as it is.
LISTS = (
    N_("it is this node itself"),
    N_("it is approved here"),
    N_("it is limited here"),
    N_("it is blocked here"),
    N_("{host} is followed from here"),
    N_("{host} stands in line {line} too"),
    N_("“{text}” is no domain"),
    N_("“{text}” is no domain (the list hides a part of it)"),
    N_("“{text}” is none of {known}"),
    N_("The list is not readable as CSV: line {line}: {error}."),
    N_("Save it as CSV with commas, in UTF-8."),
    N_("The file is no list: it is no text."),
    N_("Paste a list, or choose a file."),
    N_("The list has no column #domain."),
    N_("Its first line must name the columns: {columns}."),
    N_("The list has no column #severity, so it does not say whom to block."),
    N_("To let in all that it names, import it as a list of whom to let in."),
    N_("The list has a column #severity: it says whom to block, not whom to let in."),
    N_("Import it as a list of whom to block."),
    N_("The list has more than {number} lines."),
)
DETAILS = (
    N_("This node holds nothing by that address."),
    N_("It may be shown where it comes from; open the address itself."),
    N_("No cluster that is known here has that address."),
    N_("There is no query."),
    N_("There is more than one query parameter."),
    N_("The parameters are not URL-encoded UTF-8."),
    N_("The query is longer than {number} KiB."),
    N_("The query holds characters that text cannot have."),
    N_("{sign} is not a character."),
    N_("Line {line}: a string is not closed."),
    N_("Line {line}: brackets stand more than {number} deep."),
    N_("SERVICE is not offered: this endpoint asks no other server."),
    N_("A prefix whose name holds the word needs another name before a {."),
    N_("{iri} can be read as an IRI and as a comparison."),
    N_("Put a space after <, or write the IRI in full."),
    N_("A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE."),
    N_("This endpoint answers queries only: what is in the graph changes by publishing."),
    N_("The query is too complex for the engine: it ended the process that answered it."),
    N_("The query took longer than {number} s and was ended."),
    N_("The query took longer than this endpoint allows."),
    N_("Narrow it, or ask for less at a time with LIMIT."),
    N_("The query needs more than {number} MiB of memory."),
    N_("The answer has more than {number} rows. Nothing was sent."),
    N_("The answer is larger than {number} bytes. Nothing was sent."),
    N_("Use LIMIT and OFFSET, or narrow the query."),
    N_("The query could not be answered now."),
    N_("The graph is being built."),
    N_("The query was ended, since others were waiting."),
    N_("The process that answered the query ended."),
    N_("You have {number} queries waiting here already."),
    N_("Your queries have used their {number} s of computing a minute."),
    N_("Try again in {number} s."),
    N_("The prefix {name}: is not declared. Begin with a line PREFIX {name}: <…>"),
    N_("What stands here, or its end, cannot follow what stands before."),
    N_("You are not signed in, or not any more."),
    N_("Sign in, and send the form again."),
    N_("The form did not come from a page of this site, or the page was open for too long."),
    N_("Open the page again and send the form from there."),
    N_("The form is longer than this site takes."),
    N_("“{text}” is no host such as node.example.org."),
    N_("The server {host} is not known here."),
    N_("{host} is this node itself."),
    N_("Name the host of another server."),
    *OTHER_SERVERS,
    *authenticity_words.REASONS,
    *message_words.TOLD,
    *program_words.PROBLEMS,
    *SERVERS,
    *LISTS,
    *INTEREST,
)
#: How what is wrong with the syntax begins; the parser's own words are English.
PARSED = re.compile(r"Line (?P<line>\d+), column (?P<column>\d+): (?P<said>.+)", re.DOTALL)
NOT_VALID = N_("The query is not valid SPARQL: see line {line}, column {column}.")
_GAP = re.compile(r"\{(\w+)\}")


def in_words(text: str, language: str) -> str:
    """Return the error *text* in *language*; nothing where there are no words for it."""
    if language == "en":
        return text
    for template, pattern in _patterns().items():
        if match := pattern.fullmatch(text):
            return filled(template, match.groupdict(), language)
    return ""


def filled(template: str, values: Mapping[str, str], language: str) -> str:
    """Return *template* in *language*, with *values* where it names them."""
    words = catalogue(language).gettext(template)
    return _GAP.sub(lambda gap: values[gap[1]], words)


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """Return what each text looks like with its gaps filled."""
    return {template: re.compile(_pattern(template), re.DOTALL) for template in DETAILS}


def _pattern(template: str) -> str:
    """Return *template* as a regular expression; a name stands for the same everywhere in it."""
    parts = _GAP.split(template)
    pattern = ""
    for place, part in enumerate(parts):
        if place % 2 == 0:
            pattern += re.escape(part)
        else:
            pattern += f"(?P={part})" if f"(?P<{part}>" in pattern else f"(?P<{part}>.+)"
    return pattern
