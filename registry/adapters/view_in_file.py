"""How a file writes a view: its columns, which rows, and what share of them."""

from typing import Annotated, Self

from pydantic import AllowInfNan, Field, StrictBool, StrictFloat, StrictInt, StrictStr
from pydantic import model_validator as model_rule

from registry.adapters.fields import FileModel, Line
from registry.adapters.transform_in_file import TransformInFile
from registry.domain.view_spec import KEEP, Comparison, Condition, ViewColumn, ViewSpec

_Value = StrictBool | StrictInt | Annotated[StrictFloat, AllowInfNan(False)] | StrictStr


class _Column(FileModel):
    name: Line | None = None
    source: Line
    transform: TransformInFile = KEEP


class _Condition(FileModel):
    source: Line
    in_: tuple[_Value, ...] | None = Field(default=None, alias="in")
    not_in: tuple[_Value, ...] | None = None
    at_least: _Value | None = None
    below: _Value | None = None

    @model_rule(mode="after")
    def _says_one_thing(self) -> Self:
        if len(self._said()) != 1:
            raise ValueError("must say one of in, not_in, at_least and below")
        return self

    def _said(self) -> dict[Comparison, tuple[str | float | bool, ...]]:
        lists = {Comparison.IN: self.in_, Comparison.NOT_IN: self.not_in}
        ends = {Comparison.AT_LEAST: self.at_least, Comparison.BELOW: self.below}
        said = {kind: values for kind, values in lists.items() if values is not None}
        return said | {kind: (value,) for kind, value in ends.items() if value is not None}

    def condition(self) -> Condition:
        ((comparison, values),) = self._said().items()
        return Condition(source=self.source, comparison=comparison, values=values)


class ViewPart(FileModel):
    """A view as a file has it; a column is called as in the dataset where it has no name."""

    columns: tuple[_Column, ...] = Field(min_length=1)
    where: tuple[_Condition, ...] = ()
    sample: Annotated[float, Field(gt=0, le=1)] = 1.0

    def view(self) -> ViewSpec:
        return ViewSpec(
            columns=tuple(
                ViewColumn(name=one.name or one.source, source=one.source, transform=one.transform)
                for one in self.columns
            ),
            where=tuple(one.condition() for one in self.where),
            sample=self.sample,
        )
