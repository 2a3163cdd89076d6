"""Answers of a dataset that the next table of a file may ask for again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sized
from typing import Final, Generic, TypeVar

MOST_LINES: Final = 100_000

A = TypeVar("A", bound=Sized)


class Kept(Generic[A]):
    """The last answers, as many as have `most` lines together."""

    def __init__(self, most: int = MOST_LINES) -> None:
        self._most = most
        self._lines = 0
        self._answers: OrderedDict[Hashable, A] = OrderedDict()

    def get(self, question: Hashable, ask: Callable[[], A]) -> A:
        if question in self._answers:
            self._answers.move_to_end(question)
            return self._answers[question]
        answer = ask()
        self._answers[question] = answer
        # An answer of no lines takes room as well.
        self._lines += len(answer) + 1
        while self._lines > self._most:
            _, oldest = self._answers.popitem(last=False)
            self._lines -= len(oldest) + 1
        return answer
