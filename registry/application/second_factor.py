"""Set up a second factor, prove it, replace its recovery codes, reset it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from registry.application.sign_in_limit import MAX_FAILURES, TOO_MANY, WINDOW
from registry.application.sign_in_ports import Codes, SignInParts, SignInUnitOfWork
from registry.domain.errors import NotFound, NotValid, TooManyAttempts, WrongCode
from registry.domain.second_factor import SecondFactor, new_recovery_codes, recovery_hash


class Proof(StrEnum):
    """What a typed code turned out to be."""

    TOTP = "totp"
    RECOVERY = "recovery"
    REPLAYED = "replayed"
    WRONG = "wrong"

    @property
    def is_good(self) -> bool:
        return self in (Proof.TOTP, Proof.RECOVERY)


def begin_setup(parts: SignInParts, *, username: str) -> SecondFactor:
    """Make a secret for somebody who has none yet; asked for again, the same for 15 minutes.

    Raises:
        NotValid: There is one already; an admin can reset it.
    """
    now, uow = parts.clock.now(), parts.unit_of_work()
    with uow:
        there = uow.second_factors.hold(username)
        if there is not None and there.confirmed_at is not None:
            raise NotValid("You have a second factor already.")
        if there is not None and there.is_pending(now):
            return there
        factor = SecondFactor(
            username=username, sealed=parts.codes.new_sealed(username), begun_at=now
        )
        uow.second_factors.save(factor)
        _record(uow, "second_factor_begun", username)
        uow.commit()
    return factor


def confirm(parts: SignInParts, *, username: str, code: str, session: str) -> Sequence[str]:
    """Finish the set-up with a first right code; every other session of the person ends.

    Args:
        session: Hash of the portal session that goes on.

    Returns:
        The recovery codes, which are nowhere else.

    Raises:
        NotValid: No set-up is under way.
        WrongCode, TooManyAttempts: The code is not right.
    """
    reserve(parts, username)
    now, uow = parts.clock.now(), parts.unit_of_work()
    with uow:
        factor = uow.second_factors.hold(username)
        if factor is None or not factor.is_pending(now):
            raise NotValid("That took too long, or is done already. Begin again.")
        step = parts.codes.step(factor, code, now)
        if step is None:
            _record(uow, "second_factor_refused", username, why=Proof.WRONG.value)
            uow.commit()
            raise WrongCode("The code is wrong. Type the one that the app shows now.")
        done = replace(factor, confirmed_at=now, last_step=step, used_at=now)
        uow.second_factors.save(done)
        fresh = _renew(uow, username)
        uow.sign_ins.end_all(username, why="second_factor", but=session)
        _record(uow, "second_factor_set_up", username)
        uow.attempts.forget(attempt_name(username))
        uow.commit()
    return fresh


def prove(uow: SignInUnitOfWork, codes: Codes, *, username: str, code: str, now: datetime) -> Proof:
    """Hold a code against the person's factor, in the caller's transaction; uses it up."""
    factor = uow.second_factors.hold(username)
    if factor is None or factor.confirmed_at is None:
        return Proof.WRONG
    step = codes.step(factor, code, now)
    if step is not None:
        if not factor.accepts(step):
            return Proof.REPLAYED
        uow.second_factors.save(replace(factor, last_step=step, used_at=now))
        return Proof.TOTP
    if uow.second_factors.spend_recovery(username, recovery_hash(username, code), at=now):
        uow.second_factors.save(replace(factor, used_at=now))
        return Proof.RECOVERY
    return Proof.WRONG


def step_up(parts: SignInParts, *, username: str, code: str) -> datetime:
    """Prove it again in a session there is; returns the moment of the proof.

    Raises:
        WrongCode, TooManyAttempts: It is not right.
    """
    uow = _proven(parts, username, code)
    with uow:
        _record(uow, "second_factor_proved", username)
        uow.commit()
    return parts.clock.now()


def renew_recovery(parts: SignInParts, *, username: str, code: str) -> Sequence[str]:
    """New recovery codes instead of the old; needs a code.

    Raises:
        WrongCode, TooManyAttempts: It is not right.
    """
    uow = _proven(parts, username, code)
    with uow:
        fresh = _renew(uow, username)
        _record(uow, "recovery_codes_made", username)
        uow.commit()
    return fresh


def reset(uow: SignInUnitOfWork, *, username: str, actor: str) -> None:
    """Forget somebody's factor, so that they set one up anew; all their sessions end.

    Raises:
        NotFound: Nobody of that name has one.
    """
    with uow:
        if not uow.second_factors.delete(username):
            raise NotFound(f"{username} has no second factor, or is not registered")
        uow.sign_ins.end_all(username, why="second_factor")
        uow.record(
            event="second_factor_reset",
            actor=actor,
            subject=f"person:{username}",
            project_id=None,
            details={},
        )
        uow.commit()


def attempt_name(username: str) -> str:
    """Under which wrong codes of somebody signed in are counted, apart from sign-ins."""
    return f"code:{username}"


def reserve(parts: SignInParts, username: str) -> None:
    """Count an attempt as failed, before the code is looked at.

    Raises:
        TooManyAttempts: There were too many.
    """
    now, uow = parts.clock.now(), parts.unit_of_work()
    with uow:
        failures = uow.attempts.reserve(
            attempt_name(username), at=now, since=now - WINDOW, limit=MAX_FAILURES
        )
        uow.commit()
    if failures is None:
        raise TooManyAttempts(TOO_MANY)


def _proven(parts: SignInParts, username: str, code: str) -> SignInUnitOfWork:
    reserve(parts, username)
    uow = parts.unit_of_work()
    with uow:
        proof = prove(uow, parts.codes, username=username, code=code, now=parts.clock.now())
        if proof.is_good:
            uow.attempts.forget(attempt_name(username))
        else:
            _record(uow, "second_factor_refused", username, why=proof.value)
        uow.commit()
    if not proof.is_good:
        raise WrongCode(_WRONG[proof])
    return uow


_WRONG = {
    Proof.REPLAYED: "That code was used already. Wait for the next one.",
    Proof.WRONG: "The code is wrong. Type the one that the app shows now, or a recovery code.",
}


def _renew(uow: SignInUnitOfWork, username: str) -> Sequence[str]:
    fresh = new_recovery_codes()
    uow.second_factors.keep_recovery(username, {recovery_hash(username, one) for one in fresh})
    return fresh


def _record(uow: SignInUnitOfWork, event: str, username: str, **details: str) -> None:
    uow.record(
        event=event,
        actor=username,
        subject=f"person:{username}",
        project_id=None,
        details=details,
    )
