"""Which rule sends what where."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.network.objects import CT, make_ct, save
from viewer.network.instance_store import ReceivedInstance
from viewer.network.routing import RoutingRule, RoutingRuleError, destinations, read_rules

RULES = (
    RoutingRule("all CT", ("archive",), (("Modality", "CT"),)),
    RoutingRule("thorax", ("archive", "reader"), (("Modality", "CT\\MR"), ("SeriesDescription", "*thorax*"))),
    RoutingRule("scanner", ("qa",), calling_ae_titles=("SCAN*",)),
    RoutingRule("off", ("nowhere",), enabled=False),
    RoutingRule("no description", ("desk",), (("SeriesDescription", ""),)),
)


def received(folder: Path, **fields: object) -> ReceivedInstance:
    path = save(make_ct(**fields), folder / "a.dcm")  # type: ignore[arg-type]
    return ReceivedInstance(CT, "1.2", "1.2.840.10008.1.2.1", path=str(path), calling_ae_title="SCANNER1")


def test_rules_in_order(tmp_path: Path) -> None:
    assert destinations(RULES, received(tmp_path, SeriesDescription="native thorax 5mm")) == (
        ("archive", "all CT"),
        ("reader", "thorax"),
        ("qa", "scanner"),
    )
    other = replace(received(tmp_path, Modality="US"), calling_ae_title="OTHER")
    assert destinations(RULES, other) == (("desk", "no description"),)


def test_what_is_doubtful_is_not_forwarded(tmp_path: Path) -> None:
    instance = received(tmp_path)
    assert destinations(RULES, replace(instance, copy=1)) == ()
    gone = replace(instance, path=str(tmp_path / "gone.dcm"), calling_ae_title="X")
    assert destinations(RULES, gone) == ()


def test_rules_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "routing.json"
    assert read_rules(path) == ()
    row = {"name": "thorax", "to": ["archive"], "keys": {"00080060": "CT"}, "calling_ae_titles": ["A"], "enabled": False}
    path.write_text(json.dumps({"rules": [row]}))
    assert read_rules(path) == (RoutingRule("thorax", ("archive",), (("Modality", "CT"),), ("A",), False),)


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"rules": 1}', '{"rules": [{}]}', '{"rules": [{"name": "a", "to": "b"}]}', '{"rules": [{"name": 1, "to": []}]}',
     '{"rules": [{"name": "a", "to": [], "keys": {"Nonsense": "1"}}]}', '{"rules": [{"name": "a", "to": [], "enabled": 1}]}'],
)  # fmt: skip
def test_damaged_rules_are_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "routing.json"
    path.write_text(text)
    with pytest.raises(RoutingRuleError) as error:
        read_rules(path)
    assert error.value.path == str(path)
