"""Lengths of the browser at text size 100 %, in pixels (look.md: 4 px grid, cards of 60 with thumbnails of 48)."""

from __future__ import annotations

from viewer.ui.browser.rows import DisplaySetRow, InstanceRow, PatientRow, RootRow, Row, StudyRow

PATIENT_HEIGHT = 54
STUDY_HEIGHT = 38
CARD_HEIGHT = 60
CARD_GAP = 2
INSTANCE_HEIGHT = 28
THUMBNAIL = 48
THUMBNAIL_CORNER = 5
CARD_CORNER = 8
GUTTER = 16  # left of headings; their chevron stands in it
CARD_LEFT = 8
CARD_PADDING = 8  # before the thumbnail
RIGHT = 10  # also the width of the scroll bar
BAR = 3

ROW_HEIGHTS: dict[type[Row], int] = {
    RootRow: 0,
    PatientRow: PATIENT_HEIGHT,
    StudyRow: STUDY_HEIGHT,
    DisplaySetRow: CARD_HEIGHT + CARD_GAP,
    InstanceRow: INSTANCE_HEIGHT,
}
