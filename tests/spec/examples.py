"""What each rule says of a small example; docs/reference/rules.md is written from these.

Policies here ask for three units and three degrees of freedom, so that examples stay small.
`breaks` names the cells that the rule flags, as `label, label`; `whole` for the whole file, ""
for none.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Example:
    """`source` is one line a kind of row: how many times, and the row."""

    rule: str
    says: str
    source: str
    output: str
    spec: dict[str, Any] = field(default_factory=lambda: {"rows": ["region"]})
    policy: dict[str, Any] = field(default_factory=dict)
    breaks: tuple[str, ...] = ()
    owner: str | None = None
    holding: str | None = None
    zeros: tuple[dict[str, str], ...] = ()
    bounds: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)


PAY = {"rows": ["region"], "values": "pay"}
SUM = {**PAY, "aggregate": "sum"}
GRID = {"rows": ["region", "sex"]}

EXAMPLES = (
    Example(
        rule="threshold", says="Two people are too few, three are enough.",
        source="region\n3 north\n2 south", output="region,n\nnorth,3\nsouth,2", breaks=("south",),
    ),
    Example(
        rule="threshold", says="Who has no value does not count.",
        source="region,pay\n2 north,5\n4 north,", output="region,mean\nnorth,5",
        spec={**PAY, "aggregate": "mean"}, breaks=("north",),
    ),
    Example(
        rule="threshold", says="Counts rounded to the middle of bands show no small one.",
        source="region\n2 north\n8 south", output="region,n\nnorth,3\nsouth,9",
        policy={"rounding": "midpoint6"},
    ),
    Example(
        rule="threshold", says="A mark says no more than that there are too few.",
        source="region\n1 north\n1 south\n3 east", output="region,n\nnorth,<2\nsouth,<3\neast,3",
        breaks=("north",),
    ),
    Example(
        rule="threshold", says="Repeated records of one person count once.",
        source="region,who\n6 north,a\n1 south,b\n1 south,c\n1 south,d",
        output="region,n\nnorth,6\nsouth,3", owner="who", breaks=("north",),
    ),
    Example(
        rule="holding", says="Three shops of one firm are one contributor.",
        source="region,shop,firm\n1 north,a,x\n1 north,b,x\n1 north,c,x\n1 south,d,x\n1 south,e,y\n"
        "1 south,f,z",
        output="region,n\nnorth,3\nsouth,3", owner="shop", holding="firm", breaks=("north",),
    ),
    Example(
        rule="parts", says="The sum of a variable of 0 and 1 is a count of those with a 1.",
        source="region,ill\n2 north,1\n8 north,0\n4 south,1\n4 south,0",
        output="region,sum\nnorth,2\nsouth,4",
        spec={"rows": ["region"], "values": "ill", "aggregate": "sum"}, breaks=("north",),
    ),
    Example(
        rule="parts", says="A share of nearly everybody tells of those who are left.",
        source="region,ill\n8 north,1\n2 north,0\n4 south,1\n4 south,0",
        output="region,mean\nnorth,0.8\nsouth,0.5",
        spec={"rows": ["region"], "values": "ill", "aggregate": "mean"}, breaks=("north",),
    ),
    Example(
        rule="parts", says="A share of a small group fails, whatever is above the line.",
        source="region,sex\n2 north,f\n9 south,f\n9 south,m",
        output="region,sex,share\nnorth,f,1.0\nsouth,f,0.5\nsouth,m,0.5",
        spec={**GRID, "aggregate": "share", "of": "row", "rows": ["region"], "columns": ["sex"]},
        breaks=("north, f",),
    ),
    Example(
        rule="zero", says="An empty cell tells that nobody is in it, printed or left out.",
        source="region,sex\n3 north,f\n3 north,m\n3 south,f",
        output="region,sex,n\nnorth,f,3\nnorth,m,3\nsouth,f,3", spec=GRID, breaks=("south, m",),
    ),
    Example(
        rule="zero", says="A combination that nobody can have tells nothing.",
        source="sex,pregnant\n3 f,yes\n3 f,no\n3 m,no",
        output="sex,pregnant,n\nf,yes,3\nf,no,3\nm,yes,0\nm,no,3",
        spec={"rows": ["sex", "pregnant"]}, zeros=({"sex": "m", "pregnant": "yes"},),
    ),
    Example(
        rule="dominance", says="Two hold 95 of 100; in the south, 88 of 100.",
        source="region,pay\n1 north,60\n1 north,35\n1 north,5\n1 south,60\n1 south,28\n1 south,12",
        output="region,sum\nnorth,100\nsouth,100", spec=SUM, breaks=("north",),
    ),
    Example(
        rule="dominance", says="A loss is a contribution too.",
        source="region,pay\n1 north,-90\n1 north,30\n1 north,5",
        output="region,sum\nnorth,-55", spec=SUM, breaks=("north",),
    ),
    Example(
        rule="weighted-dominance", says="Contributions are held against the weighted total.",
        source="region,pay,w\n1 north,90,1\n1 north,9,1\n1 north,1,1\n1 south,90,2\n1 south,9,8\n"
        "1 south,1,1",
        output="region,sum\nnorth,100\nsouth,253", spec={**SUM, "weight": "w"}, breaks=("north",),
    ),
    Example(
        rule="weighted-dominance", says="Or a contribution counts as often as its weight.",
        source="region,pay,w\n1 north,90,2\n1 north,10,1\n1 south,80,2\n1 south,20,1",
        output="region,sum\nnorth,190\nsouth,180", spec={**SUM, "weight": "w"},
        policy={"weighting": "replicate"}, breaks=("north",),
    ),
    Example(
        rule="p-percent", says="The second knows the first to within 5 of 60; 8 are enough.",
        source="region,pay\n1 north,60\n1 north,35\n1 north,5\n1 south,60\n1 south,32\n1 south,8",
        output="region,sum\nnorth,100\nsouth,100", spec=SUM, breaks=("north",),
    ),
    Example(
        rule="p-q", says="Where all know each other to within 50 %, more must be left.",
        source="region,pay\n1 north,60\n1 north,30\n1 north,10\n1 south,60\n1 south,26\n1 south,14",
        output="region,sum\nnorth,100\nsouth,100", spec=SUM, policy={"prior_percent": 50},
        breaks=("north",),
    ),
    Example(
        rule="request", says="No unit may hold more than 70 % where that is asked for.",
        source="region,pay\n1 north,71\n1 north,15\n1 north,14\n1 south,70\n1 south,15\n1 south,15",
        output="region,sum\nnorth,100\nsouth,100", spec=SUM, policy={"largest_share": 0.7},
        breaks=("north",),
    ),
    Example(
        rule="all-same", says="The mean of one value is the value of each.",
        source="region,pay\n5 north,7\n4 south,7\n1 south,8",
        output="region,mean\nnorth,7\nsouth,7.2", spec={**PAY, "aggregate": "mean"},
        breaks=("north",),
    ),
    Example(
        rule="missing", says="Where a policy asks, most records must have a value.",
        source="region,pay\n3 north,5\n1 north,6\n5 north,\n3 south,5\n1 south,6\n4 south,",
        output="region,mean\nnorth,5.25\nsouth,5.25", spec={**PAY, "aggregate": "mean"},
        policy={"missing_share": 0.5}, breaks=("north",),
    ),
    Example(
        rule="quantile", says="One of four lies beyond an upper quartile, two of eight do.",
        source="region,pay\n1 north,1\n1 north,2\n1 north,3\n1 north,4\n1 south,1\n1 south,2\n"
        "1 south,3\n1 south,4\n1 south,5\n1 south,6\n1 south,7\n1 south,8",
        output="region,p75\nnorth,3.25\nsouth,6.25", spec={**PAY, "aggregate": "p75"},
        breaks=("north",),
    ),
    Example(
        rule="endpoint", says="A maximum is somebody's, unless enough share it.",
        source="region,pay\n1 north,9\n3 north,1\n3 south,9\n1 south,1",
        output="region,max\nnorth,9\nsouth,9", spec={**PAY, "aggregate": "max"},
        breaks=("north",),
    ),
    Example(
        rule="endpoint", says="A bound that the dataset declares is nobody's.",
        source="region,age\n1 north,16\n5 north,40", output="region,min\nnorth,16",
        spec={"rows": ["region"], "values": "age", "aggregate": "min"}, bounds={"age": (16, None)},
    ),
    Example(
        rule="mode", says="A mode that two have, where three are asked for.",
        source="region,pay\n2 north,9\n1 north,1\n1 north,2\n3 south,9\n1 south,1",
        output="region,mode\nnorth,9\nsouth,9", spec={**PAY, "aggregate": "mode"},
        policy={"mode_units": 3}, breaks=("north",),
    ),
    Example(
        rule="dof", says="Three people leave two degrees of freedom.",
        source="region,pay\n1 north,1\n1 north,2\n1 north,3\n1 south,1\n1 south,2\n1 south,3\n"
        "1 south,4",
        output="region,std\nnorth,1\nsouth,1.29", spec={**PAY, "aggregate": "std"},
        breaks=("north",),
    ),
    Example(
        rule="gini", says="Of two, it gives the share of each.",
        source="region,pay\n1 north,1\n1 north,3\n1 south,1\n1 south,2\n1 south,3",
        output="region,gini\nnorth,0.25\nsouth,0.22", spec={**PAY, "aggregate": "gini"},
        breaks=("north",),
    ),
    Example(
        rule="top-share", says="The share of two is what dominance protects.",
        source="region,pay\n1 north,1\n1 north,2\n1 north,3\n1 north,4",
        output="region,cr2\nnorth,0.7", spec={**PAY, "aggregate": "cr2"}, breaks=("north",),
    ),
    Example(
        rule="top-share", says="The share of three is of as many as the threshold asks.",
        source="region,pay\n1 north,1\n1 north,2\n1 north,3\n1 north,4\n2 north,5",
        output="region,cr3\nnorth,0.7", spec={**PAY, "aggregate": "cr3"},
    ),
    Example(
        rule="top-share", says="The share of all but one is that one's.",
        source="region,pay\n1 north,1\n1 north,2\n1 north,3\n1 north,4",
        output="region,cr3\nnorth,0.9", spec={**PAY, "aggregate": "cr3"}, breaks=("north",),
    ),
    Example(
        rule="parts", says="A mean of any two values tells how many have the one.",
        source="region,died\n2 north,2\n5 north,1\n4 south,2\n4 south,1",
        output="region,mean\nnorth,1.285714\nsouth,1.5",
        spec={"rows": ["region"], "values": "died", "aggregate": "mean"}, breaks=("north",),
    ),
    Example(
        rule="parts", says="So does how far they are spread.",
        source="region,died\n2 north,1\n5 north,0\n4 south,1\n4 south,0",
        output="region,std\nnorth,0.48795\nsouth,0.534522",
        spec={"rows": ["region"], "values": "died", "aggregate": "std"}, breaks=("north",),
    ),
    Example(
        rule="class", says="A share of all says so alone, where empty cells may not be shown.",
        source="region,sex\n4 north,f\n3 south,f\n3 south,m",
        output="region,sex,share\nnorth,f,1.0\nsouth,f,0.5\nsouth,m,0.5",
        spec={"rows": ["region", "sex"], "aggregate": "share", "of": ["region"]},
        breaks=("north, f",),
    ),
    Example(
        rule="all-same", says="One different value is the value of everybody.",
        source="region,died\n4 north,0\n3 south,0\n3 south,1",
        output="region,nunique\nnorth,1\nsouth,2",
        spec={"rows": ["region"], "values": "died", "aggregate": "nunique"}, breaks=("north",),
    ),
    Example(
        rule="rounding", says="A sum of 0 and 1 is a count.",
        source="region,died\n7 north,1\n6 north,0\n5 south,1\n5 south,0",
        output="region,sum\nnorth,7\nsouth,5", policy={"rounding": ["5"]},
        spec={"rows": ["region"], "values": "died", "aggregate": "sum"}, breaks=("north",),
    ),
    Example(
        rule="concentration", says="Near 1, the index is the square of the largest share.",
        source="region,pay\n1 north,95\n1 north,3\n1 north,2\n1 south,40\n1 south,30\n1 south,30",
        output="region,hhi\nnorth,0.9038\nsouth,0.34", spec={**PAY, "aggregate": "hhi"},
        breaks=("north",),
    ),
    Example(
        rule="rounding", says="Each count must be rounded, where a policy asks.",
        source="region\n12 north\n17 south", output="region,n\nnorth,10\nsouth,17",
        policy={"rounding": "5"}, breaks=("south",),
    ),
    Example(
        rule="rounding", says="A share of counts that were not rounded undoes the rounding.",
        source="region,sex\n12 north,f\n17 north,m",
        output="region,sex,share\nnorth,f,0.4138\nnorth,m,0.5",
        spec={"rows": ["region"], "columns": ["sex"], "aggregate": "share", "of": "row"},
        policy={"rounding": "5"}, breaks=("north, f",),
    ),
    Example(
        rule="source-match", says="A number that the source does not give is for a person.",
        source="region\n4 north\n3 south", output="region,n\nnorth,5\nsouth,3", breaks=("north",),
    ),
    Example(
        rule="class", says="All of a row in one cell, where a policy asks.",
        source="region,sex\n5 north,f\n3 south,f\n3 south,m\n3 east,f\n3 east,m",
        output="region,sex,n\nnorth,f,5\nnorth,m,0\nsouth,f,3\nsouth,m,3\neast,f,3\n"
        "east,m,3", spec=GRID,
        policy={"zeros_disclosive": False, "class_share": 1.0}, breaks=("north, f",),
    ),
    Example(
        rule="margin", says="A total less what is shown gives back what is hidden.",
        source="region\n4 north\n2 south\n5 east",
        output="region,n\nnorth,4\nsouth,*\neast,5\nAll,11", breaks=("south",),
    ),
    Example(
        rule="margin", says="Two hidden cells do not give back each other.",
        source="region\n4 north\n2 south\n5 east",
        output="region,n\nnorth,*\nsouth,*\neast,5\nAll,11",
    ),
    Example(
        rule="margin", says="A total also gives back the one label that is left out.",
        source="region\n4 north\n2 south\n5 east",
        output="region,n\nnorth,4\neast,5\nAll,11", breaks=("(left out)",),
    ),
    Example(
        rule="margin", says="Shares of one whole add up to it, with or without a total.",
        source="region,sex\n4 north,f\n2 north,m\n4 south,f\n4 south,m",
        output="region,sex,share\nnorth,f,66.7\nnorth,m,*\nsouth,f,50\nsouth,m,50",
        spec={**GRID, "rows": ["region"], "columns": ["sex"], "aggregate": "share", "of": "row"},
        breaks=("north, m",),
    ),
    Example(
        rule="margin", says="Means beside their counts are sums.",
        source="region,pay\n1 north,90\n1 north,8\n1 north,2\n3 south,5\n1 south,6",
        output="region,n,mean\nnorth,3,*\nsouth,4,5.25\nAll,7,17.2857",
        spec={**PAY, "aggregate": "mean"}, breaks=("north",),
    ),
    Example(
        rule="residual-dof", says="Five records and two coefficients leave three; four leave two.",
        source="y,x\n1 1,1\n1 2,3\n1 3,2\n1 4,5",
        output="term,coef\nIntercept,0.5714\nx,0.7429",
        spec={"kind": "regression", "formula": "y ~ x"}, breaks=("whole",),
    ),
    Example(
        rule="residual-dof", says="With five records three are left, which is enough here.",
        source="y,x\n1 1,1\n1 2,3\n1 3,2\n1 4,5\n1 5.5,4",
        output="term,coef\nIntercept,0.1\nx,1.0",
        spec={"kind": "regression", "formula": "y ~ x"},
    ),
    Example(
        rule="saturated", says="A model of one category is a table of means.",
        source="grp,y\n1 a,1\n1 a,2\n1 b,3\n1 b,5\n1 b,7\n1 b,9",
        output="term,coef\nC(grp)[a],1.5\nC(grp)[b],6",
        spec={"kind": "regression", "formula": "y ~ C(grp) - 1"}, breaks=("a",),
    ),
    Example(
        rule="dummy-support", says="A coefficient that rests on two people.",
        source="rare,x,y\n1 1,1,2\n1 1,2,4\n1 0,1,1\n1 0,2,2\n1 0,3,4\n1 0,4,3\n1 0,5,6",
        output="term,coef\nIntercept,-0.0429\nrare,1.3286\nx,1.0857".replace("-0.0429", "*"),
        spec={"kind": "regression", "formula": "y ~ rare + x"}, breaks=("one of two values",),
    ),
    Example(
        rule="perfect-fit", says="Nothing is left, so the fitted values are the data.",
        source="y,x\n1 0,0\n1 2,1\n1 4,2\n1 6,3\n1 8,4\n1 10,5",
        output="term,coef\nIntercept,0\nx,2",
        spec={"kind": "regression", "formula": "y ~ x"}, breaks=("whole",),
    ),
    Example(
        rule="perfect-fit", says="A logit whose outcome follows from the regressor.",
        source="y,x\n1 0,1\n1 0,2\n1 0,3\n1 0,4\n1 1,5\n1 1,6\n1 1,7\n1 1,8",
        output="term,coef\nIntercept,*\nx,*",
        spec={"kind": "regression", "formula": "y ~ x", "model": "logit"}, breaks=("whole",),
    ),
    Example(
        rule="record-vectors", says="Residuals are a number for each record.",
        source="y,x\n1 1,1\n1 2,3\n1 3,2\n1 4,5\n1 5.5,4\n1 7,6",
        output="row,resid\n1,*\n2,*\n3,*\n4,*\n5,*\n6,*",
        spec={"kind": "regression", "formula": "y ~ x"}, breaks=("whole",),
    ),
    Example(
        rule="survival-step", says="Two leave before the next time; two are left at the last.",
        source="t,e\n4 1,1\n2 2,1\n4 3,0\n2 4,1",
        output="time,at risk,events\n1,12,4\n2,8,2\n3,6,0\n4,2,2",
        spec={"kind": "survival", "time": "t", "event": "e"}, breaks=("2", "4"),
    ),
    Example(
        rule="survival-step", says="Fewer times printed, and an earlier end.",
        source="t,e\n4 1,1\n2 2,1\n4 3,0\n2 4,1",
        output="time,at risk,events\n1,12,4\n3,6,0",
        spec={"kind": "survival", "time": "t", "event": "e"},
    ),
    Example(
        rule="comparison", says="One of the four cells has two people.",
        source="exposed,ill\n2 1,1\n8 1,0\n4 0,1\n6 0,0", output="name,value\nodds ratio,0.375",
        spec={"kind": "ratio", "ratio": "odds", "exposure": "exposed", "outcome": "ill"},
        breaks=("whole",),
    ),
    Example(
        rule="comparison", says="All four have enough.",
        source="exposed,ill\n5 1,1\n5 1,0\n4 0,1\n8 0,0", output="name,value\nodds ratio,2.0",
        spec={"kind": "ratio", "ratio": "odds", "exposure": "exposed", "outcome": "ill"},
    ),
    Example(
        rule="correlation", says="Four people leave two degrees of freedom.",
        source="x,y\n1 1,1\n1 2,4\n1 3,2\n1 4,3", output="name,x,y\nx,1,0.4\ny,0.4,1",
        spec={"kind": "correlation", "variables": ["x", "y"]}, breaks=("x, y",),
    ),
    Example(
        rule="correlation", says="Five leave three.",
        source="x,y\n1 1,1\n1 2,4\n1 3,2\n1 4,3\n1 5,5", output="name,x,y\nx,1,0.7\ny,0.7,1",
        spec={"kind": "correlation", "variables": ["x", "y"]},
    ),
    Example(
        rule="test", says="A statistic of a table with a small cell gives the cell back.",
        source="exposed,ill\n2 1,1\n8 1,0\n4 0,1\n6 0,0", output="name,value\nchi2,0.9524",
        spec={"kind": "test", "test": "chi2", "variables": ["exposed", "ill"]},
        breaks=("a category that the file does not name, a category that the file does not name",),
    ),
    Example(
        rule="test", says="Two groups, each large enough.",
        source="g,v\n1 a,1\n1 a,2\n1 a,3\n1 b,2\n1 b,4\n1 b,6", output="name,value\nt,-1.549",
        spec={"kind": "test", "test": "t", "variables": ["v", "g"]},
    ),
    Example(
        rule="factors", says="Scores are a number for each record.",
        source="x,y\n1 1,1\n1 2,4\n1 3,2\n1 4,3\n1 5,5\n1 6,1\n1 7,2\n1 8,3",
        output="row,score\n" + "\n".join(f"{at},*" for at in range(8)),
        spec={"kind": "factors", "variables": ["x", "y"]}, breaks=("whole",),
    ),
    Example(
        rule="histogram-bin", says="The last bar has two people; its edge is no one's value.",
        source="v\n4 0.5\n3 1.5\n2 2.5", output="bin,count\n1,4\n2,3\n3,2",
        spec={"kind": "histogram", "values": "v", "bins": [0, 1, 2, 3]},
        breaks=("bin 3 of 3, [..]",),
    ),
    Example(
        rule="histogram-bin", says="The last bar holds its upper edge.",
        source="v\n4 0.5\n3 1.5\n2 2.5\n1 3", output="bin,count\n1,4\n2,3\n3,3",
        spec={"kind": "histogram", "values": "v", "bins": [0, 1, 2, 3]},
        breaks=("bin 3 of 3, [..]",),
    ),
    Example(
        rule="histogram-bin", says="Edges of one's own show nobody's value.",
        source="v\n4 0.5\n3 1.5\n2 2.5\n1 3", output="bin,count\n1,4\n2,3\n3,3",
        spec={"kind": "histogram", "values": "v", "bins": [0, 1, 2, 3.5]},
    ),
)  # fmt: skip
