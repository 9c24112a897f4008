"""The roll-up from the Repositories screen: told, left out and why, read by a person, then written."""

from pathlib import Path

import pytest

from llnotes_tui.app import LlnotesApp
from llnotes_tui.screens.roll_up import RollUpScreen
from llnotes_tui.workbench.rolling_up import roll_up_path
from tests.fakes.github import GitHubFake
from tests.ui.conftest import settled, shown
from tests.ui.released import accept, answer, opened, repository


async def test_marked_releases_are_announced_together_after_a_person_has_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with GitHubFake() as github:
        for name, value in github.environment.items():
            monkeypatch.setenv(name, value)
        repo, secret = repository(tmp_path / "a"), repository(tmp_path / "b")
        for one, name, private in ((repo, "harbor", False), (secret, "secret", True)):
            github.repository(f"acme/{name}", one.clone(tmp_path / f"{name}.git", "--bare").root, private=private)
            one.set_origin(github.clone_url(f"acme/{name}"))
            with opened(one.root) as bench:
                accept(bench)
                answer(bench)
        app = LlnotesApp(clones=(str(repo.root), str(secret.root)))
        async with app.run_test(size=(100, 30)) as pilot:
            await settled(pilot, lambda: shown(app).count("3 of 3 reviewed") >= 2)
            await pilot.press("space", "space", "N")
            await settled(pilot, lambda: isinstance(app.screen, RollUpScreen) and "Left out:" in shown(app))
            screen = shown(app)
            assert "Told: acme/harbor 0.2.0" in screen
            assert "Left out: acme/secret: it is private." in screen
            assert "New releases: harbor 0.2.0." in screen
            assert not roll_up_path().exists(), "nothing is written before a person has read it"
            await pilot.press(*"Hear! ", "ctrl+s")
            await settled(pilot, lambda: roll_up_path().exists() and not isinstance(app.screen, RollUpScreen))
            assert "Wrote" in shown(app)
    text = roll_up_path().read_text()
    assert text.startswith("Hear! New releases: harbor 0.2.0.")
    assert "secret" not in text
