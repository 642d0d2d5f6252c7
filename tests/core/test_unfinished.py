"""Folders in which an export was begun, before anything else is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from chipwright.core.errors import InvalidRequest
from chipwright.core.folder_lock import FolderLock, this_process
from chipwright.core.unfinished import check_usable


@pytest.mark.parametrize("policy", ["refuse", "append", "replace", "resume"])
def test_a_folder_that_is_written_to_is_no_unfinished_one(tmp_path: Path, policy: str) -> None:
    """Whoever was told to remove it would remove what another process writes."""
    FolderLock(tmp_path / ".chipwright", str(tmp_path)).take()
    (tmp_path / "images").mkdir()
    with pytest.raises(InvalidRequest, match=f"process {this_process().pid} is writing") as caught:
        check_usable(str(tmp_path), policy)
    assert caught.value.parameter == "outputLocation"
    assert "remove" not in str(caught.value)


def test_a_folder_that_nobody_writes_to_any_more_is_unfinished(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / ".chipwright", str(tmp_path))
    lock.take()
    lock.release()
    with pytest.raises(InvalidRequest, match="left unfinished.*existingOutput=resume"):
        check_usable(str(tmp_path))
    check_usable(str(tmp_path), "resume")
