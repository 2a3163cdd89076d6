"""What goes wrong with applications, beside what goes wrong anywhere in the registry.

RegistryError
├── NotAllowed           403  you may see it, you may not do this
├── NotNow               409  there is no such step from here, or somebody has not agreed
│   └── ChangedMeanwhile      somebody else was faster
└── Incomplete           422  carries every problem with its place
"""

from collections.abc import Sequence

from registry.domain.errors import NotValid, Problem, RegistryError


class NotAllowed(RegistryError):
    code = "not_allowed"
    http_status = 403


class NotNow(RegistryError):
    code = "not_now"
    http_status = 409


class ChangedMeanwhile(NotNow):
    code = "changed_meanwhile"


class Incomplete(NotValid):
    code = "incomplete"

    def __init__(self, problems: Sequence[Problem]) -> None:
        places = "; ".join(str(one) for one in problems[:5])
        super().__init__(f"{len(problems)} problem(s): {places}")
        self.problems = tuple(problems)
