"""One file per subcommand: a module with ``configure(parser)`` and ``run(arguments) -> int``.

Exit codes: 0 done, 1 some inputs failed (each named on stderr), 2 cannot run. The modules are imported only when their
subcommand is called, so a new one costs the start of the window nothing.
"""

from __future__ import annotations

SUBCOMMANDS: dict[str, tuple[str, str]] = {
    # name: (module, one line for --help)
    "scan": ("viewer.app.cli.scan", "list patients, studies, series and instances of files and folders"),
    "check": ("viewer.app.cli.check", "find what is odd about series: gaps, tilt, uneven spacing ... (the study doctor)"),
    "tags": ("viewer.app.cli.tags", "print every tag of a file (DICOM JSON model)"),
    "render": ("viewer.app.cli.render", "draw one frame into a PNG, as the canvas draws it"),
    "pixels": ("viewer.app.cli.pixels", "write the values of one frame into a NumPy file"),
    "screenshot": ("viewer.app.cli.screenshot", "open paths in the real window and save a picture of it"),
    "node": ("viewer.app.cli.node", "listen as a DICOM node: verification, storage, query/retrieve"),
    "audit": ("viewer.app.cli.audit", "check the audit trail of the node, or print it as messages of PS3.15"),
    "nodes": ("viewer.app.cli.nodes", "the list of DICOM nodes: add, remove, list, test, export, import"),
    "echo": ("viewer.app.cli.echo", "test a DICOM node step by step"),
    "send": ("viewer.app.cli.send", "send files to a node (C-STORE) or a DICOMweb archive (STOW-RS)"),
    "find": ("viewer.app.cli.find", "ask a DICOM node what it has (C-FIND)"),
    "get": ("viewer.app.cli.get", "fetch from a DICOM node into a folder (C-GET)"),
    "move": ("viewer.app.cli.move", "have a DICOM node send to an AE title (C-MOVE)"),
    "worklist": ("viewer.app.cli.worklist", "ask a DICOM node what is to be done (Modality Worklist)"),
    "commit": ("viewer.app.cli.commit", "have a DICOM node answer for objects it keeps (Storage Commitment)"),
    "mpps": ("viewer.app.cli.mpps", "tell a DICOM node that a procedure step begins or ends (MPPS)"),
    "archives": ("viewer.app.cli.archives", "the list of DICOMweb archives: add, remove, list, test"),
    "qido": ("viewer.app.cli.qido", "ask a DICOMweb archive what it has (QIDO-RS)"),
    "wado": ("viewer.app.cli.wado", "fetch from a DICOMweb archive into a folder (WADO-RS)"),
    "stow": ("viewer.app.cli.stow", "store files in a DICOMweb archive (STOW-RS)"),
    "web": ("viewer.app.cli.web", "give the library to others over DICOMweb, on loopback unless told otherwise"),
}
