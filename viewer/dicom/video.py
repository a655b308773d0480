"""Frames of a video (MPEG-2, H.264, HEVC) by number: a decoding session that stays open, walks on, and jumps from key frames.

The decoder is OpenCV's reader of FFmpeg streams (Apache-2.0 over LGPL libraries; the extra ``video``). It runs in the worker
processes only. It is given bytes, never a name: no other file and no network can be reached from within a stream.
"""

from __future__ import annotations

import bisect
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.decode_request import DecodedPixels, DecodeRequest
from viewer.dicom.transfer_syntaxes import name_of_transfer_syntax
from viewer.dicom.video_colour import VideoColour, video_colour
from viewer.dicom.video_pixels import to_bt_709
from viewer.dicom.video_stream import VideoBytes, is_elementary, is_known_container
from viewer.dicom.video_times import times_of_container
from viewer.model.errors import DecodeError, TooLargeError, UnsupportedSyntaxError
from viewer.model.frozen import frozen
from viewer.model.messages import message

KEPT_BYTES = 64 * 1024 * 1024  # frames passed on the way, so that stepping back is quick
MOST_KEPT = 16
MAX_FRAMES = 2_000_000
NEAR = 32  # pictures: not worth a jump
SCAN_SECONDS = 4.0
WALK_SECONDS = 9.0  # less than what a frame may take before its worker is ended
THREADS = max(1, min(4, os.cpu_count() or 1))
# Older ones cannot read streams from memory; newer ones (5.0 too) show as interlaced pictures what was in memory before.
SUITABLE = (4, 11), (4, 13)
_CODECS = {"100": "mpeg2", "101": "mpeg2", "107": "hevc", "108": "hevc"}  # the others are H.264
_OPTIONS = "protocol_whitelist;none|format_whitelist;mov,mp4,m4a,3gp,3g2,mj2,mpegts,mpeg,mpegvideo,h264,hevc"

Picture = NDArray[np.uint8]


def video_library() -> ModuleType | None:
    """OpenCV where a version is installed that reads streams from memory and whose pictures are right, else None."""
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    try:
        import cv2
    except ImportError:
        return None
    version = tuple(int(part) for part in cv2.__version__.split(".")[:2])
    return (
        cv2 if SUITABLE[0] <= version < SUITABLE[1] and cv2.CAP_FFMPEG in cv2.videoio_registry.getStreamBufferedBackends() else None
    )


