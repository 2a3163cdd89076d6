"""What a password must be to be set. Length does most of the work."""

from typing import Final

from registry.domain.errors import WeakPassword

MIN_LENGTH: Final = 12
# Hashing is slow on purpose; a megabyte of password must not make it slower.
MAX_LENGTH: Final = 1024


def accept_new(password: str, *, username: str) -> None:
    """Refuse a password that is too easy to guess.

    Raises:
        WeakPassword: The words say what it must be; they never repeat it.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise WeakPassword(f"must have {MIN_LENGTH} to {MAX_LENGTH} characters")
    if username in password.lower():
        raise WeakPassword("must not contain the username")
    if len(set(password)) < MIN_LENGTH // 2:
        raise WeakPassword("must not repeat a few characters only")
