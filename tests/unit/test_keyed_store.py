"""A durable store by key: atomic writes, reading that touches nothing, damage told apart from bad luck."""

from pathlib import Path

import pytest

from llnotes_tui.storage.keyed import DamagedStoreError, KeyedStore, StoreError, is_there, read_all, read_some
from tests.unit.review_cases import child, end, heard


def files(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    store = KeyedStore(tmp_path / "store")
    store.write({"a": {"text": "é \ud800 \x00", "list": [1, None, 2.5]}, "b": "x" * 3_000_000})
    store.write({"a": 1, "c": []}, dropped=["b", "never there"])
    assert read_all(tmp_path / "store") == {"a": 1, "c": []}
    assert read_some(tmp_path / "store", ["a", "b"]) == {"a": 1}
    store.close()
    assert read_all(tmp_path / "store", check=True) == {"a": 1, "c": []}


def test_a_write_is_whole_or_not_at_all(tmp_path: Path) -> None:
    store = KeyedStore(tmp_path / "store")
    store.write({"a": 1})
    with pytest.raises(TypeError):
        store.write({"a": 2, "b": object()})
    assert read_all(tmp_path / "store") == {"a": 1}
    store.write({"a": 3})
    assert read_all(tmp_path / "store") == {"a": 3}
    store.close()


def test_large_values_leave_no_files_beside_the_database(tmp_path: Path) -> None:
    store = KeyedStore(tmp_path / "store")
    store.write({"a": "x" * 1_000_000})
    store.close()
    assert files(tmp_path / "store") == ["cache.db"]


def test_reading_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        read_all(tmp_path / "store")
    assert not is_there(tmp_path / "store")
    assert files(tmp_path) == []
    store = KeyedStore(tmp_path / "store")
    store.write({"a": 1})
    store.close()
    before = files(tmp_path / "store"), (tmp_path / "store" / "cache.db").read_bytes()
    read_all(tmp_path / "store", check=True)
    assert (files(tmp_path / "store"), (tmp_path / "store" / "cache.db").read_bytes()) == before


def test_the_directory_belongs_to_its_user_alone(tmp_path: Path) -> None:
    store = KeyedStore(tmp_path / "store")
    store.write({"a": 1})
    store.close()
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 999])
def test_a_database_that_is_none_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "cache.db").write_bytes(content)
    with pytest.raises(DamagedStoreError, match=r"damaged"):
        read_all(tmp_path / "store", check=True)


def test_a_page_of_rubbish_is_damage_wherever_it_lies(tmp_path: Path) -> None:
    store = KeyedStore(tmp_path / "store")
    store.write({f"key {number}": "word " * 200 for number in range(50)})
    store.close()
    database = tmp_path / "store" / "cache.db"
    whole = database.read_bytes()
    unnoticed = 0
    for page in range(0, len(whole), 4096):
        database.write_bytes(whole[:page] + b"\xa5" * 4096 + whole[page + 4096 :])
        try:
            unnoticed += len(read_all(tmp_path / "store", check=True)) == 50
        except DamagedStoreError:
            continue
    # Pages of the indexes that reading does not need can be rubbish without a loss.
    assert unnoticed <= 3


def test_another_process_that_keeps_the_database_busy_is_bad_luck_and_no_damage(tmp_path: Path) -> None:
    store = KeyedStore(tmp_path / "store")
    store.write({"a": 1})
    busy = child(
        tmp_path / "store",
        "import sqlite3\n"
        "connection = sqlite3.connect(state / 'cache.db', isolation_level=None)\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        "say('busy')\n"
        "sys.stdin.readline()\n",
    )
    try:
        assert heard(busy) == "busy"
        with pytest.raises(StoreError, match="cannot be used") as caught:
            store.write({"a": 2})
        assert not isinstance(caught.value, DamagedStoreError)
        assert read_some(tmp_path / "store", ["a"]) == {"a": 1}
    finally:
        end(busy)
    store.write({"a": 2})
    store.close()
    assert read_all(tmp_path / "store") == {"a": 2}
