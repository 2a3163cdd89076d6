"""What is done with data, or what data are: the eight terms of an application."""

from enum import StrEnum

from registry.domain.glossary import GLOSSARY


class Processing(StrEnum):
    """Each is a key of the glossary, which says what it means."""

    SHARING = "sharing"
    MATCHING = "matching"
    MINING = "mining"
    LINKING = "linking"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"
    RETENTION = "retention"
    SECURITY = "security"

    @property
    def term(self) -> str:
        return GLOSSARY[self][0]

    @property
    def words(self) -> str:
        return GLOSSARY[self][1]
