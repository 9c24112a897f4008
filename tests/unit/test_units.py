"""Which commits of a range count as one change: on histories with merges of every kind, each commit in one unit."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from llnotes_tui.release.units import Unit, units_of


class Point(Struct, frozen=True):
    sha: str
    parents: tuple[str, ...]
    subject: str
    body: str = ""
    tree: str = ""


def read(*nodes: Point, owner: str | None = "acme") -> list[Unit]:
    return units_of(nodes, nodes[0].sha, owner, {})


def shown(units: Sequence[Unit]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(unit.sha, unit.kind, unit.side) for unit in units]


def kinds(*nodes: Point, owner: str | None = "acme") -> dict[str, str]:
    return {unit.sha: unit.kind for unit in read(*nodes, owner=owner)}


TWO = (Point("b", ("a",), "foo: use it"), Point("a", ("base",), "foo: prepare"))


def test_a_line_of_commits_is_read_one_by_one() -> None:
    assert shown(read(*TWO)) == [("b", "commit", ()), ("a", "commit", ())]


def test_a_pull_request_is_one_change_with_its_commits() -> None:
    merge = Point("m", ("base", "b"), "Merge pull request #7 from ada/foo", "Add foo")
    assert shown(read(merge, *TWO)) == [("m", "merge", ("b", "a"))]


def test_a_merge_that_only_moves_a_branch_is_read_like_the_main_line() -> None:
    merge = Point("m", ("base", "b"), "Merge branch 'develop'")
    assert shown(read(merge, *TWO)) == [("m", "walked", ()), ("b", "commit", ()), ("a", "commit", ())]


def test_a_topic_with_a_sentence_is_one_change() -> None:
    merge = Point("m", ("base", "b"), "Merge branch 'ab/topic'", "Foo learned to bar.\n\n* ab/topic:\n  foo: use it")
    assert kinds(merge, *TWO) == {"m": "merge"}


def test_a_sentence_about_a_long_lived_branch_is_no_title() -> None:
    merge = Point("m", ("base", "b"), "Merge branch 'develop'", "We are ready to ship this now.")
    assert kinds(merge, *TWO)["m"] == "walked"


def test_a_sentence_about_a_release_hides_no_work() -> None:
    merge = Point("m", ("base", "b"), "Release 1.1.0", "We are proud to ship this.")
    assert kinds(merge, *TWO) == {"m": "walked", "b": "commit", "a": "commit"}


def test_a_topic_of_one_commit_is_titled_by_the_commit() -> None:
    merge = Point("m", ("base", "a"), "Merge branch 'ab/topic'", "Foo learned to bar.")
    assert kinds(merge, TWO[1]) == {"m": "walked", "a": "commit"}


def test_a_merge_in_words_of_its_own_is_one_change() -> None:
    assert kinds(Point("m", ("base", "b"), "Merge: a faster parser"), *TWO) == {"m": "merge"}


def test_a_release_request_is_walked_for_the_requests_behind_it() -> None:
    merge = Point("m", ("base", "b"), "Merge pull request #20 from ada/prepare", "Prepare Kit 1.0.1")
    side = (Point("b", ("a",), "Fix b (#12)"), Point("a", ("base",), "Fix a (#11)"))
    assert kinds(merge, *side) == {"m": "walked", "b": "commit", "a": "commit"}


def test_a_release_request_of_a_long_lived_branch_is_walked() -> None:
    merge = Point("m", ("base", "b"), "Merge pull request #20 from acme/develop", "Release 1.1.0")
    assert kinds(merge, *TWO)["m"] == "walked"
    assert kinds(merge, *TWO, owner="octo")["m"] == "merge"


def test_numbers_inside_a_request_do_not_split_it() -> None:
    """A fork numbers its own requests, and a change may bring another project's commits."""
    merge = Point("m", ("base", "b"), "Merge pull request #20 from ada/parser", "Rewrite the parser")
    side = (Point("b", ("a",), "Fix b (#4)"), Point("a", ("base",), "Fix a (#3)"))
    assert kinds(merge, *side) == {"m": "merge"}


def test_a_request_without_title_is_titled_by_its_oldest_commit() -> None:
    merge = Point("m", ("base", "b"), "Merge pull request #7 from ada/foo")
    (unit,) = read(merge, *TWO)
    assert unit.request is not None
    assert (unit.request.number, unit.request.title) == (7, "foo: prepare")


def test_a_merge_of_what_the_base_has_is_skipped() -> None:
    merge = Point("m", ("a", "base"), "Merge branch 'hotfix'")
    assert kinds(merge, TWO[1]) == {"m": "in-base", "a": "commit"}


def test_a_merge_that_keeps_nothing_of_its_side() -> None:
    nodes = (
        Point("m", ("n", "b"), "Merge branch 'old'", tree="same"),
        Point("n", ("base",), "News", tree="same"),
        Point("b", ("a",), "Old b", tree="other"),
        Point("a", ("base",), "Old a", tree="older"),
    )
    assert shown(read(*nodes)) == [("m", "without-content", ("b", "a")), ("n", "commit", ())]


