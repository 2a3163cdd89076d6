"""Brings the database to this version's shape; run once at each start, as the tables' owner."""

import os
from pathlib import Path

from alembic import command
from alembic.config import Config

HISTORY = Path(__file__).resolve().parent / "database" / "alembic.ini"


def main() -> None:
    folder = Path(os.environ.get("HAVEN_SECRETS_DIR", "/run/secrets"))
    os.environ["HAVEN_DATABASE_URL"] = (folder / "haven_database_url").read_text().strip()
    command.upgrade(Config(str(HISTORY)), "head")


if __name__ == "__main__":
    main()
