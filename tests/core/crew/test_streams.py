from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.crew.streams import packed, received, send, unpacked
from chipwright.tests.core.making import examples


@examples
@given(st.lists(st.binary(max_size=99) | st.text(max_size=9) | st.integers(), max_size=9))
def test_what_is_sent_is_received_in_its_order(contents: list[object]) -> None:
    stream = io.BytesIO()
    for content in contents:
        send(stream, packed(content))
    stream.seek(0)
    assert [unpacked(received(stream)) for _ in contents] == contents


@pytest.mark.parametrize("missing", [1, 5, 1003])
def test_what_is_cut_short_is_not_taken_for_whole(missing: int) -> None:
    stream = io.BytesIO()
    send(stream, bytes(1000))
    stream = io.BytesIO(stream.getvalue()[:-missing])
    with pytest.raises(EOFError):
        received(stream)
