"""Single values in a pickle, and the forms of arrays, by what would make them."""

from datetime import date, datetime
from typing import Any, Final

from output_checker.disclosure.readers import number_forms
from output_checker.disclosure.readers.number_forms import Form
from output_checker.disclosure.readers.pickle_machine import Made, Pairs
from output_checker.disclosure.readers.refusal import Refusal

_NO_FORM: Final = "an array is of a form that cannot be read"
_DTYPE_PARTS: Final = 8
_MAKE_BYTES: Final = frozenset({
    "_codecs.encode", "builtins.bytearray", "__builtin__.bytearray", "builtins.bytes",
    "__builtin__.bytes",
})  # fmt: skip
_RESOLUTIONS: Final = {"(10,)": "ns", "(9,)": "us", "(8,)": "ms", "(7,)": "s"}
_RESOLUTION_AT: Final = 3
_DATE_BYTES, _MOMENT_BYTES = 4, 10


def form_of(made: Any) -> Form:
    """Raises: Refusal, for what is not a dtype that can be read."""
    match made:
        case Made(args=(str(text), *_), states=states) if made.name == "numpy.dtype":
            state = states[0] if states else (3, "|", None, None, None)
        case _:
            raise Refusal(_NO_FORM)
    match state:
        case (_, order, None, None, None, *_):
            return number_forms.parse(text, is_big=order == ">", unit=_unit(state))
        case (_, _, None, (tuple() | list()) as names, Pairs() as fields, *_):
            whole = number_forms.parse(text)
            told = tuple(_field(name, fields.get(name)) for name in names)
            return Form(kind=whole.kind, size=whole.size, fields=told)
        case _:
            raise Refusal(_NO_FORM)


def _field(name: Any, said: Any) -> tuple[str, int, Form]:
    match name, said:
        case str(), (form, int(at), *_) if at >= 0:
            return name, at, form_of(form)
        case _:
            raise Refusal(_NO_FORM)


def _unit(state: tuple[Any, ...]) -> str:
    match state[_DTYPE_PARTS:]:
        case ((_, (unit, 1, *_)),):
            return (bytes_of(unit) or b"").decode("ascii", "replace")
        case _:
            return ""


def bytes_of(value: Any) -> bytes | None:
    """Bytes, also as pickles of old spell them."""
    while isinstance(value, Made) and value.name in _MAKE_BYTES and isinstance(value.args, tuple):
        value = value.args[0] if value.args else b""
    if isinstance(value, str):
        try:
            return value.encode("latin-1")
        except UnicodeEncodeError:
            return None
    return value if isinstance(value, bytes) else None


def plain(value: Any) -> str | None:
    """A single value as it would be printed, None for what is more than one."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return number_forms.whole(value)
    if isinstance(value, float):
        return number_forms.floats([value])[0]
    return _plain_made(value, value.args) if isinstance(value, Made) else None


def _plain_made(value: Made, args: Any) -> str | None:
    if not isinstance(args, tuple) or not args:
        return None
    last = value.name.rpartition(".")[2]
    text: str | None = None
    if value.name.startswith("numpy") and last == "scalar" and len(args) > 1:
        text = _scalar(args[0], args[1])
    elif value.name in ("datetime.datetime", "datetime.date"):
        text = _moment(bytes_of(args[0]))
    elif last == "_unpickle_timestamp" and type(args[0]) is int:
        unit = _RESOLUTIONS.get(str(args[_RESOLUTION_AT:]), "ns")
        text = number_forms.date(args[0], unit)
    elif value.name in ("decimal.Decimal", "uuid.UUID", "builtins.complex"):
        text = " ".join(one for one in map(plain, args) if one is not None)
    return text


def _scalar(form: Any, value: Any) -> str | None:
    held = bytes_of(value)
    if held is None:
        return None if isinstance(value, Made) else plain(value)
    columns = number_forms.columns(form_of(form), held)
    return " ".join(one[0] for one in columns if one)


def _moment(held: bytes | None) -> str | None:
    try:
        if held is not None and len(held) == _DATE_BYTES:
            return date(held[0] * 256 + held[1], held[2], held[3]).isoformat()
        if held is not None and len(held) == _MOMENT_BYTES:
            year, month, day, hour, minute, second = held[0] * 256 + held[1], *held[2:7]
            tail = int.from_bytes(held[7:], "big")
            # As written, wherever that was.
            at = datetime(year, month & 127, day, hour, minute, second, tail)  # noqa: DTZ001
            return number_forms.moment(at)
    except ValueError:
        return None
    return None
