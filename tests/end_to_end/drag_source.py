"""A window of another program from which a folder can be dragged: python drag_source.py FOLDER X Y

It stays until it is ended: what is dropped is fetched from it after the drop.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(sys.argv[1])])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)


def main() -> None:
    application = QApplication([])
    source = Source("drag me")
    source.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
    source.setWindowTitle("drag source")
    source.setGeometry(int(sys.argv[2]), int(sys.argv[3]), 120, 60)
    source.show()
    application.exec()


if __name__ == "__main__":
    main()
