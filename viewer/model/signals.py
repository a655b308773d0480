"""Signals without Qt: who is told when something changes. A method that is connected does not keep its object alive."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import BuiltinMethodType, MethodType
from typing import Any, TypeVar, overload
from weakref import WeakMethod, ref

Slot = TypeVar("Slot", bound=Callable[..., object])
_ANY_NUMBER = 0x04  # of `co_flags`: takes ``*args``


class Signal:
    """Declared in a class body, with the types of what is emitted; each object of the class has its own `SignalInstance`."""

    def __init__(self, *types: object) -> None:
        self._count = len(types)
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Signal: ...
    @overload
    def __get__(self, instance: object, owner: type) -> SignalInstance: ...
    def __get__(self, instance: object | None, owner: type) -> Signal | SignalInstance:
        if instance is None:
            return self
        made = SignalInstance(self._count)
        instance.__dict__[self._name] = made  # found before this descriptor from now on
        return made


class SignalInstance:
    """The signal of one object. Slots are called in the order in which they were connected, on the thread that emits."""

    def __init__(self, count: int = 0) -> None:
        self._count = count
        self._slots: tuple[_Connection, ...] = ()  # never changed, only replaced: an emission goes over those of its beginning

    def connect(self, slot: Slot) -> Slot:
        """Call `slot` from now on, with as many of the emitted values as it takes."""
        self._slots = (*self._slots, _Connection(slot, self._count))
        return slot

    def disconnect(self, slot: Callable[..., object], *, missing_ok: bool = False) -> None:
        """Call `slot` no more, not even by an emission that is under way. ValueError when it is not connected."""
        found = next((one for one in self._slots if one.slot() == slot), None)
        if found is not None:
            self._drop(found)
        elif not missing_ok:
            raise ValueError(f"not connected: {slot!r}")

    def emit(self, *values: object) -> None:
        """Call the slots. What one of them raises is passed on, and the others are not called."""
        for connection in self._slots:
            if connection.lost:
                continue
            slot = connection.slot()
            if slot is None:
                self._drop(connection)
            else:
                slot(*values[: connection.takes])

    def __len__(self) -> int:
        return len(self._slots)

    def _drop(self, connection: _Connection) -> None:
        connection.lost = True
        self._slots = tuple([one for one in self._slots if one is not connection])


class _Connection:
    __slots__ = ("lost", "slot", "takes")

    def __init__(self, slot: Callable[..., Any], count: int) -> None:
        self.slot = _reference(slot)
        self.takes = _takes(slot, count) if count else 0
        self.lost = False


def _reference(slot: Callable[..., Any]) -> Callable[[], Callable[..., Any] | None]:
    """Weak for methods, those of Qt's classes among them; functions are kept."""
    if isinstance(slot, MethodType):
        return WeakMethod(slot)
    if isinstance(slot, BuiltinMethodType) and slot.__self__ is not None:
        with suppress(TypeError):  # no weak references to such an object
            whose, name = ref(slot.__self__), slot.__name__
            return lambda: getattr(whose(), name, None)
    return lambda: slot


def _takes(slot: Callable[..., Any], count: int) -> int:
    """How many of `count` values `slot` can be called with. Slots that are not written in Python are given all of them."""
    code = getattr(slot, "__code__", None)
    if code is None or code.co_flags & _ANY_NUMBER:
        return count
    takes: int = code.co_argcount - isinstance(slot, MethodType)
    return min(count, takes)
