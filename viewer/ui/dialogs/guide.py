"""The user guide that comes with the program."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSplitter, QTextBrowser, QWidget

from viewer.ui.dialogs.dialog import Dialog
from viewer.ui.i18n import tr
from viewer.ui.resources import resources
from viewer.ui.stepwise import Stepwise
from viewer.ui.theme import Theme

MOST_ROWS = 30  # of a table that is laid out in one go


def portions(markdown: str) -> Iterator[str]:
    """A page in parts that can be shown one after the other: tables, the long ones in several, and what stands between them."""
    for is_table, found in groupby(markdown.splitlines(), lambda line: line.startswith("|")):
        lines = list(found)
        if not is_table:
            yield "\n".join(lines)
            continue
        head, rows = lines[:2], lines[2:]
        for start in range(0, max(len(rows), 1), MOST_ROWS):
            yield "\n".join([*head, *rows[start : start + MOST_ROWS]])


def pages(language: str) -> list[tuple[str, Path]]:
    """(title, file) of the pages in `language`, else in English: ``resources/guide/<page>.<language>.md`` or ``<page>.md``."""
    folder = resources() / "guide"
    found: list[tuple[str, Path]] = []
    for file in sorted(folder.glob("*.md")):
        if "." in file.stem:
            continue
        own = file.with_name(f"{file.stem}.{language}.md")
        chosen = own if own.is_file() else file
        found.append((_title(chosen), chosen))
    return found


def _title(file: Path) -> str:
    with file.open(encoding="utf-8") as lines:
        first = next(lines, "").strip()
    return first.lstrip("# ") or file.stem


class GuideDialog(Dialog):
    """A list of pages and the page. Links between pages work; the network is never asked."""

    def __init__(self, language: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=900, height=640)
        self._language = language
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self._writing = Stepwise(self.page)
        self.page.anchorClicked.connect(lambda url: self._follow(url.fileName()))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.list)
        splitter.addWidget(self.page)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([theme.px(220), theme.px(640)])
        self.body.addWidget(splitter, 1)
        self.buttons.addStretch()
        self._close = self.add_button(default=True)
        self._close.clicked.connect(self.close)
        self.list.currentItemChanged.connect(self._show)
        for title, file in pages(language):
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, str(file))
            self.list.addItem(item)
        self.begin()
        if self.list.count():
            self.list.setCurrentRow(0)

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._writing.stop()
            self.page.clear()
            self._writing.run(self._write(Path(item.data(Qt.ItemDataRole.UserRole)).read_text(encoding="utf-8")))

    def _write(self, markdown: str) -> Iterator[int]:
        """A long page follows its beginning while the window lives."""
        self.page.document().setDocumentMargin(self.theme.px(12))
        cursor = QTextCursor(self.page.document())
        for number, portion in enumerate(portions(markdown)):
            if not portion.strip():
                continue
            cursor.movePosition(QTextCursor.MoveOperation.End)
            if cursor.block().text():  # below a table there is an empty one
                cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
            start = cursor.blockNumber()
            cursor.insertMarkdown(portion)
            self._space_out(start)
            yield number

    def _space_out(self, start: int) -> None:
        """Room between paragraphs and above headings, from block number `start` on: Qt's Markdown has none."""
        document, px = self.page.document(), self.theme.px
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        block = document.findBlockByNumber(start)
        while block.isValid():
            cursor.setPosition(block.position())
            if cursor.currentTable() is None:
                form, after = block.blockFormat(), block.next()
                in_list = block.textList() is not None and after.textList() is not None
                in_code = form.nonBreakableLines() and after.blockFormat().nonBreakableLines()
                form.setTopMargin(px(14) if form.headingLevel() > 0 and block.position() > 0 else 0)
                form.setBottomMargin(0 if in_code else px(3) if in_list else px(8))
                cursor.setBlockFormat(form)
            block = block.next()
        cursor.endEditBlock()

    @property
    def is_writing(self) -> bool:
        """The end of the page is still to come."""
        return self._writing.busy

    def _follow(self, name: str) -> None:
        stem = name.split(".")[0]
        for i in range(self.list.count()):
            if Path(self.list.item(i).data(Qt.ItemDataRole.UserRole)).name.split(".")[0] == stem:
                self.list.setCurrentRow(i)

    def retranslate(self) -> None:
        self.setWindowTitle(tr("User guide"))
        self.heading.setText(tr("User guide"))
        self.list.setAccessibleName(tr("Pages"))
        self.page.setAccessibleName(tr("User guide"))
        self._close.setText(tr("Close"))
        if not self.list.count():
            self.page.setPlainText(tr("The guide is not installed. Ctrl+/ shows all keys, Ctrl+K finds every command."))
