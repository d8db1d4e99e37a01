"""The pool's IR is valid, and its memory is as large as its places say."""

from diffops.native import pool_source
from diffops.native.llvm import parsed
from diffops.native.thread_count import MOST


def test_it_is_valid_with_and_without_a_way_to_pause():
    for text in (
        pool_source.source(),
        pool_source.source(
            "call void @llvm.x86.sse2.pause()", "declare void @llvm.x86.sse2.pause()"
        ),
    ):
        with parsed(text) as module:
            module.verify()


def test_stretches_do_not_overlap():
    assert pool_source.TAKEN_BY_WORKER + 8 <= pool_source.STRETCH
    assert pool_source.SIZE >= pool_source.WORKERS + (MOST - 1) * pool_source.STRETCH
