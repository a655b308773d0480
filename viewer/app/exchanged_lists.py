"""The file in which nodes and archives go from one workstation to the next. No secret is ever in it."""

from __future__ import annotations

from pathlib import Path

from viewer.app.archive_list import ArchiveList
from viewer.app.entry_list import key_of_name, read_document, write_document
from viewer.app.node_list import NodeList


def export_lists(path: Path, nodes: NodeList, archives: ArchiveList) -> int:
    """Write both lists into one file; how many entries. Raises NodeListError."""
    write_document(path, {NodeList.rows: nodes.entries, ArchiveList.rows: archives.entries})
    return len(nodes.entries) + len(archives.entries)


def import_lists(path: Path, nodes: NodeList, archives: ArchiveList, *, replacing: bool = False) -> tuple[int, int]:
    """Take in such a file, or one with nodes or archives alone: (added or replaced, left as they were). Raises NodeListError.

    A name is of one list only: what has it here as the other kind stays here.
    """
    document = read_document(path)
    rows = [name for name in (NodeList.rows, ArchiveList.rows) if name in document] or [NodeList.rows]
    new_nodes = NodeList.taken_from(document, path) if NodeList.rows in rows else ()
    new_archives = ArchiveList.taken_from(document, path) if ArchiveList.rows in rows else ()
    free_nodes = [one for one in new_nodes if archives.named(one.name) is None]
    taken, kept = nodes.merge(free_nodes, replacing=replacing)
    names = {key_of_name(one.name) for one in nodes.entries}
    free_archives = [one for one in new_archives if key_of_name(one.name) not in names]
    more, as_they_were = archives.merge(free_archives, replacing=replacing)
    clashes = len(new_nodes) - len(free_nodes) + len(new_archives) - len(free_archives)
    return taken + more, kept + as_they_were + clashes
