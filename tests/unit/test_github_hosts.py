"""Which words name a repository on GitHub, and at which addresses a GitHub is asked."""

import pytest

from llnotes_tui.sources.github.hosts import host_of, is_owner, place_at, place_named
from llnotes_tui.sources.options import SourceError

PUBLIC = host_of("github.com")
ENTERPRISE = host_of("github.example.com")


def test_the_public_github_and_an_enterprise_server_have_their_own_addresses() -> None:
    assert PUBLIC.api == "https://api.github.com"
    assert PUBLIC.graphql == "https://api.github.com/graphql"
    assert ENTERPRISE.api == "https://github.example.com/api/v3"
    assert ENTERPRISE.graphql == "https://github.example.com/api/graphql"


def test_a_server_on_this_machine_may_be_asked_without_encryption_and_no_other() -> None:
    assert host_of("http://127.0.0.1:8080").api == "http://127.0.0.1:8080/api/v3"
    for wrong in ("http://github.example.com", "https://x.example.com/path", "", "git hub"):
        with pytest.raises(SourceError, match="setting `github`"):
            host_of(wrong)


@pytest.mark.parametrize(
    "word",
    [
        "acme/harbor",
        "https://github.com/acme/harbor",
        "https://github.com/acme/harbor.git",
        "https://github.com/acme/harbor/tree/main",
        "git@github.com:acme/harbor.git",
        "ssh://git@github.com/acme/harbor.git",
    ],
)
def test_a_repository_is_named_by_owner_and_name_or_by_a_url(word: str) -> None:
    place = place_named(word, PUBLIC)
    assert place is not None
    assert (place.full_name, place.clone_url) == ("acme/harbor", "https://github.com/acme/harbor.git")


@pytest.mark.parametrize(
    "word",
    [
        "acme",
        "./acme/harbor",
        "acme/harbor/x",
        "../harbor",
        "acme/..",
        "-x/harbor",
        "https://gitlab.com/acme/harbor",
        "/a/b",
    ],
)
def test_other_words_name_none(word: str) -> None:
    assert place_named(word, PUBLIC) is None


def test_an_origin_on_another_host_is_no_repository_of_this_one() -> None:
    assert place_at("git@github.example.com:acme/harbor.git", PUBLIC) is None
    assert place_at("git@github.example.com:acme/harbor.git", ENTERPRISE) is not None
    assert place_at(None, PUBLIC) is None
    assert place_at("https://github.com/acme", PUBLIC) is None


def test_owners_are_single_words() -> None:
    assert is_owner("databrickslabs")
    assert not is_owner("acme/harbor")
    assert not is_owner("-acme")
    assert not is_owner("a.b")
