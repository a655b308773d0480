"""``negatoscope echo``: tests a node step by step: TCP, TLS, association, C-ECHO."""

from __future__ import annotations

import argparse

from viewer.app.cli.network_options import add_caller_options, caller_of, complain, node_of, print_json
from viewer.model.errors import NegatoscopeError
from viewer.network.verification import Step, check_node


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("node", metavar="NODE", help="AE@HOST:PORT, or the name of a node: the one to test")
    add_caller_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when the node answered C-ECHO, 1 when a step failed, 2 when the address is none."""
    try:
        node = node_of(arguments.node, arguments)
        caller = caller_of(arguments, node)
    except NegatoscopeError as error:
        complain(error)
        return 2
    steps = check_node(node, caller, (lambda step: None) if arguments.json else _print)
    passed = all(step.passed for step in steps)
    if arguments.json:
        print_json({"node": str(node), "passed": passed, "steps": [_plain(step) for step in steps]})
    return 0 if passed else 1


def _print(step: Step) -> None:
    if step.passed:
        print(f"{step.name}: passed, {step.milliseconds:.1f} ms")
    else:
        print(f"{step.name}: failed. {step.reason} {step.advice}".rstrip())


def _plain(step: Step) -> dict[str, object]:
    return {
        "step": step.name,
        "passed": step.passed,
        "milliseconds": round(step.milliseconds, 2),
        "reason": str(step.reason),
        "advice": str(step.advice),
    }
