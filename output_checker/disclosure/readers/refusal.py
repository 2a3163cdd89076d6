"""Why a reader will not read a file, in words and positions, never the file's text."""


class Refusal(Exception):
    def __init__(self, reason: str, rule: str = "unreadable") -> None:
        super().__init__(reason)
        self.reason = reason
        self.rule = rule
