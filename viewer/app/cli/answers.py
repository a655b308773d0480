"""What ``find``, ``qido`` and ``worklist`` do with the answers: each shown at once, or all in one JSON object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from viewer.app.cli.network_options import complain, plain_identifier, print_json
from viewer.model.errors import NegatoscopeError
from viewer.model.text import plain
from viewer.network.identifier import Identifier


def tell(
    answers: Iterable[Identifier],
    show: Callable[[Identifier], None],
    document: Mapping[str, object] | None,
    name: str = "answers",
) -> int:
    """0 when the last answer came, 1 when something failed before, which is said on stderr.

    With a `document` nothing is shown but this, `name` being the answers in it.
    """
    kept: list[dict[str, object]] = []
    failure: NegatoscopeError | None = None
    try:
        for answer in answers:
            if document is None:
                show(answer)
            else:
                kept.append(plain_identifier(answer))
    except NegatoscopeError as error:
        complain(error)
        failure = error
    if document is not None:
        print_json({**document, name: kept, "complete": failure is None, "reason": str(failure) if failure else ""})
    return 1 if failure else 0


def show_answer(answer: Identifier) -> None:
    """One attribute a line, then an empty line."""
    for keyword, value in answer.items():
        if value and keyword != "QueryRetrieveLevel":
            shown = plain(value) if isinstance(value, str) else f"{len(value)} items"
            print(f"{keyword}: {shown}")
    print()
