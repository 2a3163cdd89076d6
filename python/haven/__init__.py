"""Check tables in a notebook by the rules that decide about their release, and ask for it.

import haven

people = haven.data("labour-market")  # the data in a workspace, rows of nobody elsewhere

table = haven.check(people, by=["age_band", "sex"], values="earnings", aggregate="mean")
table                      # the table with its findings, beneath the cell
table.save("/outputs/earnings.csv")

versions = haven.fix(people, by=["age_band", "sex"], values="earnings", aggregate="mean")
versions                   # what would pass instead, and what each loses
versions[0].save("/outputs/earnings.csv")

haven.submit({"earnings.csv": versions[0]}, context="What it shows", controls="What was done")
haven.status()
"""

from haven.answers import Requests, Submission
from haven.checking import CheckedTable, check, check_table
from haven.fixing import Versions, fix
from haven.loading import NoSuchData, data, datasets
from haven.magics import load_ipython_extension
from haven.submitting import status, submit, withdraw
from portal.cli.mailbox import NoAnswer, WrongRequest

__all__ = [
    "CheckedTable",
    "NoAnswer",
    "NoSuchData",
    "Requests",
    "Submission",
    "Versions",
    "WrongRequest",
    "check",
    "check_table",
    "data",
    "datasets",
    "fix",
    "load_ipython_extension",
    "status",
    "submit",
    "withdraw",
]
