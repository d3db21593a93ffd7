from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors import clock


def test_the_present_is_real_time_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("seconds", [0.0, 1.5, 86_400.0])
def test_an_offset_is_added(seconds: float) -> None:
    with clock.using(lambda: seconds):
        ahead = clock.now() - datetime.now(UTC)
    assert abs(ahead - timedelta(seconds=seconds)) < timedelta(seconds=1)


def test_after_the_block_the_clock_is_what_it_was() -> None:
    with clock.using(lambda: 3600.0):
        with clock.using(lambda: 7200.0):
            pass
        assert clock.now() - datetime.now(UTC) > timedelta(minutes=59)
    assert clock.now() - datetime.now(UTC) < timedelta(minutes=1)


def test_an_offset_in_a_file_is_read_anew_each_time(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    read = clock.offset_in(path)
    clock.write_offset(path, 60.0)
    clock.write_offset(path, 90.25)
    assert read() == 90.25


@pytest.mark.parametrize("content", [None, b"", b"1234567", b"123456789"])
def test_a_file_that_is_missing_or_no_offset_means_real_time(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "clock"
    if content is not None:
        path.write_bytes(content)
    assert clock.offset_in(path)() == 0.0


def test_no_half_written_file_is_left_behind(tmp_path: Path) -> None:
    clock.write_offset(tmp_path / "clock", 1.0)
    assert [each.name for each in tmp_path.iterdir()] == ["clock"]
