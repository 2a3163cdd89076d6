"""What a fitted model tells about the people that it was fitted to."""

from collections.abc import Iterator, Sequence
from typing import Final

from output_checker.disclosure.model import PREVIEW_ROWS, Finding, Verdict, whole
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Array, Model

# Classes that keep the rows they were fitted to, whole or chosen, because they predict from them.
_KEEPERS: Final = frozenset({
    "KNeighborsClassifier", "KNeighborsRegressor", "KNeighborsTransformer", "NearestNeighbors",
    "RadiusNeighborsClassifier", "RadiusNeighborsRegressor", "RadiusNeighborsTransformer",
    "KNNImputer", "LocalOutlierFactor", "KernelDensity", "SVC", "SVR", "NuSVC", "NuSVR",
    "OneClassSVM", "GaussianProcessClassifier", "GaussianProcessRegressor", "KernelRidge",
    "KernelPCA", "Isomap", "LocallyLinearEmbedding", "LabelPropagation", "LabelSpreading",
    "DBSCAN", "OPTICS", "HDBSCAN", "AffinityPropagation", "Nystroem",
    "NeighborhoodComponentsAnalysis", "KDTree", "KDTree32", "KDTree64", "cKDTree", "BallTree",
    "BallTree32", "BallTree64", "gaussian_kde", "RBFInterpolator", "IsotonicRegression",
    "SVMClassifier", "SVMRegressor", "KDEMultivariate", "KDEUnivariate", "KernelReg",
})  # fmt: skip
# Attributes that hold what a model was fitted to, or a number for each person.
_KEPT: Final = frozenset({
    "_fit_X", "X_fit_", "_X_fit", "X_train_", "X_", "_X", "support_vectors_", "training_data_",
    "endog", "exog", "wendog", "wexog", "pinv_wexog", "orig_endog", "orig_exog", "resid", "wresid",
    "fittedvalues", "embedding_", "X_thresholds_", "dataset",
})  # fmt: skip
_MEND: Final = "publish its coefficients as a table, or refit it as a model that keeps no rows"


def judge_model(model: Model, arrays: Sequence[Array], policy: Policy) -> Iterator[Finding]:
    """Rules M1-M3; a person looks at whatever they leave.

    Args:
        arrays: Of the same file, named by the attributes that hold them.
    """
    findings = [
        *_rows_kept(model, arrays),
        *_small_leaves(model, policy),
        *_few_degrees(model, policy),
    ]
    yield from findings
    if all(one.verdict is not Verdict.FAIL for one in findings):
        count = sum(len(one.rows) * len(one.rows[0]) for one in arrays if one.rows)
        leaves = f", every leaf of {policy.threshold} or more" if model.leaves else ""
        reason = f"this model holds {count} numbers{leaves}; a checker must look at what it is"
        yield whole("model", Verdict.REVIEW, reason, "publish its coefficients as a table")


def unseen_arrays(arrays: Sequence[Array]) -> Iterator[Finding]:
    """Of arrays that belong to no model: a person must look, and can at so many rows."""
    longest = max(len(one.rows) for one in arrays)
    mend = "publish a table with a spec that makes every number checkable"
    if longest > PREVIEW_ROWS:
        reason = f"a checker sees {PREVIEW_ROWS} rows, and no source explains the {longest} here"
        yield whole("unseen-rows", Verdict.FAIL, reason, mend)
    else:
        reason = f"{len(arrays)} arrays that no source can confirm; a checker must look at them"
        yield whole("array", Verdict.REVIEW, reason, mend)


def _rows_kept(model: Model, arrays: Sequence[Array]) -> Iterator[Finding]:
    lasts = dict.fromkeys(name.rpartition(".")[2] for name in model.names)
    keepers = [name for name in lasts if name in _KEEPERS]
    if keepers:
        reason = f"{', '.join(keepers)} keeps rows of the data that it was fitted to"
        yield whole("M1", Verdict.FAIL, reason, _MEND)
        return
    attributes = {
        word
        for array in arrays
        for path in array.name.split(", ")
        for word in path.split(".")[-1:]
        if len(array.rows) > 1
    }
    kept = sorted(attributes & _KEPT)
    if kept:
        reason = f"the model holds what it was fitted to, as {', '.join(kept)}"
        yield whole("M1", Verdict.FAIL, reason, "take the data out (`remove_data()`), or " + _MEND)


def _small_leaves(model: Model, policy: Policy) -> Iterator[Finding]:
    # What is not a number is no count, and so not known to be large enough.
    small = sum(not leaf >= policy.threshold for leaf in model.leaves)
    if small:
        reason = (
            f"{small} of {len(model.leaves)} leaves of its trees rest on fewer than "
            f"{policy.threshold} people"
        )
        mend = f"fit it with at least {policy.threshold} people a leaf (`min_samples_leaf`)"
        yield whole("M2", Verdict.FAIL, reason, mend)


def _few_degrees(model: Model, policy: Policy) -> Iterator[Finding]:
    """Settings of one model are told apart by the path before their names."""
    settings = {name: _number(value) for name, value in model.settings}
    for name, value in settings.items():
        path, dot, last = name.rpartition(".")
        beside = path + dot
        left = value if last == "df_resid" else None
        if last == "nobs" and f"{beside}df_resid" not in settings:
            used = settings.get(f"{beside}df_model")
            left = value - used - 1 if value is not None and used is not None else None
        if left is not None and left < policy.residual_dof:
            reason = f"it rests on {left:g} degrees of freedom, fewer than {policy.residual_dof}"
            yield whole("M3", Verdict.REVIEW, reason, "fit it to more people, or fewer terms")
            return


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
