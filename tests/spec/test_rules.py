"""Each rule says of its examples what the documentation says it does."""

import pytest

from output_checker.disclosure.rules.all_rules import ALL_RULES
from tests.spec.examples import EXAMPLES
from tests.spec.rule_pages import PAGE, WITHOUT_EXAMPLE, flagged, page


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.rule}: {one.says}")
def test_a_rule_flags_what_its_example_names(example):
    assert flagged(example) == tuple(sorted(example.breaks))


def test_every_rule_has_an_example_that_breaks_it():
    rules = {rule.rule_id for rules in ALL_RULES.values() for rule in rules}

    assert rules - WITHOUT_EXAMPLE == {one.rule for one in EXAMPLES if one.breaks}


@pytest.mark.slow
def test_the_page_of_rules_is_what_the_rules_and_examples_say():
    assert PAGE.read_text() == page(), "run python -m tests.spec.rule_pages"
