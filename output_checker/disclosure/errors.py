"""What stops a check before it starts, in one tree.

DisclosureError
├── BadSpec      the researcher's description of a table cannot be used
├── BadPolicy    the policy is unknown or has a wrong value
├── BadSource    a dataset cannot be opened
└── Unreadable   an output cannot be read; the engine turns it into a finding

Messages name files, columns and settings, never values.
"""


class DisclosureError(Exception):
    """Base of what this package raises on purpose."""


class BadSpec(DisclosureError):
    pass


class BadPolicy(DisclosureError):
    pass


class BadSource(DisclosureError):
    pass


class Unreadable(DisclosureError):
    """Args: reason in words, and the rule that the finding carries."""

    def __init__(self, reason: str, *, rule: str = "unreadable", mend: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.rule = rule
        self.mend = mend
