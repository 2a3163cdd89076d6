"""Long work, told as it happens, with the time each step took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(highlight=False, soft_wrap=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show that a step is under way and, when it ends, how long it took."""
    started = time.monotonic()
    with console.status(f"{title} ..."):
        try:
            yield
        except BaseException:
            console.print(f"  [red]✗[/red] {title}  [dim]{time.monotonic() - started:.1f} s[/dim]")
            raise
    console.print(f"  [green]✓[/green] {title}  [dim]{time.monotonic() - started:.1f} s[/dim]")


def tell(text: str) -> None:
    console.print(text)
