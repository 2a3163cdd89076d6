"""Write who may do what: `python -m portal.draw_roles [FILE]`."""

import sys
from pathlib import Path

from portal.who_may import as_markdown

DEFAULT = Path(__file__).parents[1] / "docs" / "reference" / "roles.md"


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(as_markdown())


if __name__ == "__main__":
    main()
