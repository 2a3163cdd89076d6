"""Every check of `haven doctor`, and the page that lists them."""

from infra.doctor import data_checks, engine_checks, hub_checks, place_checks, service_checks
from infra.doctor.check import Check, Weight

CHECKS: tuple[Check, ...] = (
    *engine_checks.CHECKS,
    *place_checks.CHECKS,
    *service_checks.CHECKS,
    *hub_checks.CHECKS,
    *data_checks.CHECKS,
)

# `haven up` tries these on its way: one needs the workspaces' image, the other the worker.
LATER = ("E10", "D3")

WORDS = {
    Weight.PROMISE: "a promise is void",
    Weight.FAULT: "to be mended",
    Weight.ADVICE: "advice",
}


def as_markdown() -> str:
    """The page `docs/reference/doctor.md`."""
    lines = [
        "# What `haven doctor` looks at",
        "",
        "Written from `CHECKS` in `infra/doctor/` by `python -m infra.doctor.catalogue`; a test",
        "fails when the two differ. `haven up` refuses to start, with exit status 3, on those that",
        "are marked *refuses*; E10 is tried once the images are built, and D3 after the worker has",
        "started and before the proxy lets anybody in.",
        "",
        "| | looks at | when it fails | what it means | how to mend it |",
        "|---|---|---|---|---|",
    ]
    for check in CHECKS:
        refuses = check.weight is Weight.PROMISE and (check.before_start or check.check_id in LATER)
        weight = WORDS[check.weight] + (", *refuses*" if refuses else "")
        lines.append(
            f"| {check.check_id} | {check.title} | {weight} | {check.means} | {check.mend} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(as_markdown())
