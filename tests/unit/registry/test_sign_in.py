"""Checking passwords, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from registry.adapters.passwords import Argon2Passwords
from registry.application.set_password import set_password
from registry.application.sign_in import sign_in
from registry.application.sign_in_limit import MAX_FAILURES
from registry.application.sign_in_ports import SignInParts
from registry.domain.errors import NotFound, TooManyAttempts, WeakPassword, WrongPassword
from registry.domain.person import Account, Person
from registry.domain.second_factor import Mfa

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class FakeClock:
    at = NOON

    def now(self):
        return self.at


class FakePasswords:
    def __init__(self):
        self.asked = []

    def hash(self, password):
        return f"hash of {password}"

    def matches(self, password_hash, password):
        self.asked.append((password_hash, password))
        return password_hash == f"hash of {password}"


class FakeUnitOfWork:
    def __init__(self, *accounts):
        self.accounts = {account.person.username: account for account in accounts}
        self.failures = []
        self.lines = []
        self.commits = 0
        self.ended = []
        self.people = self.attempts = self.second_factors = self.sign_ins = self

    def find_account(self, username):
        return self.accounts.get(username)

    def set_password_hash(self, username, password_hash):
        self.hash_set = (username, password_hash)

    def reserve(self, username, *, at, since, limit):
        count = sum(name == username and then > since for name, then in self.failures)
        if count >= limit:
            return None
        self.failures.append((username, at))
        return count + 1

    def forget(self, username):
        self.failures = [failure for failure in self.failures if failure[0] != username]

    def find(self, _username):
        return None

    def generation(self, _username):
        return self.ended[-1][0] if self.ended else None

    def end_all(self, username, *, why, **_):
        self.ended.append((f"{username}-{len(self.ended)}", why))
        return self.ended[-1][0]

    def vouch(self, username, at):
        pass

    def record(self, **line):
        self.lines.append(line)

    def commit(self):
        self.commits += 1

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        pass


@pytest.fixture
def uow():
    person = Person(username="alice", display_name="Alice")
    off = Person(username="olaf", display_name="Olaf", is_active=False)
    return FakeUnitOfWork(
        Account(person=person, password_hash="hash of right"),
        Account(person=off, password_hash="hash of right"),
        Account(person=Person(username="nora", display_name="Nora"), password_hash=None),
    )


@pytest.fixture
def attempt(uow):
    clock, passwords = FakeClock(), FakePasswords()

    def attempt(username, password):
        parts = SignInParts(
            unit_of_work=lambda: uow, passwords=passwords, codes=None, clock=clock,
            mfa=Mfa.REQUIRED, is_single=True,
        )  # fmt: skip
        return sign_in(parts, username=username, password=password)

    attempt.clock, attempt.passwords = clock, passwords
    return attempt


def test_the_right_password_signs_in_and_forgets_the_wrong_ones(uow, attempt):
    with pytest.raises(WrongPassword):
        attempt("alice", "wrong")

    assert attempt("alice", "right").person.display_name == "Alice"
    assert uow.failures == []
    assert [line["event"] for line in uow.lines] == ["sign_in_refused", "signed_in"]


@pytest.mark.parametrize("username", ["nobody", "Alice", "", "a\nb", "alice ", "nora", "olaf"])
def test_every_refusal_costs_one_hash_and_says_the_same(uow, attempt, username):
    with pytest.raises(WrongPassword) as refused:
        attempt(username, "right")

    assert str(refused.value) == "The username, the password or the code is wrong."
    assert len(attempt.passwords.asked) == 1


def test_a_locked_name_costs_no_hash_and_not_even_the_right_password_helps(uow, attempt):
    for _ in range(MAX_FAILURES):
        with pytest.raises(WrongPassword):
            attempt("alice", "wrong")

    with pytest.raises(TooManyAttempts):
        attempt("alice", "right")

    assert len(attempt.passwords.asked) == MAX_FAILURES
    assert uow.lines[-1]["details"] == {"locked": "true"}


def test_a_name_that_nobody_has_is_locked_the_same_way(attempt):
    for _ in range(MAX_FAILURES):
        with pytest.raises(WrongPassword):
            attempt("nobody", "wrong")

    with pytest.raises(TooManyAttempts):
        attempt("nobody", "wrong")


def test_the_lock_opens_after_five_minutes(attempt):
    for _ in range(MAX_FAILURES):
        with pytest.raises(WrongPassword):
            attempt("alice", "wrong")
    attempt.clock.at = NOON + timedelta(minutes=5)

    assert attempt("alice", "right").person.username == "alice"


def test_an_attempt_counts_before_the_password_is_looked_at(uow, attempt):
    attempt.passwords.matches = lambda *_: pytest.fail("looked") if not uow.failures else True

    attempt("alice", "right")


def test_a_new_sign_in_ends_the_sessions_there_were(uow, attempt):
    first, second = attempt("alice", "right"), attempt("alice", "right")

    assert first.generation != second.generation
    assert [why for _, why in uow.ended] == ["elsewhere", "elsewhere"]


def test_an_unknown_name_is_not_written_down(uow, attempt):
    with pytest.raises(WrongPassword):
        attempt("my-password-in-the-wrong-box", "x")

    assert uow.lines[-1]["actor"] == "(unknown)"
    assert "my-password" not in str(uow.lines)


def test_a_new_password_is_hashed_and_recorded(uow):
    set_password(
        uow, FakePasswords(), username="alice", password="correct horse", actor="(cli:root)"
    )

    assert uow.hash_set == ("alice", "hash of correct horse")
    assert [why for _, why in uow.ended] == ["password"]
    assert uow.lines == [
        {"event": "password_set", "actor": "(cli:root)", "subject": "person:alice",
         "project_id": None, "details": {}}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("username", "password", "error"),
    [("alice", "short", WeakPassword), ("alice", "x" * 2000, WeakPassword),
     ("nobody", "correct horse", NotFound)],
)  # fmt: skip
def test_a_password_that_cannot_be_set(uow, username, password, error):
    with pytest.raises(error):
        set_password(uow, FakePasswords(), username=username, password=password, actor="(x)")

    assert uow.commits == 0


def test_argon2id_is_what_hashes():
    passwords = Argon2Passwords()

    hashed = passwords.hash("correct horse")

    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(hashed, "correct horse")
    assert not passwords.matches(hashed, "correct horsf")


def test_nothing_matches_where_there_is_no_hash_or_a_broken_one():
    passwords = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))

    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.matches("not a hash", "x")
