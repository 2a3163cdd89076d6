"""Who must vote before an application can be approved, and how their votes stand."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from registry.domain.applications.asked import stored_asked
from registry.domain.applications.form import FORM
from registry.domain.applications.gateways import Asking, Register, needs_legal_review
from registry.domain.applications.linter import asks_for_sensitive
from registry.domain.applications.party import CUSTODIANS, Party
from registry.domain.catalogue import Discoverable
from registry.domain.dataset import DatasetVersion
from registry.domain.organisation import BOARD_QUORUM, OrganisationRole


class ReferralKind(StrEnum):
    LEGAL = "legal"
    ETHICS = "ethics"
    DPO = "dpo"
    BOARD = "board"
    OWNER = "owner"


_VOTERS: Final[Mapping[ReferralKind, frozenset[OrganisationRole]]] = MappingProxyType(
    {
        ReferralKind.LEGAL: frozenset({OrganisationRole.LEGAL}),
        ReferralKind.ETHICS: frozenset({OrganisationRole.ETHICS}),
        ReferralKind.DPO: frozenset({OrganisationRole.DPO}),
        ReferralKind.BOARD: frozenset({OrganisationRole.BOARD}),
        ReferralKind.OWNER: CUSTODIANS,
    }
)
_OWNERS_SECTIONS: Final = frozenset(
    {"about", "people", "purpose", "necessity", "legal", "handling"}
)
# The sections that each is asked about: when one of them changes, they are asked again.
_SECTIONS: Final[Mapping[ReferralKind, frozenset[str]]] = MappingProxyType(
    {
        ReferralKind.LEGAL: _OWNERS_SECTIONS,
        ReferralKind.ETHICS: frozenset({"people", "purpose", "necessity", "individuals"}),
        ReferralKind.DPO: frozenset({"people", "legal", "individuals", "handling"}),
        ReferralKind.BOARD: _OWNERS_SECTIONS,
        ReferralKind.OWNER: _OWNERS_SECTIONS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """A question to some people.

    Attributes:
        of: The organisation or board that is asked; empty: those of any owner.
        organisations: For which of them somebody must have the role to vote.
        quorum: How many must vote.
    """

    kind: ReferralKind
    of: str = ""
    organisations: frozenset[str]
    quorum: int = 1
    due_on: date | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.of}" if self.of else self.kind.value

    @property
    def roles(self) -> frozenset[OrganisationRole]:
        """By any of which somebody votes here."""
        return _VOTERS[self.kind]

    def is_for(self, party: Party) -> bool:
        """Whether they have a role by which they vote here."""
        return bool(party.acts_for(*self.roles) & self.organisations)


class Says(StrEnum):
    AGREE = "agree"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A vote.

    Attributes:
        referral: Its key.
        organisations: All that the voter worked or acted for when they voted.
        basis: Stands for what was asked when they voted.
    """

    referral: str
    voter: str
    organisations: frozenset[str]
    says: Says
    reason: str
    basis: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A referral with the votes that count."""

    referral: Referral
    votes: tuple[Vote, ...]

    @property
    def is_complete(self) -> bool:
        return len(self.votes) >= self.referral.quorum

    @property
    def is_agreed(self) -> bool:
        agreeing = sum(vote.says is Says.AGREE for vote in self.votes)
        return self.is_complete and 2 * agreeing > len(self.votes)

    def is_overdue(self, today: date) -> bool:
        due_on = self.referral.due_on
        return not self.is_complete and due_on is not None and due_on < today


def owners_of(dataset: DatasetVersion) -> tuple[str, ...]:
    """The organisations that decide about it; its publisher where nobody else is named."""
    return dataset.entry.owners or (dataset.publisher,)


def may_know_of(dataset: DatasetVersion | None, party: Party) -> bool:
    """Whether somebody may ask for a dataset: one that is not shown is for its owners' people."""
    if dataset is None:
        return False
    is_shown = dataset.entry.discoverable is not Discoverable.MEMBERS
    return is_shown or bool(party.organisations & frozenset(owners_of(dataset)))


def required_referrals(
    asking: Asking, register: Register, *, today: date, quorums: Mapping[str, int]
) -> tuple[Referral, ...]:
    """Everybody whose vote an approval of this needs, without due dates.

    Args:
        quorums: How many of a board must have voted, by its organisation.
    """
    datasets = [dataset for _, dataset in asking.datasets]
    owners = _once(owner for dataset in datasets for owner in owners_of(dataset))
    boards = _once(board for dataset in datasets for board in dataset.entry.boards)
    all_owners = frozenset(owners)
    found = [
        Referral(kind=ReferralKind.OWNER, of=one, organisations=frozenset({one})) for one in owners
    ]
    found += [
        Referral(
            kind=ReferralKind.BOARD,
            of=one,
            organisations=frozenset({one}),
            quorum=quorums.get(one, BOARD_QUORUM),
        )
        for one in boards
    ]
    if needs_legal_review(asking, register, today):
        found.append(Referral(kind=ReferralKind.LEGAL, organisations=all_owners))
    if any(asks_for_sensitive(asked, dataset) for asked, dataset in asking.datasets):
        found.append(Referral(kind=ReferralKind.DPO, organisations=all_owners))
    return tuple(found)


def basis_of(referral: Referral, asking: Asking) -> str:
    """SHA-256 of what this referral is asked about, in hex."""
    sections = _SECTIONS[referral.kind]
    answers = {
        question.key: asking.answers.get(question.key, "").strip()
        for section in FORM
        if section.name in sections
        for question in section.questions
    }
    asked = [stored_asked(one) for one, dataset in asking.datasets if _is_about(referral, dataset)]
    asked.sort(key=lambda one: (one["dataset_id"], one["version"]))
    said = json.dumps([answers, asked], sort_keys=True, separators=(",", ":"))
    return sha256(said.encode()).hexdigest()


def standings(
    referrals: Iterable[Referral],
    votes: Sequence[Vote],
    asking: Asking,
    *,
    people: frozenset[str],
    conflicts: frozenset[str],
) -> tuple[Standing, ...]:
    """How each stands: a voter's last vote counts, if what was asked is still the same.

    Args:
        referrals: Which.
        votes: All there are, oldest first.
        asking: What is asked now.
        people: Who takes part. Their agreement does not count, and their objection does: naming
            whoever objects would else end it.
        conflicts: Who said that they must not judge it; no vote of theirs counts.
    """
    found = []
    for referral in referrals:
        basis = basis_of(referral, asking)
        last = {vote.voter: vote for vote in votes if vote.referral == referral.key}
        counted = (
            vote
            for vote in last.values()
            if vote.basis == basis
            and vote.voter not in conflicts
            and (vote.says is Says.OBJECT or vote.voter not in people)
        )
        found.append(Standing(referral=referral, votes=tuple(counted)))
    return tuple(found)


def _is_about(referral: Referral, dataset: DatasetVersion) -> bool:
    match referral.kind:
        case ReferralKind.OWNER:
            return referral.of in owners_of(dataset)
        case ReferralKind.BOARD:
            return referral.of in dataset.entry.boards
        case ReferralKind.LEGAL | ReferralKind.ETHICS | ReferralKind.DPO:
            return True


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
