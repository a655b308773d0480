"""Frozen values whose classes are made in a tenth of the time.

``dataclass(frozen=True, slots=True)`` writes and compiles six methods for each class, which takes 0.3 ms, and a start of the
program makes 130 of them. Here ``__init__`` alone is written for a class, when it is first called; the rest is one piece of code
for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")
_MADE = object()  # stands for "made by the default factory" in a signature


@overload
def frozen(cls: type[T], /) -> type[T]: ...
@overload
def frozen(*, eq: bool = ...) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T] | None = None, /, *, eq: bool = True) -> type[T] | Callable[[type[T]], type[T]]:
    """Make of a class what ``dataclass(frozen=True, slots=True, eq=eq)`` makes of it.

    `replace`, `fields`, `asdict`, ``match`` and pickle take it. Fields have `default`, `default_factory`, `init`, `compare` and
    `repr`; other settings are not looked at. A class derives from classes made here, or from plain ones.
    """
    if cls is None:
        return lambda given: _make(given, eq)
    return _make(cls, eq)


def _make(cls: type[T], eq: bool) -> type[T]:
    made: Any = dataclass(slots=True, init=False, repr=False, eq=False)(cls)
    own = vars(made)
    its = fields(made)
    methods: dict[str, object] = {"__init__": _first(made), "__repr__": _repr}
    if eq and "__eq__" not in own:
        made._compared = _reader([one.name for one in its if one.compare])
        methods |= {"__eq__": _equal, "__hash__": _hash}
    for name, method in methods.items():
        if name not in own or own[name] is None:
            setattr(made, name, method)
    made.__setattr__, made.__delattr__ = _refuse_set, _refuse_delete
    made.__getstate__, made.__setstate__ = _state, _restore
    return made  # type: ignore[no-any-return]


def _first(made: Any) -> object:
    """``__init__`` of the first value, which writes that of all others: the start makes values of few classes."""

    def __init__(self: object, *values: object, **named: object) -> None:  # noqa: N807  # it is one
        made.__init__ = _written(made, fields(made))
        made.__init__(self, *values, **named)

    return __init__


def _written(made: Any, its: tuple[Field[Any], ...]) -> object:
    """``__init__``: each value goes into its slot without `__setattr__`, which refuses."""
    known: dict[str, object] = {"__name__": made.__module__, "_made": _MADE}
    heads, lines = ["self"], []
    for one in its:
        if not one.init:
            continue
        name, value = one.name, one.name
        known[f"_set_{name}"] = getattr(made, name).__set__
        if one.default is not MISSING:
            known[f"_default_{name}"] = one.default
            heads.append(f"{name}=_default_{name}")
        elif one.default_factory is not MISSING:
            known[f"_factory_{name}"] = one.default_factory
            heads.append(f"{name}=_made")
            value = f"_factory_{name}() if {name} is _made else {name}"
        else:
            heads.append(name)
        lines.append(f"    _set_{name}(self, {value})")
    if hasattr(made, "__post_init__"):
        lines.append("    self.__post_init__()")
    exec(f"def __init__({', '.join(heads)}):\n" + ("\n".join(lines) or "    pass"), known)  # as the standard library does
    written: Any = known["__init__"]
    written.__qualname__ = f"{made.__qualname__}.__init__"
    return written


def _reader(names: list[str]) -> Callable[[object], tuple[object, ...]]:
    """Reads the values of `names` as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return _Few(tuple(names))


class _Few:
    """`attrgetter` gives no tuple for one name, and takes no none."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def __call__(self, value: object) -> tuple[object, ...]:
        return tuple([getattr(value, name) for name in self._names])


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    read = self._compared
    return read(self) == read(other)


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _repr(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({shown})"


def _refuse_set(self: object, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, one.name) for one in fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for one, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)
