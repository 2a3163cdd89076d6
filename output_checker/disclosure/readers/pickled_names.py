"""What a pickle may name without being able to do harm where it is loaded."""

import re
from collections.abc import Iterable
from typing import Final

from output_checker.disclosure.readers.pickle_machine import Name

# Libraries whose fitted models are pickled, and what their attributes are made of.
_ESTIMATORS: Final = ("sklearn", "statsmodels", "xgboost", "lightgbm", "catboost", "imblearn",
                      "linearmodels", "lifelines", "skops", "mlxtend", "keras",
                      "torch")  # fmt: skip
_LIBRARIES: Final = frozenset({
    *_ESTIMATORS, "numpy", "pandas", "scipy", "joblib", "pyarrow", "patsy", "formulaic",
    "collections", "datetime", "decimal", "fractions", "uuid", "zoneinfo", "pytz", "dateutil",
})  # fmt: skip
_BUILT_IN: Final = frozenset({
    "object", "int", "float", "complex", "bool", "str", "bytes", "bytearray", "list", "tuple",
    "dict", "set", "frozenset", "slice", "range",
})  # fmt: skip
_SINGLE: Final = frozenset({"_codecs.encode", "copyreg._reconstructor", "copyreg.__newobj__",
                            "copyreg.__newobj_ex__", "copy_reg._reconstructor"})  # fmt: skip
# What runs, opens or fetches something, also inside of a library.
_HARMFUL: Final = re.compile(
    r"(^|[._])(eval|exec|execfile|run|runstring|system|popen|open|load|loads|loadtxt|fromfile|"
    r"memmap|read_\w+|getattr|compile|import_module|DataSource|query|pipe|apply)$"
)
_HARMFUL_MODULE: Final = re.compile(
    r"(^|\.)(testing|tests|f2py|distutils|ctypeslib|subprocess|os|sys|builtins|externals|"
    r"_datasource|npyio|common)($|\.)"
)
_DOTTED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
MOST_LETTERS: Final = 120
_SHOWN: Final = 5


def is_estimator(name: Name) -> bool:
    return name.module.partition(".")[0] in _ESTIMATORS


def is_plain(name: Name) -> bool:
    """Whether it can be printed: a hostile name is a text like any other."""
    return len(name.dotted) <= MOST_LETTERS and _DOTTED.fullmatch(name.dotted) is not None


def strange_names(names: Iterable[Name]) -> str:
    """In words what would be run that no fitted model needs, or ""."""
    strange = [name for name in names if not _is_harmless(name)]
    if not strange:
        return ""
    shown = ", ".join(name.dotted for name in strange[:_SHOWN] if is_plain(name))
    said = f", such as {shown}" if shown else ""
    return f"loading this runs {len(strange)} things that are not known to be harmless{said}"


def _is_harmless(name: Name) -> bool:
    if not is_plain(name):
        return False
    if name.module in ("builtins", "__builtin__"):
        return name.name in _BUILT_IN
    if name.dotted in _SINGLE:
        return True
    return (
        name.module.partition(".")[0] in _LIBRARIES
        and _HARMFUL.search(name.dotted) is None
        and _HARMFUL_MODULE.search(name.module) is None
    )
