"""What the palette cannot say: corners, paddings, hairlines. One small style sheet for the whole program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from viewer.ui.palettes import Colours
from viewer.ui.resources import resources

_SHEET = """
QMainWindow, QMainWindow::separator {{ background: {window}; }}
QMainWindow::separator {{ width: 5px; height: 5px; }}
QMainWindow::separator:hover {{ background: {accent_ground}; }}
QStatusBar {{ background: {panel}; border-top: 1px solid {hairline}; }}
QStatusBar::item {{ border: none; }}
QMenuBar {{ background: {panel}; padding: 3px 6px; border-bottom: 1px solid {hairline}; }}
QMenuBar::item {{ padding: {p5}px {p10}px; border-radius: 6px; background: transparent; color: {text}; }}
QMenuBar::item:selected {{ background: {accent_ground}; }}
QMenu {{ background: {raised}; border: 1px solid {hairline}; padding: 5px; icon-size: {p18}px; }}
QMenu::item {{ padding: {p5}px {p26}px {p5}px {p10}px; border-radius: 5px; color: {text}; }}
QMenu::item:selected {{ background: {accent_ground}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {hairline}; margin: 4px 8px; }}
QMenu::icon {{ padding-left: {p8}px; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {hairline}; padding: 5px 7px; }}
QLineEdit, QAbstractSpinBox, QComboBox {{ background: {window}; color: {text}; border: 1px solid {hairline}; border-radius: 8px;
  padding: 0 {p8}px; min-height: {p30}px; selection-background-color: {accent_ground}; selection-color: {text}; }}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ border-color: {accent}; }}
QComboBox::drop-down {{ border: none; width: {p26}px; }}
QComboBox::down-arrow, QAbstractSpinBox::down-arrow {{ image: url({art}/style-arrow-{scheme}.svg); width: {p14}px;
  height: {p14}px; }}
QAbstractSpinBox::up-arrow {{ image: url({art}/style-up-{scheme}.svg); width: {p14}px; height: {p14}px; }}
QAbstractSpinBox > QLineEdit {{ border: none; background: transparent; padding: 0 0 0 {p8}px; min-height: 0; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: {p26}px; }}
QCheckBox {{ spacing: {p8}px; min-height: {p26}px; }}
QCheckBox::indicator, QAbstractItemView::indicator {{ width: {p14}px; height: {p14}px; border: 1px solid {dim};
  border-radius: 4px; background: {window}; }}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{ background: {accent}; border-color: {accent};
  image: url({art}/style-check-{scheme}.svg); }}
QCheckBox::indicator:focus {{ border: 2px solid {text}; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {hairline}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {accent}; }}
QSlider::handle:horizontal {{ width: {p14}px; height: {p14}px; margin: -{p5}px 0; border-radius: {p6}px; background: {text}; }}
QSlider::handle:horizontal:focus {{ background: {accent}; }}
QComboBox QAbstractItemView {{ background: {raised}; border: 1px solid {hairline}; }}
QPushButton {{ background: {raised}; color: {text}; border: 1px solid {hairline}; border-radius: 8px; padding: 0 {p14}px;
  min-height: {p30}px; icon-size: {p18}px; }}
QPushButton:flat {{ background: transparent; border-color: transparent; }}
QPushButton:hover {{ border-color: {faint}; }}
QPushButton:pressed {{ background: {accent_ground}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {faint}; }}
QPushButton:default {{ background: {accent}; color: {on_accent}; border-color: {accent}; }}
QPushButton:default:focus {{ border-color: {text}; }}
QToolButton {{ background: transparent; color: {text}; border: 1px solid transparent; border-radius: 7px; padding: {p4}px {p8}px; }}
ToolBar > QToolButton {{ padding: {p4}px {p2}px {p4}px {p8}px; }}
QToolButton:hover {{ background: {raised}; }}
QToolButton:checked, QToolButton:pressed {{ background: {accent_ground}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton:disabled {{ color: {faint}; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton::menu-button {{ border: none; width: {p14}px; }}
QWidget#segments {{ background: {window}; border-radius: 7px; }}
QWidget#segments QToolButton {{ color: {dim}; border-radius: 5px; padding: {p2}px {p6}px; font-size: {p12}px; }}
QWidget#segments QToolButton:checked {{ background: {raised}; color: {text}; border-color: {hairline}; }}
QWidget#segments QToolButton:focus {{ border-color: {accent}; }}
QFrame#popup {{ background: {raised}; border: 1px solid {hairline}; }}
QLabel[tone="dim"] {{ color: {dim}; }}
QLineEdit[tone="warning"] {{ border-color: {warning}; }}
QTabWidget::pane {{ border: none; }}
QTabBar {{ background: transparent; }}
QTabBar::tab {{ background: transparent; color: {dim}; padding: {p6}px {p10}px; border-radius: 7px; margin-right: 4px;
  border: 1px solid transparent; }}
QTabBar::tab:selected {{ background: {raised}; color: {text}; }}
QTabBar::tab:focus {{ border-color: {accent}; }}
QAbstractItemView {{ background: {panel}; color: {text}; border: none; outline: none; selection-background-color: {accent_ground};
  selection-color: {text}; }}
QListWidget#nodes::item {{ padding: {p4}px {p8}px; border-radius: 7px; }}
QListWidget#nodes::item:selected {{ background: {accent_ground}; color: {text}; }}
QTreeWidget#objects::item {{ height: {p24}px; }}
QHeaderView::section {{ background: {panel}; color: {dim}; border: none; border-bottom: 1px solid {hairline}; padding: 3px 6px; }}
QProgressBar {{ background: {hairline}; border: none; border-radius: 2px; text-align: center; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: 10px; }}
QScrollBar:horizontal {{ height: 10px; }}
QScrollBar::handle {{ background: {hairline}; border-radius: 4px; margin: 1px; min-height: 28px; min-width: 28px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none; border: none;
  width: 0; height: 0; }}
QSplitter::handle {{ background: {hairline}; }}
QTextBrowser, QPlainTextEdit {{ background: {window}; color: {text}; border: 1px solid {hairline}; border-radius: 8px;
  padding: 6px; }}
"""


def style_sheet(scheme: str, colours: Colours, px: Callable[[float], int]) -> str:
    """The style sheet of a theme in its colours; `px` scales lengths to the text size."""
    art = (resources() / "icons").as_posix()
    names = {name: getattr(colours, name) for name in (one.name for one in fields(colours))}
    return _SHEET.format(art=art, scheme=scheme, **names, **{f"p{n}": px(n) for n in (2, 4, 5, 6, 8, 10, 12, 14, 18, 24, 26, 30)})
