"""Write the picture of the way in: `python -m output_checker.adapters.draw_ingress [FILE]`."""

import sys
from pathlib import Path

from output_checker.domain.ingress_diagram import as_markdown

DEFAULT = Path(__file__).parents[2] / "docs" / "reference" / "ingress-states.md"


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(as_markdown())


if __name__ == "__main__":
    main()
