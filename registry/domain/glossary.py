"""The words of sharing data, in the sense in which applications and pages use them."""

from collections.abc import Mapping
from typing import Final

PROCESSING_TERMS: Final = (
    "sharing",
    "matching",
    "mining",
    "linking",
    "personal",
    "sensitive",
    "retention",
    "security",
)
"""The eight terms of the guide to data sharing that an application's form asks about."""

GLOSSARY: Final[Mapping[str, tuple[str, str]]] = {
    "sharing": (
        "Data sharing",
        "One organisation letting another use data that it holds, for a stated purpose.",
    ),
    "matching": (
        "Data matching",
        "Comparing two sets of data to find the records that are about the same person or thing.",
    ),
    "mining": (
        "Data mining",
        "Looking through much data by machine for patterns that nobody has named beforehand.",
    ),
    "linking": (
        "Data linking",
        (
            "Keeping matched records together, so that what two sources say of somebody can be "
            "analysed at once."
        ),
    ),
    "personal": (
        "Personal data",
        (
            "Anything about a living person who is named, or who could be told from it together "
            "with what else is known."
        ),
    ),
    "sensitive": (
        "Sensitive personal data",
        (
            "Personal data of a special category: health, ethnic origin, beliefs, trade union "
            "membership, genes, sex life; also offences and convictions. It takes another assessor."
        ),
    ),
    "retention": (
        "Data retention",
        "For how long data is kept for a purpose, and what becomes of it then.",
    ),
    "security": (
        "Data security",
        "What keeps data from being read, changed or lost by anybody who should not.",
    ),
    "alternative": (
        "Less intrusive form",
        "A form of a variable that says less of a person, such as a year of birth for a date.",
    ),
    "application": (
        "Application",
        "What somebody asks for: which data, for what, by which law, and for how long.",
    ),
    "board": ("Board", "People who vote together on an application; too few votes decide nothing."),
    "catalogue": ("Catalogue", "The list of the datasets that you may know of."),
    "completeness": (
        "Completeness",
        (
            "How much of what a description should say it does say, out of 100. Each missing item "
            "shows what adding it would gain."
        ),
    ),
    "dataset": ("Dataset", "A table with a description; each version of it never changes."),
    "discoverable": (
        "Discoverable",
        (
            "Who may know that a dataset exists: everybody, people who are signed in, or only "
            "people who work with it."
        ),
    ),
    "gateway": (
        "Legal gateway",
        "The law by which data may be had for a purpose, and what that law demands.",
    ),
    "grant": ("Grant", "That a project may use a version of a dataset until a day."),
    "owner": ("Owner", "The organisation that decides who may use a dataset."),
    "profile": (
        "Profile",
        "How full, how unique and how valid each column is. Figures about few people are hidden.",
    ),
    "published_alternative": (
        "Published alternative",
        (
            "Figures that anybody can have already. Look there first: an application says why they "
            "do not do."
        ),
    ),
    "steward": ("Steward", "Who looks after a dataset and answers questions about it."),
    "unit": ("Unit", "What one row is about, such as a person or a claim."),
    "variable": ("Variable", "A column of a dataset."),
    "view": ("View", "The columns and rows of a dataset that somebody gets, and in what form."),
}
"""Key of a term, as addresses have it -> the term and what it means."""
