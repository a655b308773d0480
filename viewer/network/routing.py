"""Auto-routing: which received objects go on to which nodes, by rules that the user writes (received, then forwarded)."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from viewer.dicom.attribute_matching import matches
from viewer.dicom.header import read_header
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.network.identifier import normal_keyword, tag_of, vr_of
from viewer.network.instance_store import ReceivedInstance

_MOST_RULES = 1000
_TEXT = ("LO", "SH", "LT", "ST", "UT")


class RoutingRuleError(NegatoscopeError):
    """Rules that cannot be read."""


@frozen
class RoutingRule:
    """Forward what matches to the nodes named in `to`.

    `calling_ae_titles`: who sent it, wildcards allowed, () anybody. `keys`: attributes as (keyword, value to match) with the rules
    of C-FIND, text in any case; an empty value is matched by objects that do not have the attribute.
    """

    name: str
    to: tuple[str, ...]
    keys: tuple[tuple[str, str], ...] = ()
    calling_ae_titles: tuple[str, ...] = ()
    enabled: bool = True


def destinations(rules: Iterable[RoutingRule], instance: ReceivedInstance) -> tuple[tuple[str, str], ...]:
    """(node name, rule name) for what was received; each node once, from the first rule that names it. Reads the file's header.

    A second content under a known UID is not forwarded: a person has to look at it first.
    """
    if instance.copy:
        return ()
    found: dict[str, str] = {}
    attributes = _Attributes(instance.path)
    for rule in rules:
        if rule.enabled and _comes_from(rule, instance) and all(attributes.match(keyword, key) for keyword, key in rule.keys):
            for node in rule.to:
                found.setdefault(node, rule.name)
    return tuple(found.items())


def _comes_from(rule: RoutingRule, instance: ReceivedInstance) -> bool:
    wanted = rule.calling_ae_titles
    return not wanted or any(matches(title, instance.calling_ae_title, "AE") for title in wanted)


class _Attributes:
    """What a file says, read when a rule asks for it first."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._header: Any = None

    def match(self, keyword: str, key: str) -> bool:
        if self._header is None:
            try:
                self._header = read_header(self._path)
            except NegatoscopeError:
                return False
        vr, tag = vr_of(keyword), tag_of(keyword)
        header = self._header
        value = header.name(tag) if vr == "PN" else header.text(tag) if vr in _TEXT else header.code(tag)
        if vr in _TEXT:
            key, value = key.casefold(), value.casefold()
        return matches(key, value, vr) if key else not value


def read_rules(path: Path) -> tuple[RoutingRule, ...]:
    """Rules from a JSON file; () when there is none. Raises RoutingRuleError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except OSError as error:
        reason = message("The routing rules cannot be read: {reason}.", reason=error.strerror or "")
        raise RoutingRuleError(reason, path=str(path)) from error
    try:
        rows = json.loads(text)["rules"]
        if not isinstance(rows, list) or len(rows) > _MOST_RULES:
            raise ValueError("rules")
        return tuple(_rule(row) for row in rows)
    except NegatoscopeError as error:
        raise RoutingRuleError(error.reason, path=str(path), advice=error.advice) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RoutingRuleError(message("These are no routing rules, or they are damaged."), path=str(path)) from error


def write_rules(path: Path, rules: Sequence[RoutingRule]) -> None:
    """Keep rules, whole or not at all. Raises RoutingRuleError, also for keywords that are none."""
    rows: list[dict[str, Any]] = [
        {"name": rule.name, "to": list(rule.to), "keys": dict(rule.keys), "calling_ae_titles": list(rule.calling_ae_titles),
         "enabled": rule.enabled}
        for rule in rules
    ]  # fmt: skip
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        for row in rows:
            _rule(row)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            json.dump({"rules": rows}, stream, ensure_ascii=False, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except NegatoscopeError as error:
        raise RoutingRuleError(error.reason, advice=error.advice) from error
    except OSError as error:
        temporary.unlink(missing_ok=True)
        reason = message("The routing rules cannot be written: {reason}.", reason=error.strerror or "")
        raise RoutingRuleError(reason, path=str(path)) from error


def _rule(row: Mapping[str, Any]) -> RoutingRule:
    keys = row.get("keys", {})
    enabled = row.get("enabled", True)
    if not isinstance(enabled, bool):
        raise TypeError("enabled")
    return RoutingRule(
        _text(row["name"]),
        _texts(row["to"]),
        tuple((normal_keyword(_text(keyword)), _text(value)) for keyword, value in keys.items()),
        _texts(row.get("calling_ae_titles", [])),
        enabled,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _texts(values: Sequence[object]) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(type(values).__name__)
    return tuple(_text(value) for value in values)
