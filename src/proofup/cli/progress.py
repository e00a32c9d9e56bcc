"""A progress bar on a terminal; nothing if the output goes elsewhere."""

import contextlib
from collections.abc import Callable, Iterator

from proofup.cli.output import Output


@contextlib.contextmanager
def progress(
    output: Output, what: str, *, of: int | None = None
) -> Iterator[Callable[[int], None]]:
    """Give a function to call with how many more of ``what`` are done; ``of`` is the total."""
    if not output.shows_progress:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.completed} {task.description}"),
        *(() if of is None else (BarColumn(),)),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=output.err), transient=True) as bar:
        task = bar.add_task(what, total=of)
        yield lambda more: bar.advance(task, more)
