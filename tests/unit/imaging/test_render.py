"""Frames on the screen, against samplers that go pixel by pixel."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.imaging.frames import frame_of
from viewer.imaging import view_samples
from viewer.imaging.compose import net_table, to_grey
from viewer.imaging.render import ViewRenderer, draw_view, render_frame
from viewer.model.luts import LookupTable, ModalityLUT, PaletteTables, PresentationLUT, PresentationShape, VOIFunction
from viewer.model.pixels import OverlayPlane, PixelFrame
from viewer.model.shutters import RectangularShutter, Shutters
from viewer.model.view import DataPresentation

RNG = np.random.default_rng(11)
NOISE = RNG.integers(-900, 3000, (13, 17)).astype(np.int16)
SIZE = (31, 41)
WIDE = DataPresentation(1000, 4000)
BLACK = 0xFF000000

Affine = tuple[float, float, float, float, float, float]


@st.composite
def framings(draw: st.DrawFn, least: float = 0.2, most: float = 9.0) -> Affine:
    """Any of the eight orientations, any zoom of either axis, the middle of the image somewhere on the screen."""
    across = draw(st.floats(least, most)) * draw(st.sampled_from([-1, 1]))
    down = draw(st.floats(least, most)) * draw(st.sampled_from([-1, 1]))
    x, y = draw(st.floats(-5, 46)), draw(st.floats(-5, 36))
    a, b, d, e = (0.0, across, down, 0.0) if draw(st.booleans()) else (across, 0.0, 0.0, down)
    return a, b, x - a * 8 - b * 6, d, e, y - d * 8 - e * 6


def image_point(matrix: Affine, x: int, y: int) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    determinant = a * e - b * d
    dx, dy = x + 0.5 - c, y + 0.5 - f
    return (e * dx - b * dy) / determinant, (a * dy - d * dx) / determinant


def is_tie(place: float) -> bool:
    return abs((place + 0.5) % 1.0 - 0.5) > 0.5 - 1e-6


def levels(picture: np.ndarray) -> np.ndarray:
    """The grey of a picture, which must be grey and opaque everywhere."""
    grey = picture & 0xFF
    assert np.array_equal(picture, grey * np.uint32(0x010101) | np.uint32(BLACK))
    return grey.astype(int)


@settings(max_examples=60, deadline=None)
@given(framings())
def test_exact_pixels_are_those_under_the_screen_pixels(matrix: Affine) -> None:
    frame = frame_of(NOISE)
    picture = draw_view(frame, WIDE, matrix, SIZE, smooth=False)
    greys = to_grey(NOISE, frame.facts, WIDE)
    for y in range(SIZE[0]):
        for x in range(SIZE[1]):
            column, row = image_point(matrix, x, y)
            if is_tie(column) or is_tie(row):
                continue
            column, row = math.floor(column + 0.5), math.floor(row + 0.5)
            inside = 0 <= column < 17 and 0 <= row < 13
            expected = BLACK | int(greys[row, column]) * 0x010101 if inside else BLACK
            assert picture[y, x] == expected, (x, y)


def weights_of(place: float, scale: float, length: int) -> dict[int, float]:
    """Linear when enlarging, overlaps when shrinking."""
    covered = 1 / abs(scale)
    shares: dict[int, float] = {}
    if abs(covered - 1) < 1e-6:
        return {min(max(math.floor(place + 0.5), 0), length - 1): 1.0}
    if covered < 1:
        first = math.floor(place)
        candidates = {first: 1 - (place - first), first + 1: place - first}
    else:
        low = place - covered / 2
        candidates = {k: max(0.0, min(k + 0.5, low + covered) - max(k - 0.5, low)) for k in range(math.floor(low), length + 1)}
    for k, share in candidates.items():
        if 0 <= k < length and share > 0:
            shares[k] = share
    total = sum(shares.values())
    return {k: share / total for k, share in shares.items()}


@settings(max_examples=60, deadline=None)
@given(framings(least=0.51))
def test_smooth_pixels_are_weighted_means_of_stored_values(matrix: Affine) -> None:
    frame = frame_of(NOISE)
    picture = levels(draw_view(frame, WIDE, matrix, SIZE, smooth=True))
    a, b, _, d, e, _ = matrix
    down, across = (b, d) if b else (e, a)
    for y in range(0, SIZE[0], 3):
        for x in range(0, SIZE[1], 2):
            column, row = image_point(matrix, x, y)
            if is_tie(column) or is_tie(row) or not (-0.5 <= column < 16.5 and -0.5 <= row < 12.5):
                continue
            mean = sum(
                row_share * column_share * float(NOISE[i, j])
                for i, row_share in weights_of(row, down, 13).items()
                for j, column_share in weights_of(column, across, 17).items()
            )
            expected = ((mean - 999.5) / 3999 + 0.5) * 255
            assert abs(picture[y, x] - min(max(expected, 0), 255)) <= 0.52 + 255 / 3999, (x, y)


@settings(max_examples=40, deadline=None)
@given(framings(least=0.02, most=0.6))
def test_shrinking_keeps_an_even_picture_even(matrix: Affine) -> None:
    picture = levels(draw_view(frame_of(np.full((130, 170), 777, np.int16)), WIDE, matrix, SIZE, smooth=True))
    expected = int(to_grey(np.array([777], np.int16), frame_of(NOISE).facts, WIDE)[0])
    assert set(np.unique(picture)) <= {0, expected}


@pytest.mark.parametrize("zoom", [0.13, 0.21, 0.25, 0.37, 0.5, 0.77])
def test_shrinking_does_not_alias(zoom: float) -> None:
    """A checkerboard of single pixels becomes grey; taking single pixels would give a pattern of black and white."""
    board = (np.indices((400, 300)).sum(axis=0) % 2 * 1000).astype(np.uint16)
    size = (round(400 * zoom), round(300 * zoom))
    matrix = (zoom, 0.0, zoom / 2, 0.0, zoom, zoom / 2)
    picture = levels(draw_view(frame_of(board), DataPresentation(500.5, 1001), matrix, size, smooth=True))
    inner = picture[3:-3, 3:-3]
    assert abs(inner.mean() - 127.5) < 2
    assert inner.std() < (8 if zoom < 0.5 else 45)
    aliased = levels(draw_view(frame_of(board), DataPresentation(500.5, 1001), matrix, size, smooth=False))
    assert aliased.std() > 100 or aliased.mean() == 0


@pytest.mark.parametrize("zoom", [0.03, 0.11, 0.3, 0.6])
def test_shrinking_keeps_the_mean(zoom: float) -> None:
    noise = RNG.integers(0, 2000, (640, 480)).astype(np.uint16)
    size = (math.floor(640 * zoom), math.floor(480 * zoom))
    matrix = (zoom, 0.0, zoom / 2, 0.0, zoom, zoom / 2)
    picture = levels(draw_view(frame_of(noise), DataPresentation(1000, 2000), matrix, size, smooth=True))
    assert picture.mean() == pytest.approx(127.5, abs=1.5)


def test_one_to_one_is_exact_wherever_it_lies() -> None:
    frame = frame_of(NOISE)
    greys = to_grey(NOISE, frame.facts, WIDE)
    picture = levels(draw_view(frame, WIDE, (1.0, 0.0, 3.5 + 0.25, 0.0, 1.0, 2.5), (20, 30), smooth=True))
    assert np.array_equal(picture[2:15, 3:20], greys)


def test_enlarging_a_few_levels_gives_steps_between_them() -> None:
    """8-bit data under a narrow window: interpolation is finer than one stored value."""
    frame = frame_of(np.array([[10, 11]], np.uint8))
    picture = levels(draw_view(frame, DataPresentation(11, 2), (64.0, 0.0, 32.0, 0.0, 64.0, 32.0), (64, 128), smooth=True))
    assert len(np.unique(picture[5])) > 30
    assert (np.diff(picture[5]) >= 0).all()


@settings(max_examples=40, deadline=None)
@given(framings(), st.sampled_from([np.int16, np.float32]))
def test_padding_stays_black_and_does_not_bleed(matrix: Affine, dtype: type) -> None:
    pixels = np.full((13, 17), 1000, dtype)
    pixels[4:7, 5:9] = -2000
    pixels[10, 3] = -2000
    picture = levels(draw_view(frame_of(pixels, padding=(-2000, -2000)), WIDE, matrix, SIZE, smooth=True))
    grey = int(to_grey(np.array([1000], np.int16), frame_of(NOISE).facts, WIDE)[0])
    assert set(np.unique(picture)) <= {0, grey}
    column, row = image_point(matrix, 20, 15)
    if min(abs(matrix[0] or matrix[1]), abs(matrix[3] or matrix[4])) > 1 and 5.1 < column < 7.9 and 4.1 < row < 5.9:
        assert picture[15, 20] == 0


def test_padding_in_the_middle_of_the_values_does_not_blacken_means() -> None:
    """Between -50 and 50 lies 0, the padding value: a mean of the two is image all the same."""
    frame = frame_of(np.array([[-50, 50, 0, 0]], np.int16), padding=(0, 0))
    picture = levels(draw_view(frame, DataPresentation(0, 200), (32.0, 0.0, 16.0, 0.0, 32.0, 16.0), (32, 128), smooth=True))
    assert (picture[:, :60] > 0).all()
    assert (picture[:, 70:] == 0).all()


@pytest.mark.parametrize("zoom", [0.4, 3.3])
@pytest.mark.parametrize(
    "facts",
    [{"bits_stored": 1}, {"sop_class_uid": "1.2.840.10008.5.1.4.1.1.66.4"}, {"sop_class_uid": "1.2.840.10008.5.1.4.1.1.66.7"}],
)
def test_labels_are_never_mixed(facts: dict[str, object], zoom: float) -> None:
    pixels = RNG.choice(np.array([0, 1] if "bits_stored" in facts else [0, 10, 200], np.uint8), (40, 50))
    matrix = (zoom, 0.0, zoom / 2, 0.0, zoom, zoom / 2)
    frame = frame_of(pixels, **facts)
    picture = levels(draw_view(frame, DataPresentation(128, 256), matrix, (16, 20), smooth=True))
    assert set(np.unique(picture)) <= set(np.unique(to_grey(pixels, frame.facts, DataPresentation(128, 256))))


def test_palette_colours_are_not_mixed_when_enlarged() -> None:
    pixels = RNG.choice(np.array([[255, 0, 0], [0, 0, 255], [9, 9, 9]], np.uint8), (5, 7))
    frame = frame_of(pixels, photometric_interpretation="PALETTE COLOR")
    picture = draw_view(frame, DataPresentation(), (4.7, 0.0, 2.35, 0.0, 4.7, 2.35), (23, 32), smooth=True)
    assert set(np.unique(picture)) == {0xFFFF0000, 0xFF0000FF, 0xFF090909}


@settings(max_examples=40, deadline=None)
@given(framings(least=0.51), st.booleans(), st.booleans())
def test_colour_is_sampled_like_its_channels(matrix: Affine, smooth: bool, inverted: bool) -> None:
    rgb = RNG.integers(0, 256, (13, 17, 3)).astype(np.uint8)
    picture = draw_view(frame_of(rgb), DataPresentation(inverted=inverted), matrix, SIZE, smooth=smooth)
    black = draw_view(frame_of(np.full((13, 17), 255, np.uint8)), DataPresentation(128, 256), matrix, SIZE, smooth=smooth)
    for channel in range(3):
        plane = frame_of(rgb[..., channel])
        alone = levels(draw_view(plane, DataPresentation(128, 256, inverted=inverted), matrix, SIZE, smooth=smooth))
        found = (picture >> (16 - 8 * channel) & 0xFF).astype(int)
        assert np.abs(found - alone).max() <= 1
        assert (found[black == BLACK] == 0).all()


@settings(max_examples=40, deadline=None)
@given(framings(), st.booleans(), st.booleans(), st.floats(-500, 2500), st.floats(2, 4000))
def test_floats_look_like_the_same_whole_numbers(matrix: Affine, smooth: bool, inverted: bool, center: float, width: float) -> None:
    data = DataPresentation(center, width, inverted=inverted)
    whole = levels(draw_view(frame_of(NOISE), data, matrix, SIZE, smooth=smooth)).astype(int)
    for dtype in (np.float32, np.float64):
        other = levels(draw_view(frame_of(NOISE.astype(dtype)), data, matrix, SIZE, smooth=smooth))
        # Levels may differ by what a quarter of a stored value, the finest step of the whole numbers, makes of the window.
        assert np.abs(whole - other).max() <= 1 + math.ceil(255 / max(width - 1, 1) / 2)


def test_32_bit_values_far_apart_and_a_threshold() -> None:
    pixels = np.array([[-2_000_000_000, 5, 6, 2_000_000_000]], np.int32)
    frame = frame_of(pixels)
    picture = levels(draw_view(frame, DataPresentation(6.0, 1), (1.0, 0.0, 0.5, 0.0, 1.0, 0.5), (1, 4), smooth=False))
    assert picture.tolist() == [[0, 0, 255, 255]]
    assert render_frame(frame, DataPresentation(6.0, 1), overlays=False).tolist() == [[0, 0, 255, 255]]


def overlaid() -> PixelFrame:
    bits = np.zeros((60, 80), np.bool_)
    bits[10, 5:70] = True
    bits[20:50, 33] = True
    return frame_of(RNG.integers(0, 200, (60, 80)).astype(np.uint8), (OverlayPlane(0x6000, bits),))


@pytest.mark.parametrize(("zoom", "smooth"), [(0.2, True), (0.45, True), (1.0, True), (2.6, True), (1.0, False), (2.6, False)])
def test_overlay_lines_are_white_and_survive_shrinking(zoom: float, smooth: bool) -> None:
    frame = overlaid()
    size = (math.floor(60 * zoom), math.floor(80 * zoom))
    matrix = (zoom, 0.0, zoom / 2, 0.0, zoom, zoom / 2)
    data = DataPresentation(300, 100, inverted=True)
    picture = draw_view(frame, DataPresentation(300, 100), matrix, size, smooth=smooth)
    row, column = math.floor(10.5 * zoom), math.floor(33.5 * zoom)
    assert (picture[row, math.ceil(6 * zoom) : math.floor(69 * zoom)] == 0xFFFFFFFF).all()
    assert (picture[math.ceil(21 * zoom) : math.floor(49 * zoom), column] == 0xFFFFFFFF).all()
    assert (draw_view(frame, DataPresentation(300, 100), matrix, size, smooth=smooth, overlays=False) == BLACK).all()
    assert draw_view(frame, data, matrix, size, smooth=smooth)[row, column] == 0xFFFFFFFF


def test_shutters_cover_and_do_not_follow_the_inversion() -> None:
    shutters = Shutters(RectangularShutter(4, 12, 3, 9), presentation_value=0x4000)
    frame = frame_of(NOISE, shutters=shutters)
    for inverted in (False, True):
        data = DataPresentation(1000, 4000, inverted=inverted)
        picture = levels(draw_view(frame, data, (2.0, 0.0, 1.0, 0.0, 2.0, 1.0), (26, 34), smooth=True))
        assert (picture[:6] == 0x40).all()
        assert (picture[:, 26:] == 0x40).all()
        assert len(np.unique(picture[6:20, 8:26])) > 50
        native = render_frame(frame, data, overlays=True)
        assert (native[10:] == 0x40).all()
        assert np.array_equal(native[3:10, 4:13], to_grey(NOISE[3:10, 4:13], frame.facts, data))


def test_a_coloured_shutter_makes_a_colour_picture() -> None:
    shutters = Shutters(RectangularShutter(4, 12, 3, 9), presentation_lab=(35578, 53709, 50894))
    picture = render_frame(frame_of(NOISE, shutters=shutters), WIDE, overlays=False)
    assert picture.shape == (13, 17, 3)
    red, green, blue = picture[0, 0].tolist()
    assert red > 240
    assert max(green, blue) < 20


def test_a_supplemental_palette_colours_what_it_maps() -> None:
    tables = PaletteTables(*(LookupTable(100, np.array(values, np.uint16), 8) for values in ([255, 9], [0, 8], [0, 7])))
    frame = frame_of(np.array([[0, 50, 100, 101]], np.uint16), supplemental_palette=tables)
    data = DataPresentation(50, 100, inverted=True)
    expected = render_frame(frame, data, overlays=False)
    assert expected[0].tolist()[2:] == [[255, 0, 0], [9, 8, 7]]
    assert expected[0, 0].tolist() == [255, 255, 255]
    picture = draw_view(frame, data, (3.0, 0.0, 1.5, 0.0, 3.0, 1.5), (3, 12), smooth=True)
    assert picture[1, ::3].tolist() == [0xFFFFFFFF, picture[1, 3], 0xFFFF0000, 0xFF090807]
    assert picture[1, 3] == BLACK | int(expected[0, 1, 0]) * 0x010101


def test_native_rendering_is_the_pipeline_without_padding_and_with_overlays() -> None:
    bits = np.eye(13, 17, dtype=np.bool_)
    hole = int(NOISE[2, 5])
    frame = frame_of(NOISE, (OverlayPlane(0x6000, bits),), padding=(hole, hole))
    plain = render_frame(frame, WIDE, overlays=False)
    expected = to_grey(NOISE, frame.facts, WIDE)
    expected[np.equal(NOISE, hole)] = 0
    assert np.array_equal(plain, expected)
    expected[bits] = 255
    assert np.array_equal(render_frame(frame, WIDE, overlays=True), expected)


def test_native_colour_is_untouched_or_inverted() -> None:
    rgb = RNG.integers(0, 256, (3, 4, 3)).astype(np.uint8)
    assert np.array_equal(render_frame(frame_of(rgb), DataPresentation(), overlays=True), rgb)
    assert np.array_equal(render_frame(frame_of(rgb), DataPresentation(inverted=True), overlays=True), 255 - rgb)


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (7, 0), (1, 1)])
@pytest.mark.parametrize("smooth", [False, True])
def test_a_viewport_without_room_is_no_trouble(size: tuple[int, int], smooth: bool) -> None:
    for frame in (frame_of(NOISE), frame_of(NOISE.astype(np.float32)), frame_of(np.zeros((4, 5, 3), np.uint8))):
        assert draw_view(frame, WIDE, (0.05, 0.0, 0.0, 0.0, 0.05, 0.0), size, smooth=smooth).shape == size


def test_an_image_beside_the_viewport_leaves_it_black() -> None:
    for shift in (-500.0, 500.0):
        picture = draw_view(frame_of(NOISE), WIDE, (1.5, 0.0, shift, 0.0, 1.5, 0.0), SIZE, smooth=True)
        assert (picture == BLACK).all()


def test_the_renderer_repeats_what_draw_view_gives() -> None:
    renderer = ViewRenderer()
    one, other = frame_of(NOISE), frame_of(NOISE[:, ::-1], padding=(5, 9))
    near, far = (2.3, 0.0, 1.0, 0.0, 2.3, 3.0), (0.0, 0.6, 4.0, 0.6, 0.0, 2.0)
    for frame, matrix, size, center in [
        (one, near, SIZE, 900),
        (one, near, SIZE, 100),
        (other, near, SIZE, 100),
        (other, far, SIZE, 100),
        (one, far, (9, 50), 700),
        (one, far, SIZE, 700),
    ]:
        data = DataPresentation(center, 2000)
        drawn = renderer.draw(frame, data, matrix, size, smooth=True)
        assert np.array_equal(drawn, draw_view(frame, data, matrix, size, smooth=True))


def test_frames_share_a_table_only_where_all_that_makes_their_grey_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(view_samples, "net_table", lambda *of: made.append(of) or net_table(*of))
    table = LookupTable(-900, np.arange(0, 65535, 16, dtype=np.uint16), 16)
    kinds: list[tuple[dict[str, object], DataPresentation]] = [
        ({}, WIDE),
        ({"modality_lut": ModalityLUT(0.5)}, WIDE),
        ({"modality_lut": ModalityLUT(1.0, -300)}, WIDE),
        ({"modality_lut": ModalityLUT(table=table)}, WIDE),
        ({"voi_tables": (table,)}, replace(WIDE, voi_table=0)),
        ({"presentation_lut": PresentationLUT(PresentationShape.INVERSE)}, WIDE),
        ({"presentation_lut": PresentationLUT(table=table)}, WIDE),
        ({"photometric_interpretation": "MONOCHROME1"}, WIDE),
        ({}, DataPresentation(1000, 500)),
        ({}, DataPresentation(700, 4000)),
        ({}, replace(WIDE, function=VOIFunction.SIGMOID)),
        ({}, replace(WIDE, inverted=True)),
        ({}, DataPresentation()),
        ({"bits_stored": 13}, DataPresentation()),
    ]
    renderer, matrix = ViewRenderer(), (2.3, 0.0, 1.0, 0.0, 2.3, 3.0)
    pictures = []
    for facts, data in kinds:
        for pixels in (NOISE, NOISE[::-1]):  # of one series
            frame = frame_of(pixels, **facts)
            drawn = renderer.draw(frame, data, matrix, SIZE, smooth=True)
            assert np.array_equal(drawn, draw_view(frame, data, matrix, SIZE, smooth=True))
        pictures.append(drawn.copy())
    assert len(made) == 3 * len(kinds)  # one for each kind, and one for each picture they are compared with
    assert len({picture.tobytes() for picture in pictures}) == len(kinds) - 2  # the same inverse in three ways


def test_a_quick_picture_is_of_nearest_pixels_and_refined_on_demand() -> None:
    renderer = ViewRenderer()
    frame, matrix = frame_of(NOISE), (0.7, 0.0, 1.0, 0.0, 0.7, 3.0)
    quick = renderer.draw(frame, WIDE, matrix, SIZE, smooth=True, quick=True).copy()
    assert renderer.is_quick
    assert np.array_equal(quick, draw_view(frame, WIDE, matrix, SIZE, smooth=False))
    careful = renderer.draw(frame, WIDE, matrix, SIZE, smooth=True).copy()
    assert not renderer.is_quick
    assert np.array_equal(careful, draw_view(frame, WIDE, matrix, SIZE, smooth=True))
    renderer.draw(frame, WIDE, matrix, SIZE, smooth=True, quick=True)
    assert not renderer.is_quick  # it has the better one already


def test_the_picture_before_is_not_written_over() -> None:
    renderer = ViewRenderer()
    matrix = (2.0, 0.0, 1.0, 0.0, 2.0, 1.0)
    first = renderer.draw(frame_of(NOISE), WIDE, matrix, SIZE, smooth=True)
    before = first.copy()
    second = renderer.draw(frame_of(NOISE[::-1]), WIDE, matrix, SIZE, smooth=True)
    assert second is not first
    assert np.array_equal(first, before)