def test_the_tree_of_a_first_parent_in_the_base_counts_too() -> None:
    merge = Point("m", ("base", "b"), "Merge branch 'old'", tree="same")
    (unit,) = units_of((merge, *TWO), "m", None, {"base": "same"})
    assert (unit.kind, unit.side) == ("without-content", ("b", "a"))


def test_a_merge_queue_gives_each_side_its_request() -> None:
    merge = Point("m", ("base", "x", "y"), "Merge #12 #13", "12: Add x r=bo a=ada\n13: Fix y r=bo a=ada")
    units = read(merge, Point("x", ("base",), "wip"), Point("y", ("base",), "more wip"))
    given = [(unit.sha, unit.request.number, unit.request.title) for unit in units if unit.request is not None]
    assert given == [("x", 12, "Add x"), ("y", 13, "Fix y")]


def test_a_queue_gives_its_request_to_commits_with_a_forks_numbers() -> None:
    merge = Point("m", ("base", "x", "y"), "Merge #12 #13", "12: Add x r=bo a=ada\n13: Fix y r=bo a=ada")
    units = read(merge, Point("x", ("base",), "Do x (#4)"), Point("y", ("base",), "more wip"))
    assert [unit.request.number for unit in units if unit.request is not None] == [12, 13]


def test_a_request_of_develop_without_a_title_is_walked() -> None:
    merge = Point("m", ("base", "b"), "Merge pull request #20 from acme/develop")
    side = (Point("b", ("a",), "Fix b (#12)"), Point("a", ("base",), "Fix a (#11)"))
    assert kinds(merge, *side)["m"] == "walked"
    topic = Point("m", ("base", "b"), "Merge pull request #20 from ada/parser")
    assert kinds(topic, *side) == {"m": "merge"}


def test_a_topic_merged_in_other_words_has_its_sentence_as_title() -> None:
    merge = Point("m", ("base", "b"), "Merge origin/ab/topic", "Foo learned to bar.")
    (unit,) = read(merge, *TWO)
    assert (unit.kind, unit.title) == ("merge", "Foo learned to bar.")


def test_a_cherry_picked_merge_is_a_commit() -> None:
    assert kinds(Point("c", ("base",), "Merge pull request #7 from ada/foo", "Add foo")) == {"c": "commit"}


def test_branches_within_branches_are_walked() -> None:
    nodes = (
        Point("m", ("base", "d"), "Merge branch 'develop'"),
        Point("d", ("c", "f"), "Merge pull request #9 from ada/f", "Add f"),
        Point("f", ("base",), "wip"),
        Point("c", ("base", "e"), "Merge branch 'release/1.0' into develop"),
        Point("e", ("base",), "Fix e"),
    )
    assert shown(read(*nodes)) == [
        ("m", "walked", ()),
        ("d", "merge", ("f",)),
        ("c", "walked", ()),
        ("e", "commit", ()),
    ]


def test_a_branch_that_takes_in_the_main_line_again_and_again() -> None:
    """Merges nested deeper than Python's stack are read, and read fast."""
    nodes = [Point("0", ("base",), "Start")]
    side = "base"
    for number in range(1, 6_000):
        sha = str(number)
        nodes.append(Point(sha, (str(number - 1), side), f"Merge branch 'b{number}'"))
        side = sha
    units = units_of(nodes[::-1], nodes[-1].sha, None, {})
    assert sorted(sha for unit in units for sha in (unit.sha, *unit.side)) == sorted(node.sha for node in nodes)
    deep = [Point("t", ("base", "s0"), "Merge branch 's0'")]
    deep += [Point(f"s{n}", ("base", f"s{n + 1}"), f"Merge branch 's{n + 1}'") for n in range(1_500)]
    assert len(units_of([*deep, Point("s1500", ("base",), "Work")], "t", None, {})) == 1_502


SUBJECTS = st.sampled_from(
    [
        "Add x",
        "Fix y (#3)",
        "Merge branch 'develop'",
        "Merge branch 'topic'",
        "Merge pull request #5 from ada/x",
        "Merge pull request #6 from acme/develop",
        "Merge #1 #2",
        "Release 1.0.0 (#9)",
    ]
)
BODIES = st.sampled_from(["", "Foo learned to bar.", "Release 1.1.0", "1: A r=b\n2: B r=b"])


@st.composite
def histories(draw: st.DrawFn) -> list[Point]:
    count = draw(st.integers(1, 14))
    nodes: list[Point] = []
    for number in range(count):
        known = ["base", *(node.sha for node in nodes)]
        parents = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))
        nodes.append(Point(str(number), tuple(parents), draw(SUBJECTS), draw(BODIES), draw(st.sampled_from("tu"))))
    by_sha = {node.sha: node for node in nodes}
    inside, left = [], [nodes[-1].sha]
    while left:
        sha = left.pop()
        if sha in by_sha and sha not in inside:
            inside.append(sha)
            left.extend(by_sha[sha].parents)
    return [by_sha[sha] for sha in inside]


@given(histories())
def test_every_commit_is_in_exactly_one_unit(nodes: list[Point]) -> None:
    placed = [sha for unit in units_of(nodes, nodes[0].sha, "acme", {}) for sha in (unit.sha, *unit.side)]
    assert sorted(placed) == sorted(node.sha for node in nodes)
