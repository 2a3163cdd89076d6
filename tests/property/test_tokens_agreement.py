"""What may be an identifier is found in all texts at once as in each of them by itself."""

import re
from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from output_checker.disclosure.cells import Cells
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.leaks import tokens
from tests.examples import examples

PLAIN = re.compile(r"[+-]?(0|[1-9][0-9]{0,11})(\.[0-9]{0,11})?")
LONG_WHOLE = re.compile(r"[+-]?([1-9][0-9]{5,11})(\.0*)?")
TEXTS = st.one_of(
    st.text(st.sampled_from("abXE0158 .-:,/é"), max_size=24),
    st.from_regex(r"[+-]?[0-9]{1,14}(\.[0-9]{0,16})?([eE][+-]?[0-9]{1,3})?", fullmatch=True),
    st.from_regex(r" ?[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]00:00:00(\.0|Z|\+00:00)?", fullmatch=True),
    st.from_regex(r"[A-Z]{0,3}( ?[0-9]{2,4}){1,5} ?[A-Za-z]{0,9}", fullmatch=True),
    st.sampled_from(["nan", "", "None", "True", "no. 12 34 56", "Ada Lovelace", "straße 12345"]),
)


def tells(token):
    if token.isdigit():
        return len(token) >= 6
    if token.isalpha():
        return len(token) >= 8
    return len(token) >= 5


def tokens_of(text):
    if PLAIN.fullmatch(text):
        found = LONG_WHOLE.fullmatch(text)
        return {found[1]} if found else set()
    if len(text) < 5:
        return set()
    words = [word.upper() for word in re.findall("[A-Za-z0-9]+", text)]
    respelled = canonical(text) or "" if re.search(r"[.eE]|00:00:00", text) else ""
    whole = re.sub("[^A-Za-z0-9]", "", respelled).upper() if respelled else "".join(words)
    parts = {token for token, _ in tokens.runs(words)} if any(map(str.isalpha, words)) else words
    telling = {token for token in parts if tells(token) and not token.isalpha()}
    return telling | ({whole} if tells(whole) else set())


@given(st.lists(TEXTS, min_size=1, max_size=8))
@settings(max_examples=examples(400), deadline=None)
def test_texts_looked_at_together_have_the_tokens_of_each(texts):
    found = defaultdict(set)
    for part in tokens.of_cells(Cells.of(("head",), [(text,) for text in texts])):
        for token, at in zip(part.tokens.to_pylist(), part.of_token, strict=True):
            found[part.texts[int(at)].as_py()].add(token)

    assert found == {text: wanted for text in texts if (wanted := tokens_of(text))}
