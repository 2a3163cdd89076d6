"""Python's pickles walked step by step, with nothing imported, called or made.

What a pickle would call stays as a note of what it calls and with what. Only `pickletools` of the
standard library takes part, which tells the steps apart.
"""

import pickletools
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final, Protocol

from output_checker.disclosure.readers.refusal import Refusal

MAX_STEPS: Final = 5_000_000
_NEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Name:
    """Something that would be imported."""

    module: str
    name: str

    @property
    def dotted(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False, slots=True)
class Pairs:
    """A dictionary: hostile keys need not be told apart, so they stay in a row."""

    pairs: list[tuple[Any, Any]] = field(default_factory=list)

    def get(self, name: str) -> Any:
        return next((value for key, value in self.pairs if key == name), None)


@dataclass(eq=False, slots=True)
class Made:
    """What a call would have made.

    Attributes:
        maker: What would be called: a `Name`, or anything a hostile file puts in its place.
        states, items, pairs: What would be set, appended and stored in it afterwards.
        raw: The bytes that joblib writes behind an array.
    """

    maker: Any
    args: Any = ()
    states: list[Any] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    pairs: list[tuple[Any, Any]] = field(default_factory=list)
    raw: bytes | None = None

    @property
    def name(self) -> str:
        return self.maker.dotted if isinstance(self.maker, Name) else ""

    @property
    def attributes(self) -> Pairs:
        """The dictionaries among its states, as one."""
        found = Pairs()
        for state in self.states:
            for one in state if isinstance(state, tuple) else (state,):
                if isinstance(one, Pairs):
                    found.pairs += one.pairs
        return found


class AfterBuild(Protocol):
    """Takes what stands in the stream behind a thing that was given its state."""

    def __call__(self, made: Made, stream: BytesIO, machine: "Machine") -> None: ...


# Calls that only say what is to be made, and of which class.
_GO_BETWEENS: Final = frozenset({
    "copyreg.__newobj__", "copyreg._reconstructor", "copy_reg._reconstructor",
})  # fmt: skip


class Machine:
    """Counts steps over everything that it reads."""

    def __init__(self, after_build: AfterBuild) -> None:
        self._after_build = after_build
        self._steps = 0
        self.names: dict[Name, None] = {}

    def load(self, stream: BytesIO) -> Any:
        """The value of the pickle that begins here; the stream is then behind it.

        Raises: Refusal.
        """
        run = _Run(self, stream)
        try:
            for code, arg, at in pickletools.genops(stream):
                self._steps += 1
                if self._steps > MAX_STEPS:
                    raise Refusal(f"the pickle takes more than {MAX_STEPS} steps")
                step = _STEPS.get(code.name)
                if step is None:
                    raise Refusal(f"byte {at}: a step that needs more than the file itself")
                step(run, arg)
        except (ValueError, OverflowError, struct.error, IndexError, KeyError, TypeError):
            raise Refusal(f"the pickle breaks off or is garbled at byte {stream.tell()}") from None
        return run.value

    def built(self, made: Made, stream: BytesIO) -> None:
        self._after_build(made, stream, self)


