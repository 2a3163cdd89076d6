"""Nobody judges what they ask for; who asks is never the only one who agrees."""

from itertools import chain, combinations

import pytest

from registry.domain.applications.party import CUSTODIANS, Party
from registry.domain.applications.referrals import Referral, ReferralKind
from registry.domain.organisation import OrganisationRole
from registry.domain.separation import barred, needs_another, why_not_judge

OWNER, ASKER = "office", "lab"
PEOPLE, CONFLICTS = {"ada", "abe"}, {"olga"}


@pytest.mark.parametrize("role", OrganisationRole)
def test_only_stewards_and_owners_of_the_data_vote_for_them(role):
    asked = Referral(kind=ReferralKind.OWNER, of=OWNER, organisations=frozenset({OWNER}))

    inside = Party(username="sam", roles=frozenset({(OWNER, role)}))
    outside = Party(username="sam", roles=frozenset({(ASKER, role)}), is_admin=True)

    assert asked.is_for(inside) == (role in CUSTODIANS)
    assert not asked.is_for(outside)


def test_nobody_judges_what_they_take_part_in_or_have_a_conflict_with():
    for name in PEOPLE:
        assert "take part" in why_not_judge(name, people=PEOPLE, conflicts=CONFLICTS)
    assert "conflict" in why_not_judge("olga", people=PEOPLE, conflicts=CONFLICTS)
    assert why_not_judge("sam", people=PEOPLE, conflicts=CONFLICTS) is None
    assert barred(PEOPLE, CONFLICTS) == {"ada", "abe", "olga"}


def test_who_belongs_to_the_requesting_organisation_cannot_be_the_only_one_who_agrees():
    inside, both, outside = {ASKER}, {OWNER, ASKER}, {OWNER}

    for one in (inside, both):
        assert needs_another([one], asking={ASKER})
        assert not needs_another([one, outside], asking={ASKER})
    assert needs_another([inside, both], asking={ASKER})


def test_who_is_of_no_known_organisation_is_not_independent():
    assert needs_another([set()], asking={ASKER})
    assert needs_another([{OWNER}], asking=set())
    assert needs_another([], asking={ASKER})


def test_more_who_agree_never_undo_an_independent_one():
    sides = [{ASKER}, set(), {OWNER}, {"court"}]
    some = chain.from_iterable(combinations(sides, size) for size in range(len(sides) + 1))

    for one in some:
        independent = {OWNER} in one or {"court"} in one
        assert needs_another(one, asking={ASKER}) == (not independent)
