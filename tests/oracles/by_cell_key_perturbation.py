"""Run in an environment with the ONS package: records and a p-table in, perturbed counts out."""

import json
import sys
from contextlib import redirect_stdout

import pandas as pd
from cell_key_perturbation.create_perturbed_table import create_perturbed_table

asked = json.load(sys.stdin)
data = pd.DataFrame(asked["records"])
table = pd.DataFrame(asked["p_table"], columns=["pcv", "ckey", "pvalue"])
# It says on standard output that it has looked at its inputs.
with redirect_stdout(sys.stderr):
    found = create_perturbed_table(
        data=data, ptable=table, geog=[], tab_vars=asked["by"], record_key="key", threshold=0
    )
columns = [*asked["by"], "pre_sdc_count", "ckey", "count"]
json.dump(found[columns].astype(object).to_numpy().tolist(), sys.stdout, default=int)
