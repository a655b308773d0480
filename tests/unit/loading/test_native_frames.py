from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from viewer.dicom.decode import DecodeRequest, decode
from viewer.loading.native_frames import read_native
from viewer.model.errors import MissingFileError

ROWS, COLUMNS = 5, 7
PLAIN = DecodeRequest("", ((3, 0),), "1.2.840.10008.1.2.1", ROWS, COLUMNS)
KINDS = {
    "8 bit": PLAIN,
    "16 bit": replace(PLAIN, bits_allocated=16),
    "32 bit": replace(PLAIN, bits_allocated=32),
    "float": replace(PLAIN, bits_allocated=32, is_float=True),
    "double": replace(PLAIN, bits_allocated=64, is_float=True),
    "colour": replace(PLAIN, samples_per_pixel=3, photometric_interpretation="RGB"),
    "implicit": replace(PLAIN, transfer_syntax_uid="1.2.840.10008.1.2", bits_allocated=16),
}
LEFT_TO_THE_DECODER = {
    "planes": replace(PLAIN, samples_per_pixel=3, planar_configuration=1),
    "bits": replace(PLAIN, bits_allocated=1),
    "12 bit": replace(PLAIN, bits_allocated=12),
    "big endian": replace(PLAIN, bits_allocated=16, transfer_syntax_uid="1.2.840.10008.1.2.2"),
    "halved": replace(PLAIN, samples_per_pixel=3, is_halved=True),
    "swapped": replace(PLAIN, swaps_bytes=True),
    "within a word": replace(PLAIN, bit_offset=8),
    "two pieces": replace(PLAIN, segments=((0, 20), (30, 30))),
    "bytes": replace(PLAIN, data=bytes(ROWS * COLUMNS)),
    "compressed": replace(PLAIN, transfer_syntax_uid="1.2.840.10008.1.2.4.50"),
}


def in_file(request: DecodeRequest, folder: Path, missing: int = 0) -> DecodeRequest:
    data = np.random.default_rng(4).integers(0, 255, request.nbytes + 3 - missing, np.uint8).tobytes()
    path = folder / "frame"
    path.write_bytes(data)
    return replace(request, path=str(path), segments=((3, request.nbytes),))


@pytest.mark.parametrize("kind", KINDS)
def test_reads_what_the_decoder_reads(kind: str, tmp_path: Path) -> None:
    request = in_file(KINDS[kind], tmp_path)
    ours, theirs = read_native(request), decode(request)
    assert ours is not None
    assert ours.pixels.dtype == theirs.pixels.dtype
    np.testing.assert_array_equal(ours.pixels.view(np.uint8), theirs.pixels.view(np.uint8))
    assert ours.photometric_interpretation == theirs.photometric_interpretation


@pytest.mark.parametrize("kind", LEFT_TO_THE_DECODER)
def test_leaves_the_rest_to_the_decoder(kind: str) -> None:
    request = LEFT_TO_THE_DECODER[kind]
    if request.segments[0][1] == 0:
        request = replace(request, segments=((3, 10_000),))
    assert read_native(request) is None


def test_a_file_cut_off_is_left_to_the_decoder_and_a_missing_one_is_said(tmp_path: Path) -> None:
    request = in_file(KINDS["16 bit"], tmp_path, missing=4)
    assert read_native(request) is None
    assert decode(request).warnings
    with pytest.raises(MissingFileError):
        read_native(replace(request, path=str(tmp_path / "gone")))
