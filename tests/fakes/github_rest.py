"""The REST API of the GitHub of the tests."""

from typing import TYPE_CHECKING

from tests.fakes.github_messages import Answer, Request

if TYPE_CHECKING:
    from tests.fakes.github import GitHubFake


def answer_rest(github: "GitHubFake", request: Request) -> Answer:
    """Answer a request below `/api/v3`."""
    if request.caller.is_wrong:
        return Answer.error(401, "Bad credentials")
    return Answer.error(404, "Not Found")
