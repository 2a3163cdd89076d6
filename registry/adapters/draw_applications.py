"""Write the states' picture: `python -m registry.adapters.draw_applications [FILE]`."""

import sys
from pathlib import Path

from registry.domain.applications.workflow_diagram import as_markdown

DEFAULT = Path(__file__).parents[2] / "docs" / "reference" / "application-states.md"


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(as_markdown())


if __name__ == "__main__":
    main()
