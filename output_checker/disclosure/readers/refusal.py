"""Why a reader will not read a file, in words and positions, never the file's text."""


class Refusal(Exception):  # noqa: N818 - it is an answer about a file, not a fault
    def __init__(self, reason: str, rule: str = "unreadable") -> None:
        super().__init__(reason)
        self.reason = reason
        self.rule = rule
