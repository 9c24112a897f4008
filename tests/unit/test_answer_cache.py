"""The cache of answers: whatever goes wrong with it is a miss that is said, never an error."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from llnotes_tui.storage.cache import AnswerCache

ROOM = 1 << 30
ANSWER = {"text": "Adds `retried`.", "finish_reason": "stop", "tokens": [10, 3], "cut": False, "none": None}


@pytest.fixture
def cache(tmp_path: Path) -> AnswerCache:
    return AnswerCache.open(tmp_path / "cache", ROOM)


def database(cache: AnswerCache) -> Path:
    return cache.path / "cache.db"


def test_a_value_comes_back_as_it_was_put(cache: AnswerCache) -> None:
    cache.put("key", ANSWER)
    assert cache.get("key") == ANSWER
    assert cache.get("another") is None
    assert cache.fault == ""


def test_what_was_put_is_there_for_the_next_process(cache: AnswerCache, tmp_path: Path) -> None:
    cache.put("key", ANSWER)
    cache.close()
    assert AnswerCache.open(tmp_path / "cache", ROOM).get("key") == ANSWER


def test_an_answer_that_comes_after_close_is_kept(cache: AnswerCache) -> None:
    cache.put("key", 1)
    cache.close()
    cache.put("late", 2)
    assert cache.get_many(["key", "late", "never"]) == {"key": 1, "late": 2}


def test_a_value_that_is_not_json_is_the_callers_mistake(cache: AnswerCache) -> None:
    with pytest.raises(TypeError):
        cache.put("key", object())
    cache.put("key", "fine")
    assert cache.get("key") == "fine"


def test_what_is_put_later_is_there_at_once_and_on_disk_with_the_next(cache: AnswerCache, tmp_path: Path) -> None:
    beside = AnswerCache.open(tmp_path / "cache", ROOM)
    cache.put_later("late", 1)
    assert beside.get("late") is None
    cache.put("key", 2)
    assert beside.get_many(["late", "key"]) == {"late": 1, "key": 2}
    cache.put_later("later", 3)
    assert cache.get("later") == 3
    cache.put_later("last", 4)
    cache.close()
    assert beside.get_many(["later", "last"]) == {"later": 3, "last": 4}


def test_flushing_a_key_waits_until_whoever_writes_it_has_written_it(cache: AnswerCache, tmp_path: Path) -> None:
    beside = AnswerCache.open(tmp_path / "cache", ROOM)

    def work(number: int) -> bool:
        cache.put_later(f"{number}", number)
        cache.flush([f"{number}"])
        return beside.get(f"{number}") == number

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(200)))


def test_of_many_values_none_is_kept_if_one_is_not_json(cache: AnswerCache) -> None:
    cache.put_later("late", 1)
    with pytest.raises(TypeError):
        cache.put_many({"one": 1, "two": object()})
    assert cache.get_many(["one", "two", "late"]) == {"late": 1}


def test_no_more_than_a_few_values_wait(cache: AnswerCache, tmp_path: Path) -> None:
    for number in range(60):
        cache.put_later(f"{number}", number)
    assert AnswerCache.open(tmp_path / "cache", ROOM).info().entries >= 50


def test_nobody_else_can_read_it(cache: AnswerCache) -> None:
    cache.put("key", 1)
    assert stat.S_IMODE(cache.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(cache.path.parent.stat().st_mode) == 0o700


def test_a_directory_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir(mode=0o755)
    cache = AnswerCache.open(tmp_path, ROOM)
    cache.put("key", 1)
    assert stat.S_IMODE(cache.path.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_a_directory_of_another_user_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    os.chown(tmp_path / "answers", 12345, 12345)
    cache = AnswerCache.open(tmp_path, ROOM)
    cache.put("key", 1)
    assert cache.get("key") is None
    assert "belongs to another user" in cache.fault


def test_nothing_is_pickled(cache: AnswerCache) -> None:
    cache.put("key", ANSWER)
    cache.put("long", "x" * 1_000_000)
    cache.close()
    with sqlite3.connect(database(cache)) as connection:
        rows = connection.execute("SELECT mode, filename FROM Cache").fetchall()
    connection.close()
    assert rows == [(1, None), (1, None)]


def test_a_thousand_notes_are_read_at_little_cost(cache: AnswerCache) -> None:
    keys = [f"{number:064x}" for number in range(1000)]
    for key in keys:
        cache.put(key, ANSWER | {"text": "word " * 200})
    begun = time.process_time()
    assert len(cache.get_many(keys)) == 1000
    assert all(cache.get(key) for key in keys)
    assert time.process_time() - begun < 1


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    cache = AnswerCache.open(tmp_path, 2_000_000)
    value = os.urandom(10_000).hex()
    cache.put("dear", value)
    for number in range(400):
        cache.put(f"{number}", value)
        cache.get("dear")
    assert cache.get("dear") == value
    assert cache.get("0") is None
    assert cache.get("399") == value
    assert 50 < cache.info().entries < 350


def test_info_and_clear(cache: AnswerCache) -> None:
    assert cache.info().entries == cache.info().bytes == 0
    assert not cache.path.exists(), "asking makes no files"
    cache.put("one", 1)
    cache.put("two", 2)
    info = cache.info()
    assert (info.path, info.entries) == (cache.path, 2)
    assert info.bytes > 0
    assert cache.clear() == 2
    assert cache.info().entries == 0
    assert cache.get("one") is None


def test_threads_share_it(cache: AnswerCache) -> None:
    def work(number: int) -> bool:
        cache.put(f"{number}", number)
        found = cache.get(f"{number}") == number
        cache.close()
        return found

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(200)))
    assert cache.info().entries == 200
    assert cache.fault == ""


def test_processes_share_it(cache: AnswerCache) -> None:
    program = (
        "import sys; from pathlib import Path; from llnotes_tui.storage.cache import AnswerCache\n"
        "cache = AnswerCache.open(Path(sys.argv[1]), 1 << 30)\n"
        "for n in range(100): cache.put(f'{sys.argv[2]} {n}', n); assert cache.get(f'{sys.argv[2]} {n}') == n\n"
        "assert cache.fault == '', cache.fault\n"
    )
    others = [subprocess.Popen([sys.executable, "-c", program, str(cache.path.parent), name]) for name in ("a", "b")]
    for number in range(100):
        cache.put(f"c {number}", number)
    assert [other.wait(120) for other in others] == [0, 0]
    assert cache.info().entries == 300
    assert cache.fault == ""


def test_a_damaged_entry_is_a_miss_and_the_others_stay(cache: AnswerCache) -> None:
    cache.put("bad", ANSWER)
    cache.put("good", ANSWER)
    cache.close()
    with sqlite3.connect(database(cache)) as connection:
        connection.execute("UPDATE Cache SET value = x'789c00ff00' WHERE rowid = 1")
    connection.close()
    assert cache.get_many(["bad", "good"]) == {"good": ANSWER}
    assert "damaged" in cache.fault
    cache.put("bad", ANSWER)
    assert cache.get("bad") == ANSWER


@pytest.mark.parametrize("damage", ["garbage", "middle", "short", "empty tables"])
def test_a_damaged_database_is_set_aside_and_begun_anew(cache: AnswerCache, damage: str) -> None:
    keys = [f"{number:064x}" for number in range(300)]
    for key in keys:
        cache.put(key, os.urandom(200).hex())
    cache.close()
    file = database(cache)
    data = bytearray(file.read_bytes())
    if damage == "garbage":
        data[:] = b"not a database " * 500
    elif damage == "middle":
        data[4096 : len(data) - 4096] = os.urandom(len(data) - 8192)
    elif damage == "short":
        del data[len(data) // 2 :]
    file.write_bytes(data)
    if damage == "empty tables":
        file.unlink()
        with sqlite3.connect(file) as connection:
            connection.execute("CREATE TABLE Settings (key TEXT NOT NULL UNIQUE, value)")
            connection.execute("CREATE TABLE Cache (something)")
        connection.close()
    again = AnswerCache.open(cache.path.parent, ROOM)
    again.get_many(keys)
    again.put("new", ANSWER)
    assert again.get("new") == ANSWER
    assert again.info().entries == 1
    assert "set aside as damaged.db" in again.fault
    assert (cache.path / "damaged.db").exists()
    again.clear()
    assert not (cache.path / "damaged.db").exists()


def test_damage_under_an_open_cache_is_a_miss(cache: AnswerCache) -> None:
    beside = AnswerCache.open(cache.path.parent, ROOM)
    cache.put("key", ANSWER)
    beside.get("key")
    cache.close()
    beside.close()
    database(cache).write_bytes(b"scribbled over " * 1000)
    assert cache.get("key") is None
    cache.put("key", ANSWER)
    assert beside.get("key") == ANSWER, "the second to notice keeps what the first began"


def test_a_file_in_the_way_is_said_and_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("in the way")
    cache = AnswerCache.open(tmp_path, ROOM)
    cache.put("key", 1)
    assert cache.get("key") is None
    assert cache.info().entries == cache.clear() == 0
    assert str(tmp_path) in cache.fault


def test_a_full_disk_is_said_and_what_is_there_can_still_be_read(tmp_path: Path) -> None:
    program = (
        "import os, resource, sys; from pathlib import Path; from llnotes_tui.storage.cache import AnswerCache\n"
        "cache = AnswerCache.open(Path(sys.argv[1]), 1 << 30)\n"
        "cache.put('before', 'text')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "for n in range(40): cache.put(str(n), os.urandom(20_000).hex())\n"
        "assert 'cannot be used' in cache.fault, cache.fault\n"
        "print(cache.get('39') is None, cache.fault)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("True The cache in ")
    assert AnswerCache.open(tmp_path, ROOM).get("before") == "text"


def test_a_process_killed_while_it_writes_leaves_a_sound_cache(cache: AnswerCache) -> None:
    program = (
        "import sys; from pathlib import Path; from llnotes_tui.storage.cache import AnswerCache\n"
        "cache = AnswerCache.open(Path(sys.argv[1]), 1 << 30)\n"
        "cache.put('first', 1); print('begun', flush=True)\n"
        "for n in range(10**9): cache.put(str(n), 'text ' * 1000)\n"
    )
    other = subprocess.Popen([sys.executable, "-c", program, str(cache.path.parent)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    with other.stdout:
        other.stdout.readline()
        other.send_signal(signal.SIGKILL)
        other.wait(60)
    assert cache.get("first") == 1
    cache.put("more", 2)
    assert cache.get("more") == 2
    assert cache.fault == ""


def test_importing_it_costs_nothing() -> None:
    program = "import sys, llnotes_tui.storage.cache; sys.exit('diskcache' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
