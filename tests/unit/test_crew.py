"""The threads that read rows: they end when nothing is left, and begin again when there is."""

import threading

from llnotes_tui.workbench.crew import Crew


def test_everything_is_done_by_so_many_at_once_and_waiting_ends() -> None:
    at_once, most = 0, 0
    lock, done, left = threading.Lock(), [], []
    met = threading.Barrier(2)

    def work(number: int) -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        met.wait(60)
        with lock:
            at_once -= 1
            done.append(number)

    crew = Crew(2, "crew", lambda: left.append(True))
    for number in range(6):
        crew.give(lambda number=number: work(number))  # type: ignore[misc]
    crew.wait()
    assert (sorted(done), most) == (list(range(6)), 2)
    crew.give(lambda: done.append(6))
    crew.wait()
    assert done[-1] == 6
    assert left


def test_who_waited_finds_that_every_thread_has_left_and_what_is_given_meanwhile_is_done() -> None:
    left: list[int] = []
    late: list[bool] = []

    def leave() -> None:
        if not left:
            crew.give(lambda: late.append(True))
        left.append(threading.get_ident())

    crew = Crew(1, "crew", leave)
    crew.give(lambda: None)
    crew.wait()
    assert (late, len(left)) == ([True], 2)


def test_work_gives_more_work_and_a_closed_crew_takes_none() -> None:
    done: list[str] = []
    crew = Crew(1, "crew")
    crew.give(lambda: crew.give(lambda: done.append("inner")))
    crew.wait()
    assert done == ["inner"]
    crew.close()
    crew.give(lambda: done.append("late"))
    crew.wait()
    assert done == ["inner"]
