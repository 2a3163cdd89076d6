"""Text without characters that nobody sees: blanks at the ends of lines, and invisible ones."""

from output_checker.disclosure.leaks.invisible import invisible


def clean(data: bytes) -> tuple[bytes, list[str]]:
    """Raises: UnicodeDecodeError, a ValueError, for what is not UTF-8."""
    text = data.decode("utf-8-sig")
    plain = "".join(one for one in text if one in "\r\n\t" or not invisible(one))
    lines = plain.splitlines()
    stripped = [line.rstrip() for line in lines]
    unseen = len(text) - len(plain)
    padded = sum(one != other for one, other in zip(lines, stripped, strict=True))
    taken = [
        words
        for count, words in (
            (unseen, f"{unseen} characters that nobody sees"),
            (padded, f"blanks at the ends of {padded} lines"),
        )
        if count
    ]
    return ("\n".join(stripped) + "\n").encode(), taken
