"""Tags as plain text, one element a line, columns aligned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from viewer.model.tags import ROOT, UNDEFINED_LENGTH, TagElement, TagTree, ValueKind, tag_text

_NAME_WIDTH = 36
_INDENT = "  "


def dump_lines(tree: TagTree, children: Callable[[int], Sequence[int]] | None = None, node: int = ROOT) -> Iterator[str]:
    """Lines of what is under `node`. `children` may leave some out."""
    children = children or tree.children
    open_levels = [iter(children(node))]
    while open_levels:
        one = next(open_levels[-1], None)
        if one is None:
            open_levels.pop()
            continue
        element = tree.element(one)
        yield dump_line(element, len(open_levels) - 1)
        if element.number_of_items and element.kind in (ValueKind.SEQUENCE, ValueKind.ITEM):
            open_levels.append(iter(children(one)))


def dump_line(element: TagElement, depth: int = 0) -> str:
    """ "(0010,0020) LO Patient ID                    12345"."""
    indent = _INDENT * depth
    if element.kind is ValueKind.ITEM:
        text = f"{element.name}: {element.meaning}" if element.meaning else element.name
        return indent + text
    name = (element.name if len(element.name) <= _NAME_WIDTH else element.name[: _NAME_WIDTH - 1] + "…").ljust(_NAME_WIDTH)
    return f"{indent}({tag_text(element.tag)}) {element.vr:<2} {name} {dump_value(element)}".rstrip()


def dump_value(element: TagElement) -> str:
    """The value in a line of the dump."""
    if element.kind is ValueKind.SEQUENCE:
        return f"<{element.number_of_items} item{'' if element.number_of_items == 1 else 's'}>"
    if element.kind is ValueKind.BINARY:
        size = f"{element.length:,} bytes" if element.length != UNDEFINED_LENGTH else "length not stated"
        return f"<{size} in {element.number_of_items:,} fragments>" if element.number_of_items else f"<{size}>"
    text = element.value + ("…" if element.is_shortened else "")
    if element.unit:
        text += f" {element.unit}"
    return f"{text}  = {element.meaning}" if element.meaning and element.kind is ValueKind.UID else text
