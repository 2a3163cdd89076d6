"""Check tables in a notebook by the rules that decide about their release.

import haven

table = haven.check(people, by=["age_band", "sex"], values="earnings", aggregate="mean")
table                      # the table with its findings, beneath the cell
table.save("/outputs/earnings.csv")
"""

from haven.checking import CheckedTable, check

__all__ = ["CheckedTable", "check"]