class VideoSessions:
    """Keeps the session of the video that was read last."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._session: VideoSession | None = None

    def decode(self, request: DecodeRequest) -> DecodedPixels:
        """One frame of a video as 8-bit RGB. Raises UnsupportedSyntaxError, DecodeError, TooLargeError or MissingFileError."""
        key = (request.path, request.segments, _stamp(request.path))
        if self._session is None or key != self._key or request.data is not None:
            self.close()
            self._session = VideoSession(request)
            self._key = key
        return self._session.decode(request)

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@frozen
class _Index:
    """`places`: time of a picture in µs to its number, empty where times do not tell pictures apart. `keys`: key frames."""

    count: int
    places: dict[int, int]
    keys: tuple[int, ...]

    def place_of(self, moment: int) -> int | None:
        """The picture shown at a time, which may be a rounding error off."""
        return next((self.places[one] for one in (moment, moment - 1, moment + 1) if one in self.places), None)

    def key_before(self, number: int) -> int:
        at = bisect.bisect_right(self.keys, number) - 1
        return self.keys[at] if at >= 0 else 0


class VideoSession:
    """Raises what `VideoSessions.decode` does."""

    def __init__(self, request: DecodeRequest) -> None:
        library = video_library()
        name = name_of_transfer_syntax(request.transfer_syntax_uid)
        if not _is_coded(request.transfer_syntax_uid):
            raise UnsupportedSyntaxError(message("Images in the transfer syntax {name} cannot be decoded.", name=name))
        if library is None:
            raise UnsupportedSyntaxError(
                message("This is a video ({name}), and the library that plays videos is not installed.", name=name),
                advice=message("Install it with: {command}", command="pip install 'negatoscope[video]'"),
            )
        self._request = request
        self._index = _read_index(library, request, name)
        self._pictures = _Player(library, request, self._index, name)
        self._colour: VideoColour | None = None
        self._luma: _Player | None = None
        self._library = library
        self._name = name
        self._kept: OrderedDict[int, Picture] = OrderedDict()

    def close(self) -> None:
        self._pictures.close()
        if self._luma is not None:
            self._luma.close()

    def decode(self, request: DecodeRequest) -> DecodedPixels:
        number = request.frame_index
        if number >= self._index.count:
            raise DecodeError(
                message("There is no frame {number}: the video has {count}.", number=number + 1, count=self._index.count)
            )
        found = self._kept.get(number)
        if found is None:
            self._pictures.go_to(number, self._keep, self._room(request))
            found = self._kept[number]
        if request.samples_per_pixel == 1:
            grey: Picture = self._library.cvtColor(found, self._library.COLOR_RGB2GRAY)
            return DecodedPixels(grey, "MONOCHROME2", bits=8)
        return DecodedPixels(found, "RGB", bits=8)

    def _room(self, request: DecodeRequest) -> int:
        return max(1, min(MOST_KEPT, KEPT_BYTES // max(1, request.rows * request.columns * 3)))

    def _keep(self, number: int, picture: Picture) -> None:
        request = self._request
        if picture.shape[:2] != (request.rows, request.columns):
            rows, columns = picture.shape[:2]
            if rows * columns > request.rows * request.columns:
                raise TooLargeError(message("The decoded frame is larger than its header says."))
        self._kept[number] = self._coloured(number, picture)
        self._kept.move_to_end(number)
        while len(self._kept) > self._room(request):
            self._kept.popitem(last=False)

    def _coloured(self, number: int, picture: Picture) -> Picture:
        """RGB. The decoder gives BGR of full range, by the matrix of BT.601 whatever the stream says."""
        if self._colour is None:
            self._colour = video_colour(self._pictures.extra(), _codec_of(self._request.transfer_syntax_uid))
        if not self._colour.is_bt_709:
            rgb: Picture = self._library.cvtColor(picture, self._library.COLOR_BGR2RGB)
            return rgb
        return to_bt_709(self._library, picture, lambda: self._brightness(number), is_full=self._colour.is_full_range)

    def _brightness(self, number: int) -> Picture | None:
        """The luminance samples as they are in the stream (of 8 bits; others are not to be had)."""
        if ".4.108" in self._request.transfer_syntax_uid:
            return None
        if self._luma is None:
            self._luma = _Player(self._library, self._request, self._index, self._name, raw=True)
        found: dict[int, Picture] = {}
        self._luma.go_to(number, found.__setitem__, 1)
        return found[number]


class _Player:
    """One decoder and where it stands: `_at` is the number of the picture it gave last."""

    def __init__(self, library: ModuleType, request: DecodeRequest, index: _Index, name: str, *, raw: bool = False) -> None:
        self._library = library
        self._request = request
        self._index = index
        self._name = name
        self._raw = raw  # luminance alone, not converted
        self._bytes: VideoBytes | None = None
        self._capture: Any = None
        self._at = -1
        self._can_jump = bool(index.places)
        self._by_time = bool(index.places)

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None
        if self._bytes is not None:
            self._bytes.close()
            self._bytes = None

    def extra(self) -> bytes:
        """The decoder configuration: parameter sets, sequence header."""
        place = int(self._capture.get(self._library.CAP_PROP_CODEC_EXTRADATA_INDEX))
        good, found = self._capture.retrieve(flag=place)
        return bytes(found.tobytes()) if good and found is not None else b""

    def go_to(self, number: int, keep: Callable[[int, Picture], None], room: int) -> None:
        """Decode picture `number`; it and up to `room` - 1 passed just before it go to `keep`. Raises DecodeError."""
        ahead = self._capture is not None and self._at < number
        if not ahead or (self._can_jump and self._at < self._index.key_before(number) - NEAR):
            self._stand_before(self._index.key_before(max(0, number - room + 1)))
        due = time.monotonic() + WALK_SECONDS
        while self._at < number:
            if not self._step():
                raise self._damaged()
            if number - room < self._at <= number:
                keep(self._at, self._picture())
            elif time.monotonic() > due:
                raise DecodeError(message("This place of the video takes long to reach. Play towards it."))
        if self._at != number:
            raise self._damaged()

    def _stand_before(self, key: int) -> None:
        """Stand where all pictures from `key` on, a key frame, will be whole."""
        if self._can_jump and key >= NEAR:
            if self._capture is None:
                self._open()
            if self._jump(key):
                return
            self._can_jump = False
        self._open()

    def _jump(self, key: int) -> bool:
        """True when key frame `key` is the next picture, or comes later: so nothing after it rests on what was left out."""
        for target in (key, self._index.key_before(key - 1)):
            self._capture.set(self._library.CAP_PROP_POS_FRAMES, target - 1)
            self._at = -1
            if self._step() and self._at < key:
                return True
        return False

    def _open(self) -> None:
        self.close()
        self._bytes = VideoBytes(self._request)
        self._capture = _open_capture(self._library, self._bytes, self._name)
        if self._raw:
            self._capture.set(self._library.CAP_PROP_CONVERT_RGB, 0)
        self._at = -1

    def _step(self) -> bool:
        """Decode the next picture. Its number comes from its time, so that one that is lost moves no other."""
        if not self._capture.grab():
            return False
        place = self._index.place_of(_microseconds(self._library, self._capture)) if self._by_time else self._at + 1
        if place is None:
            if self._at >= 0:
                return False
            self._by_time = self._can_jump = False  # its times are not those of the packets: count
            place = 0
        self._at = place
        return True

    def _picture(self) -> Picture:
        good, picture = self._capture.retrieve()
        if not good:
            raise self._damaged()
        return np.asarray(picture, np.uint8)

    def _damaged(self) -> DecodeError:
        return DecodeError(message("This frame is damaged: it cannot be decoded as {name}.", name=self._name))


def _microseconds(library: ModuleType, capture: Any) -> int:
    moment: float = capture.get(library.CAP_PROP_POS_MSEC)
    return round(moment * 1000)


def _open_capture(library: ModuleType, stream: VideoBytes, name: str) -> Any:
    capture = None
    if is_known_container(stream.at(0, 4096)):  # a playlist, for one, would name other files
        stream.seek(0)
        os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = _OPTIONS  # read by 4.12 and later
        capture = library.VideoCapture(stream, library.CAP_FFMPEG, [library.CAP_PROP_N_THREADS, THREADS])
    if capture is None or not capture.isOpened():
        raise DecodeError(message("This video is damaged: it cannot be decoded as {name}.", name=name))
    capture.set(library.CAP_PROP_ORIENTATION_AUTO, 0)
    return capture


def _read_index(library: ModuleType, request: DecodeRequest, name: str) -> _Index:
    """How many pictures there are, when, and where one may begin: by the container's tables, else by its packets."""
    stream = VideoBytes(request)
    try:
        head = stream.at(0, 8)
        times = times_of_container(stream.at, stream.size)
        stream.seek(0)
        if times is not None:
            return _index_of(times.moments.tolist(), times.moments[times.keys].tolist())
        capture = _open_capture(library, stream, name)
        capture.set(library.CAP_PROP_FORMAT, -1)
        moments, keys, is_whole = _walk_packets(library, capture)
        capture.release()
    finally:
        stream.close()
    if not moments:
        raise DecodeError(message("This video is damaged: it cannot be decoded as {name}.", name=name))
    stated = request.number_of_frames
    if not is_whole:
        return _Index(max(stated, len(moments)), {}, ())
    if is_elementary(head):
        return _Index(len(moments), {}, ())  # it holds no times: those found are guessed
    if stated > 1 and len(moments) == 2 * stated:  # a packet for each field
        return _Index(stated, {}, ())
    return _index_of(moments, keys)


def _index_of(moments: list[int], keys: list[int]) -> _Index:
    if len(set(moments)) < len(moments):
        return _Index(len(moments), {}, ())
    places = {moment: number for number, moment in enumerate(sorted(moments))}
    return _Index(len(moments), places, tuple(sorted(places[moment] for moment in keys)))


def _walk_packets(library: ModuleType, capture: Any) -> tuple[list[int], list[int], bool]:
    """(times of all packets, of key frames, whether that was all of them), nothing being decoded."""
    moments: list[int] = []
    keys: list[int] = []
    due = time.monotonic() + SCAN_SECONDS
    while capture.grab():
        if len(moments) >= MAX_FRAMES or time.monotonic() > due:
            return moments, keys, False
        moments.append(_microseconds(library, capture))
        if capture.get(library.CAP_PROP_LRF_HAS_KEY_FRAME):
            keys.append(moments[-1])
    return moments, keys, True


def _codec_of(uid: str) -> str:
    return _CODECS.get(uid.split(".")[7], "h264")


def _is_coded(uid: str) -> bool:
    """MPEG-2, H.264 and HEVC; False for SMPTE ST 2110, whose frames are not in the file."""
    return uid.startswith("1.2.840.10008.1.2.4.")
