"""Who asks by the API, and what the use cases are given on their behalf."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from output_checker.application.ports import Clock, UnitOfWork
from output_checker.domain.actor import Actor
from output_checker.web.shell import CurrentShell, Shell


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Attributes: `work` begins a transaction whose ledger lines name the token, if any."""

    actor: Actor
    work: Callable[[], UnitOfWork]
    shell: Shell

    @property
    def clock(self) -> Clock:
        return self.shell.clock


def _caller(request: Request, shell: CurrentShell) -> Caller:
    return Caller(actor=shell.actor(request), work=shell.work_of(request), shell=shell)


CurrentCaller = Annotated[Caller, Depends(_caller)]
