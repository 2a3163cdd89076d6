"""A researcher's description of an output that is no table of statistics."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.spec import (
    CorrelationSpec,
    HistogramSpec,
    ModelSpec,
    RatioSpec,
    SessionSpec,
    Study,
    SurvivalSpec,
    TestSpec,
)
from output_checker.disclosure.spec_fields import Fields

_MODELS: Final = ("ols", "logit", "probit")
_MOST_BINS: Final = 10_000


def _model(document: Mapping[str, Any]) -> ModelSpec:
    fields = Fields(document, ("formula", "model", "where"))
    model = fields.name("model") or "ols"
    if model not in _MODELS:
        raise BadSpec(f"spec: model must be one of {', '.join(_MODELS)}")
    return ModelSpec(formula=fields.required("formula"), model=model, where=fields.mapping("where"))


def _survival(document: Mapping[str, Any]) -> SurvivalSpec:
    fields = Fields(document, ("time", "event", "group", "where"))
    return SurvivalSpec(
        time=fields.required("time"),
        event=fields.required("event"),
        group=fields.name("group"),
        where=fields.mapping("where"),
    )


def _histogram(document: Mapping[str, Any]) -> HistogramSpec:
    fields = Fields(document, ("values", "bins", "where"))
    bins = document.get("bins", 10)
    if isinstance(bins, list):
        edges = fields.numbers("bins")
        if sorted(set(edges)) != list(edges) or len(edges) < 2:  # noqa: PLR2004 - a bin has two
            raise BadSpec("spec: bins must be two or more edges in ascending order")
        return HistogramSpec(
            values=fields.required("values"), edges=edges, where=fields.mapping("where")
        )
    if isinstance(bins, bool) or not isinstance(bins, int) or not 1 <= bins <= _MOST_BINS:
        raise BadSpec("spec: bins must be a number of bins, or their edges")
    return HistogramSpec(values=fields.required("values"), bins=bins, where=fields.mapping("where"))


def _test(document: Mapping[str, Any]) -> TestSpec:
    fields = Fields(document, ("test", "variables", "where"))
    test, variables = fields.required("test"), fields.names("variables")
    if test not in ("chi2", "t") or len(variables) != 2:  # noqa: PLR2004 - a pair
        raise BadSpec("spec: test must be chi2 or t, of two variables")
    return TestSpec(
        test=test, variables=(variables[0], variables[1]), where=fields.mapping("where")
    )


def _correlation(document: Mapping[str, Any]) -> CorrelationSpec:
    fields = Fields(document, ("variables", "where"))
    variables = fields.names("variables")
    if len(set(variables)) != len(variables) or len(variables) < 2:  # noqa: PLR2004 - a pair
        raise BadSpec("spec: variables must name two or more columns")
    return CorrelationSpec(
        variables=variables,
        is_factors=document["kind"] == "factors",
        where=fields.mapping("where"),
    )


def _ratio(document: Mapping[str, Any]) -> RatioSpec:
    fields = Fields(document, ("ratio", "exposure", "outcome", "where"))
    ratio = fields.required("ratio")
    if ratio not in ("odds", "risk"):
        raise BadSpec("spec: ratio must be odds or risk")
    return RatioSpec(
        ratio=ratio,
        exposure=fields.required("exposure"),
        outcome=fields.required("outcome"),
        where=fields.mapping("where"),
    )


def _session(document: Mapping[str, Any]) -> SessionSpec:
    keys = ("type", "method", "dependent", "independent", "mitigation", "status", "unsafe_count")
    fields = Fields(document, keys)
    unsafe = fields.number("unsafe_count")
    return SessionSpec(
        kind=fields.name("type") or "",
        method=fields.name("method") or "",
        dependent=fields.name("dependent"),
        independent=fields.names("independent"),
        mitigation=fields.name("mitigation") or "",
        status=fields.name("status") or "",
        unsafe_count=None if unsafe is None else int(unsafe),
    )


STUDIES: Final[Mapping[str, Callable[[Mapping[str, Any]], Study | SessionSpec]]] = {
    "regression": _model,
    "survival": _survival,
    "histogram": _histogram,
    "test": _test,
    "correlation": _correlation,
    "factors": _correlation,
    "ratio": _ratio,
    "acro": _session,
}
