"""Frozen values against those of the standard library."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import Any

import pytest

from viewer.model.frozen import frozen

Make = Callable[[Any], Any]
STANDARD: Make = dataclass(frozen=True, slots=True)


def points(make: Make) -> Any:
    class Point:
        x: int
        y: int = 2
        marks: list[str] = field(default_factory=list, compare=False)
        secret: str = field(default="", repr=False)

    return make(Point)


@frozen
class Size:
    width: int
    height: int = 3
    area: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "area", self.width * self.height)


@frozen
class Box(Size):
    depth: int = 4


@frozen
class Nothing:
    pass


@frozen
class One:
    value: float


@frozen(eq=False)
class Job:
    number: int


@pytest.mark.parametrize("make", [STANDARD, frozen], ids=["standard", "ours"])
def test_does_as_the_standard_library(make: Make) -> None:
    point = points(make)
    one = point(1, secret="s")
    assert (one.x, one.y, one.marks, one.secret) == (1, 2, [], "s")
    assert point(1).marks is not point(1).marks
    assert repr(one) == "points.<locals>.Point(x=1, y=2, marks=[])"
    assert one == point(1, 2, ["other"], "s")
    assert hash(one) == hash(point(1, 2, ["other"], "s"))
    assert one != point(2, secret="s")
    assert one != (1, 2, "s")
    assert replace(one, y=5) == point(1, 5, secret="s")
    assert asdict(one) == {"x": 1, "y": 2, "marks": [], "secret": "s"}
    assert [it.name for it in fields(one)] == ["x", "y", "marks", "secret"]
    assert point.__match_args__ == ("x", "y", "marks", "secret")
    assert not hasattr(one, "__dict__")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        one.x = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
        del one.x
    with pytest.raises((FrozenInstanceError, TypeError)):  # the standard library stumbles over its own class
        one.other = 2
    for wrong in ({}, {"x": 1, "z": 2}):
        with pytest.raises(TypeError):
            point(**wrong)


def test_derived_classes_and_what_is_computed_at_the_end() -> None:
    box = Box(2, depth=7)
    assert (box.width, box.height, box.depth, box.area) == (2, 3, 7, 6)
    assert box == Box(2, 3, 7)
    assert box != Box(2, 3, 8)
    assert Size(2) != box
    assert replace(box, width=5).area == 15
    assert repr(box) == "Box(width=2, height=3, area=6, depth=7)"


def test_goes_through_pickle_and_copy() -> None:
    for value in (Box(2, depth=7), Size(1), Nothing(), One(0.5)):
        assert pickle.loads(pickle.dumps(value)) == value
        assert copy.copy(value) == copy.deepcopy(value) == value


def test_no_value_and_one() -> None:
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(())
    nan = float("nan")
    assert One(nan) == One(nan), "as tuples compare"
    assert hash(One(2.0)) == hash((2.0,))


def test_identity_without_eq() -> None:
    one, other = Job(1), Job(1)
    assert one != other
    assert len({one, other}) == 2


def test_own_methods_stay() -> None:
    @frozen
    class Word:
        text: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Word) and other.text.lower() == self.text.lower()

        def __hash__(self) -> int:
            return hash(self.text.lower())

        def __repr__(self) -> str:
            return f"<{self.text}>"

    assert Word("A") == Word("a")
    assert len({Word("A"), Word("a")}) == 1
    assert repr(Word("A")) == "<A>"


def test_says_whose_init_it_is() -> None:
    with pytest.raises(TypeError, match=r"Size\.__init__\(\) missing 1 required positional argument: 'width'"):
        Size()  # type: ignore[call-arg]


def test_the_first_value_is_like_all_others() -> None:
    @frozen
    class Word:
        text: str
        number: int = 7

    with pytest.raises(TypeError):
        Word()  # type: ignore[call-arg]
    first, second = Word("a"), Word("a", number=7)
    assert first == second
    assert first.number == 7
