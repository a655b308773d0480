"""Which presentation contexts are proposed and accepted, and what statuses mean."""

from __future__ import annotations

from viewer.network.query_scu import GET, Root
from viewer.network.retrieve_scu import COMMON_CLASSES, get_contexts
from viewer.network.status import is_pending, is_success, is_warning, may_pass, meaning
from viewer.network.storage_item import StorageItem, contexts_of, plan
from viewer.network.storage_scp import choose_syntax, is_storage_class

IMPLICIT, EXPLICIT, J2K = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.90"
CT = "1.2.840.10008.5.1.4.1.1.2"


def item(number: int, class_uid: str = CT, syntax: str = EXPLICIT) -> StorageItem:
    return StorageItem(f"{number}.dcm", class_uid, f"1.{number}", syntax, 0)


def test_the_original_is_alone_in_its_context_and_the_fallback_loses_nothing() -> None:
    assert contexts_of(CT, [J2K]) == ((CT, (J2K,)), (CT, (EXPLICIT, IMPLICIT)))
    assert contexts_of(CT, [EXPLICIT]) == ((CT, (EXPLICIT,)), (CT, (IMPLICIT,)))
    assert contexts_of(CT, [EXPLICIT, IMPLICIT]) == ((CT, (IMPLICIT,)), (CT, (EXPLICIT,)))


def test_one_association_for_many_and_several_for_very_many_classes() -> None:
    assert len(plan([item(n) for n in range(5000)])) == 1
    many = [item(n, f"1.2.3.{n}") for n in range(100)]
    batches = plan(many)
    assert [len(contexts) for _, contexts in batches] == [128, 72]
    assert sorted((one.path for batch, _ in batches for one in batch)) == sorted(one.path for one in many)


def test_a_get_proposes_the_request_and_as_many_originals_as_fit() -> None:
    few = get_contexts(Root.STUDY, [CT])
    assert few.contexts[0][0] == GET[Root.STUDY]
    assert (CT, (J2K,)) in few.contexts
    assert few.roles[CT].scp
    assert len(get_contexts(Root.STUDY, COMMON_CLASSES).contexts) <= 128
    assert len(get_contexts(Root.STUDY, [f"1.2.{n}" for n in range(300)]).contexts) == 128


def test_which_classes_and_syntaxes_are_taken() -> None:
    assert is_storage_class(CT)
    assert not is_storage_class("1.2.840.10008.1.3.10")  # a DICOMDIR is no object
    assert not is_storage_class("1.2.840.10008.1.1")
    assert not is_storage_class("1.3.12.2.1107.5.9.1")
    assert is_storage_class("1.3.12.2.1107.5.9.1", private=True)
    assert choose_syntax((IMPLICIT, EXPLICIT)) == EXPLICIT
    assert choose_syntax((J2K,)) == J2K
    assert choose_syntax(("1.2.840.10008.1.2.1.99", J2K)) == J2K
    assert choose_syntax(("1.2.840.10008.1.2.1.99",)) == "1.2.840.10008.1.2.1.99"
    assert choose_syntax(("1.2.840.113619.5.2",)) == ""
    assert choose_syntax(("1.2.840.113619.5.2",), private=True) == "1.2.840.113619.5.2"


def test_statuses() -> None:
    assert is_success(0)
    assert is_pending(0xFF00)
    assert is_pending(0xFF01)
    assert is_warning(0xB007)
    assert not is_warning(0xA700)
    assert may_pass(0xA700)
    assert not may_pass(0xC000)
    assert not may_pass(0xA900)
    for status in range(0x10000):
        assert (is_success(status) + is_warning(status) + is_pending(status) + may_pass(status)) <= 1
    assert str(meaning(0xA7AB)) == str(meaning(0xA700))
    assert "unknown status" in str(meaning(0x4242))