class _Run:
    """One pickle on its way: a stack, the stacks below the marks, and the memo."""

    def __init__(self, machine: Machine, stream: BytesIO) -> None:
        self.machine = machine
        self.stream = stream
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self.memo: dict[int, Any] = {}
        self.value: Any = None

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def mark(self, _: Any) -> None:
        self.below.append(self.stack)
        self.stack = []

    def since_mark(self) -> list[Any]:
        found, self.stack = self.stack, self.below.pop()
        return found

    def drop_to_mark(self, _: Any) -> None:
        self.since_mark()

    def pop(self, _: Any) -> None:
        if self.stack:
            self.stack.pop()
        else:
            self.since_mark()

    def name(self, module: Any, name: Any) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise TypeError
        found = Name(module, name)
        self.machine.names[found] = None
        self.push(found)

    def name_of_text(self, arg: str) -> None:
        module, _, name = arg.partition(" ")
        self.name(module, name)

    def name_of_stack(self, _: Any) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        self.name(module, name)

    def call(self, _: Any) -> None:
        args, maker = self.stack.pop(), self.stack.pop()
        is_go_between = isinstance(maker, Name) and maker.dotted in _GO_BETWEENS
        if is_go_between and isinstance(args, tuple) and args:
            maker, args = args[0], args[1:]
        self.push(Made(maker, args))

    def call_with_names(self, _: Any) -> None:
        names, args, maker = self.stack.pop(), self.stack.pop(), self.stack.pop()
        made = Made(maker, args)
        made.states.append(names)
        self.push(made)

    def call_since_mark(self, _: Any) -> None:
        maker, *args = self.since_mark()
        self.push(Made(maker, tuple(args)))

    def instance(self, arg: str) -> None:
        args = tuple(self.since_mark())
        self.name_of_text(arg)
        self.push(Made(self.stack.pop(), args))

    def build(self, _: Any) -> None:
        state = self.stack.pop()
        made = self.stack[-1]
        if not isinstance(made, Made):
            made = self.stack[-1] = Made(None, made)
        made.states.append(state)
        self.machine.built(made, self.stream)

    def append(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if isinstance(target, Made):
            target.items += values
        elif isinstance(target, list):
            target.extend(values)
        else:
            raise TypeError

    def store(self, values: list[Any]) -> None:
        pairs = zip(values[::2], values[1::2], strict=True)
        target = self.stack[-1]
        if not isinstance(target, Made | Pairs):
            raise TypeError
        target.pairs.extend(pairs)

    def append_one(self, _: Any) -> None:
        self.append([self.stack.pop()])

    def store_one(self, _: Any) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self.store([key, value])

    def tuple_of(self, count: int) -> None:
        if len(self.stack) < count:
            raise IndexError
        self.stack[-count:] = [tuple(self.stack[-count:])]

    def end(self, _: Any) -> None:
        self.value = self.stack.pop()
        if self.stack or self.below:
            raise Refusal("values are left over in the pickle that nothing shows", "hidden-part")


def _pairs_of(values: list[Any]) -> Pairs:
    return Pairs([*zip(values[::2], values[1::2], strict=True)])


def _protocol(_: _Run, arg: int) -> None:
    if arg > _NEWEST:
        raise Refusal(f"pickles of protocol {arg} cannot be read")


def _memoize(run: _Run, arg: int | None) -> None:
    run.memo[len(run.memo) if arg is None else arg] = run.stack[-1]


_Step = Callable[[_Run, Any], None]
_STEPS: Final[dict[str, _Step]] = {
    **dict.fromkeys(
        ("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT",
         "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE",
         "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8"),
        _Run.push,
    ),
    "BYTEARRAY8": lambda run, arg: run.push(bytes(arg)),
    "NONE": lambda run, _: run.push(None),
    "NEWTRUE": lambda run, _: run.push(True),
    "NEWFALSE": lambda run, _: run.push(False),
    "PROTO": _protocol,
    "FRAME": lambda _, __: None,
    "STOP": _Run.end,
    "MARK": _Run.mark,
    "POP": _Run.pop,
    "POP_MARK": _Run.drop_to_mark,
    "DUP": lambda run, _: run.push(run.stack[-1]),
    "EMPTY_LIST": lambda run, _: run.push([]),
    "LIST": lambda run, _: run.push(run.since_mark()),
    "APPEND": _Run.append_one,
    "APPENDS": lambda run, _: run.append(run.since_mark()),
    "EMPTY_TUPLE": lambda run, _: run.push(()),
    "TUPLE": lambda run, _: run.push(tuple(run.since_mark())),
    "TUPLE1": lambda run, _: run.tuple_of(1),
    "TUPLE2": lambda run, _: run.tuple_of(2),
    "TUPLE3": lambda run, _: run.tuple_of(3),
    "EMPTY_DICT": lambda run, _: run.push(Pairs()),
    "DICT": lambda run, _: run.push(_pairs_of(run.since_mark())),
    "SETITEM": _Run.store_one,
    "SETITEMS": lambda run, _: run.store(run.since_mark()),
    "EMPTY_SET": lambda run, _: run.push([]),
    "FROZENSET": lambda run, _: run.push(run.since_mark()),
    "ADDITEMS": lambda run, _: run.append(run.since_mark()),
    "GLOBAL": _Run.name_of_text,
    "STACK_GLOBAL": _Run.name_of_stack,
    "REDUCE": _Run.call,
    "NEWOBJ": _Run.call,
    "NEWOBJ_EX": _Run.call_with_names,
    "OBJ": _Run.call_since_mark,
    "INST": _Run.instance,
    "BUILD": _Run.build,
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"), _memoize),
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), lambda run, arg: run.push(run.memo[arg])),
}  # fmt: skip
