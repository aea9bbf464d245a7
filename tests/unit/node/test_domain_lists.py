"""Domain lists in Mastodon's form: what is read of them, and that ours read back the same."""

import pytest

from node.desk.domain_lists import MOST_BYTES, ListedDomain, UnreadableList, read_list, write_list

HEADER = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n"


def test_each_line_is_read_or_told() -> None:
    """Severities are states; a line that cannot be read says so and stops no other."""
    found = read_list(
        (
            HEADER
            + 'Spam.Example.,suspend,TRUE,TRUE,"Spam, ever",FALSE\n'
            + "\nblåbær.example,silence,FALSE,FALSE,,FALSE\n"
            + "fine.example,noop,,,,\n"
            + "ex*mple.org,suspend,,,,TRUE\n"
            + "odd.example,kick,,,,\n"
            + "spam.example,silence,,,,\n"
        ).encode()
    )
    assert [(it.line, it.host, it.state, it.comment) for it in found.domains] == [
        (2, "spam.example", "blocked", "Spam, ever"),
        (4, "xn--blbr-roah.example", "limited", None),
        (5, "fine.example", None, None),
    ]
    assert [problem.line for problem in found.problems] == [6, 7, 8]
    assert "hides a part" in found.problems[0].text
    assert "silence, suspend, noop" in found.problems[1].text
    assert "line 2 too" in found.problems[2].text


def test_an_older_list_is_read_too() -> None:
    """Without the hash before the names, with other columns in another order, with a mark."""
    data = b"\xef\xbb\xbfseverity,reject_reports,domain\r\nsuspend,true,a.example\r\n"
    assert [it.host for it in read_list(data).domains] == ["a.example"]


def test_to_block_and_to_let_in_are_not_confused() -> None:
    """A list of whom to let in is read only as that, and the reverse."""
    assert read_list(b"#domain\na.example\n", allow=True).domains[0].state == "approved"
    with pytest.raises(UnreadableList, match="does not say whom to block"):
        read_list(b"#domain\na.example\n")
    with pytest.raises(UnreadableList, match="whom to block, not"):
        read_list(f"{HEADER}a.example,suspend,,,,\n".encode(), allow=True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"name\na.example\n",
        b"\xff\xfe#\x00",
        b" " * (MOST_BYTES + 1),
        HEADER.encode() + b'a.example,"suspend\n',
    ],
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    """Empty, without a header, not in UTF-8, too long, cut off in a quoted cell."""
    with pytest.raises(UnreadableList):
        read_list(data)


@pytest.mark.parametrize("comment", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_no_cell_is_a_formula(comment: str) -> None:
    """What we write is safe to open as a sheet, and reads back as it was."""
    domain = ListedDomain(line=2, host="spam.example", state="blocked", comment=comment)
    text = write_list([domain])
    assert text.splitlines()[1].split(",")[4].strip('"')[0] not in "=+-@"
    assert read_list(text.encode()).domains == (domain,)
