"""What contradicts git is found, with the lines that show it, and what is right is left alone."""

from pathlib import Path

from llnotes_tui.grounding.checks import evidence_of, findings
from llnotes_tui.grounding.glossary import glossary
from tests.unit.grounding_cases import BASE, change, evidence_of_commits, fixed, of_kind, shop

STOCK = BASE["src/shop/stock_keeper.py"]
BASKET = BASE["src/shop/basket.py"]


# -- unknown-name ------------------------------------------------------------------------------------------------------


def test_a_name_that_stands_nowhere_is_red_and_the_nearest_real_one_is_the_fix(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Count less (#2)", {"src/shop/stock_keeper.py": STOCK.replace("30", "20")})
    text = "The `count_stocks_limit` function starts from a lower limit."
    [finding] = of_kind(text, evidence, "unknown-name")
    assert finding.level == "red"
    assert finding.text == "count_stocks_limit"
    assert finding.fix == "count_stock"


def test_a_name_made_of_real_parts_is_not_excused(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Count less (#2)", {"src/shop/stock_keeper.py": STOCK.replace("30", "20")})
    assert of_kind("It calls `parse_stock` and basket_order.", evidence, "unknown-name")


def test_names_are_known_by_message_diff_and_tree_in_any_spelling(tmp_path: Path) -> None:
    evidence = change(
        tmp_path, "Count less, see `warehouse_api` (#2)", {"src/shop/stock_keeper.py": STOCK.replace("30", "20")}
    )
    text = "`CountStock`, `count-stock`, `warehouse_api`, `Basket.add_item()`, `None` and `src/shop/basket.py` stay."
    assert of_kind(text, evidence, "unknown-name") == []


def test_what_an_old_changelog_invented_vouches_for_nothing(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Count less (#2)", {"src/shop/stock_keeper.py": STOCK.replace("30", "20")})
    assert of_kind("Extends `magic_basket_helper`.", evidence, "unknown-name")


def test_without_trees_names_are_not_checked_and_that_is_said(tmp_path: Path) -> None:
    repo = shop(tmp_path)
    repo.commit("Count less (#2)", {"src/shop/stock_keeper.py": STOCK.replace("30", "20")})
    repo.clone(tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    shop_again = type(repo)(tmp_path / "partial")
    evidence = evidence_of_commits(shop_again)
    assert of_kind("Calls `nowhere_at_all` of the `StockKeeper` class.", evidence, "unknown-name") == []
    assert of_kind("Calls `nowhere_at_all` of the `StockKeeper` class.", evidence, "no-such-class") == []
    assert evidence.not_checked


# -- no-such-class -----------------------------------------------------------------------------------------------------


def test_a_class_named_after_its_file_is_none(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Count less (#2)", {"src/shop/stock_keeper.py": STOCK.replace("30", "20")})
    [finding] = of_kind("The `StockKeeper` class starts lower.", evidence, "no-such-class")
    assert finding.text == "StockKeeper"


def test_a_real_class_and_a_class_method_are_left_alone(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Cheaper (#2)", {"src/shop/basket.py": BASKET.replace("sum(", "0.9 * sum(")})
    assert (
        of_kind("The `Basket` class and its `total_price` class method are cheaper.", evidence, "no-such-class") == []
    )


# -- no-such-method ----------------------------------------------------------------------------------------------------


def test_a_class_that_is_called_a_method(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Count less (#2)", {"src/shop/stock_keeper.py": STOCK.replace("30", "20")})
    text = "Numbers are used correctly in the `Basket` method."
    [finding] = of_kind(text, evidence, "no-such-method")
    assert finding.reason == "`Basket` is a class, no method."
    assert fixed(text, finding) == "Numbers are used correctly in the `Basket` class."
    assert of_kind("The `add_item` method and the `Basket` methods stay.", evidence, "no-such-method") == []


# -- not-changed -------------------------------------------------------------------------------------------------------


def test_what_the_diff_leaves_alone_was_not_updated(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Count less (#2)", {"src/shop/stock_keeper.py": STOCK.replace("30", "20")})
    [finding] = of_kind("The `parse_order` function has also been updated.", evidence, "not-changed")
    assert (finding.text, finding.level) == ("parse_order", "red")
    assert finding.evidence[0].path == "src/shop/basket.py"
    [finding] = of_kind("The `basket.py` file has been modified.", evidence, "not-changed")
    assert finding.reason == "The diff does not touch src/shop/basket.py."
    assert of_kind("`stock_keeper.py` was updated, and `LIMIT` has changed.", evidence, "not-changed") == []


def test_what_is_taken_away_was_not_updated(tmp_path: Path) -> None:
    gone = BASKET.replace("\n\ndef parse_order(text):\n    return text.split()\n", "")
    evidence = change(tmp_path, "Order less (#2)", {"src/shop/basket.py": gone, "README.md": "# Shop\n"})
    [finding] = of_kind("The `parse_order` function now takes a limit.", evidence, "not-changed")
    assert finding.reason == "`parse_order` is removed here, not changed."
    assert of_kind("`parse_order` was changed and renamed to `orders`.", evidence, "not-changed") == []


def test_what_was_not_there_before_is_added_and_not_updated(tmp_path: Path) -> None:
    more = {"src/shop/basket.py": BASKET + "\n\ndef cheapest(items):\n    return min(items)\n"}
    evidence = change(tmp_path, "Cheapest (#2)", more)
    text = "The `cheapest` function has been updated."
    assert of_kind(text, evidence, "not-changed") == [], "the message says it"
    evidence = change(tmp_path / "silent", "Find the least (#2)", more)
    [finding] = of_kind(text, evidence, "not-changed")
    assert fixed(text, finding) == "The `cheapest` function has been added."
    assert of_kind(f"Added `cheapest`. {text}", evidence, "not-changed") == []


# -- denied ------------------------------------------------------------------------------------------------------------


def test_no_new_methods_are_said_where_one_was_added(tmp_path: Path) -> None:
    more = {"src/shop/basket.py": BASKET + "\n\ndef cheapest(items):\n    return min(items)\n"}
    evidence = change(tmp_path, "Find the least (#2)", more)
    [finding] = of_kind("No new methods have been added.", evidence, "denied")
    assert (finding.text, finding.reason) == ("No new methods", "The diff adds the function `cheapest`.")
    assert of_kind("It works without adding any new functions.", evidence, "denied")
    assert of_kind("No new classes were added; there are no new methods for it.", evidence, "denied") == []


# -- not-new -----------------------------------------------------------------------------------------------------------


def test_what_was_there_before_is_not_new(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Cheaper (#2)", {"src/shop/basket.py": BASKET.replace("sum(", "0.9 * sum(")})
    text = "We added a new method `total_price` that gives a rebate."
    [finding] = of_kind(text, evidence, "not-new")
    assert fixed(text, finding) == "We updated the method `total_price` that gives a rebate."
    assert finding.evidence[0].path == "src/shop/basket.py"
    text = "A new method `total_price` has been introduced for rebates."
    [finding] = of_kind(text, evidence, "not-new")
    assert fixed(text, finding) == "The method `total_price` has been updated for rebates."


def test_a_function_that_was_only_moved_is_not_new(tmp_path: Path) -> None:
    moved = "\n\ndef parse_order(text):\n    return text.split()\n"
    files = {"src/shop/basket.py": BASKET.replace(moved, ""), "src/shop/orders.py": moved.lstrip()}
    evidence = change(tmp_path, "Give orders a file (#2)", files)
    [finding] = of_kind("Introduces a new function `parse_order` for orders.", evidence, "not-new")
    assert "moved" in finding.reason
    assert {line.path for line in finding.evidence} == {"src/shop/basket.py", "src/shop/orders.py"}


def test_a_claim_that_was_reverted_is_not_new(tmp_path: Path) -> None:
    repo = shop(tmp_path)
    added = repo.commit("Add a rebate (#2)", {"src/shop/rebate.py": "def give_rebate(basket):\n    return 0.9\n"})
    repo.tag("v0.2.0")
    repo.revert(added)
    evidence = evidence_of_commits(repo, "v0.2.0")
    [finding] = of_kind("Added `give_rebate` to baskets.", evidence, "not-new")
    assert "removed" in finding.reason
    assert finding.fix == "Removed"
    assert finding.evidence[0].side == "old"


def test_what_is_new_may_be_called_so(tmp_path: Path) -> None:
    files = {"src/shop/rebate.py": "class Rebate:\n    def give_rebate(self):\n        return 0.9\n"}
    evidence = change(tmp_path, "Add a rebate (#2)", files)
    text = "Added a new `Rebate` class with a new method `give_rebate`, in a new file `rebate.py`. No new `Basket` is needed."
    assert of_kind(text, evidence, "not-new") == []


# -- not-removed -------------------------------------------------------------------------------------------------------


def test_what_stands_there_still_was_not_removed(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Cheaper (#2)", {"src/shop/basket.py": BASKET.replace("sum(", "0.9 * sum(")})
    text = "Removed `total_price` from nowhere; the `parse_order` function has been removed."
    kinds = [finding.text for finding in of_kind(text, evidence, "not-removed")]
    assert kinds == ["Removed", "removed"]


def test_what_was_not_renamed(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Cheaper (#2)", {"src/shop/basket.py": BASKET.replace("sum(", "0.9 * sum(")})
    [finding] = of_kind("Renamed `parse_order` to `add_item`.", evidence, "not-removed")
    assert finding.text == "Renamed"


def test_what_is_gone_or_renamed_may_be_called_so(tmp_path: Path) -> None:
    files = {"src/shop/basket.py": BASKET.replace("parse_order", "read_order"), "src/shop/stock_keeper.py": None}
    evidence = change(tmp_path, "Tidy (#2)", files)
    text = "Renamed `parse_order` to `read_order`, and removed `count_stock`."
    assert of_kind(text, evidence, "not-removed") == []


# -- unknown-number ----------------------------------------------------------------------------------------------------


def test_a_wrong_version_is_red_and_the_right_one_is_the_fix(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Update till (#2)", {"pyproject.toml": 'dependencies = ["till>=1.4.2"]\n'})
    [finding] = of_kind("Requires till 1.4.3 now.", evidence, "unknown-number")
    assert (finding.text, finding.fix) == ("1.4.3", "1.4.2")


def test_issues_and_counts_that_nobody_named_are_red(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Count less (#2)", {"src/shop/stock_keeper.py": STOCK.replace("30", "20")})
    found = of_kind("Resolves #77 with a limit of 45 pieces.", evidence, "unknown-number")
    assert [finding.text for finding in found] == ["77", "45"]


def test_more_functions_are_counted_than_were_added(tmp_path: Path) -> None:
    more = {"src/shop/basket.py": BASKET + "\n\ndef cheapest(items):\n    return min(items)\n"}
    evidence = change(tmp_path, "Find the least (#2)", more)
    [finding] = of_kind("Three new helper functions find prices.", evidence, "unknown-number")
    assert (finding.text, finding.reason) == ("Three", "The diff adds one function in all: `cheapest`.")


def test_numbers_that_stand_in_diff_or_message_are_known(tmp_path: Path) -> None:
    files = {"src/shop/stock_keeper.py": STOCK.replace("30", "1_200")}
    evidence = change(tmp_path, "Count more (#2)", files, body="Fixes #31, as of till 2.0.")
    text = "Fixes #31 (#2): 1,200 pieces or 20 minutes instead of 30, as of till 2.0, in 1 file."
    assert of_kind(text, evidence, "unknown-number") == []


def test_the_fix_of_a_wrong_issue_is_the_one_that_the_message_names(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Cheaper (#2)", {"a.txt": "x\n"}, body="Partly resolves #1931 for now.")
    [finding] = of_kind("Addresses a part of issue #193.", evidence, "unknown-number")
    assert (finding.text, finding.fix) == ("193", "1931")


# -- empty -------------------------------------------------------------------------------------------------------------


def test_prose_about_an_empty_diff_is_red(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Trigger the build (#2)")
    text = "A new sorting algorithm with asynchronous processing speeds up large datasets considerably."
    [finding] = of_kind(text, evidence, "empty")
    assert finding.fix == ""
    assert of_kind("Trigger the build.", evidence, "empty") == []


# -- all of them -------------------------------------------------------------------------------------------------------


def test_a_true_entry_has_no_finding(tmp_path: Path) -> None:
    files = {"src/shop/rebate.py": "def give_rebate(basket):\n    return 0.9 * basket.total_price()\n"}
    evidence = change(tmp_path, "Add a rebate (#2)", files)
    text = "Baskets can be given a rebate: the new `give_rebate` function takes 0.9 of the `total_price` of a `Basket`."
    assert findings(text, evidence) == ()


def test_the_users_glossary_silences_a_term_and_the_repositorys_only_some_kinds(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Count less (#2)", {"src/shop/stock_keeper.py": STOCK.replace("30", "20")})
    text = "Calls `till_server` with 45."
    assert [finding.text for finding in findings(text, evidence)] == ["till_server", "45"]
    assert findings(text, evidence, glossary=glossary("till_server\n45")) == ()
    kept = findings(text, evidence, glossary=glossary("", "till_server\n45"))
    assert [finding.text for finding in kept] == ["45"]


def test_a_claim_without_finding_has_its_lines_too(tmp_path: Path) -> None:
    evidence = change(tmp_path, "Cheaper (#2)", {"src/shop/basket.py": BASKET.replace("sum(", "0.9 * sum(")})
    text = "Nothing here. The `total_price` of items is lower."
    lines = evidence_of(text, text.index("total_price"), evidence)
    assert any("total_price" in line.text and line.path == "src/shop/basket.py" for line in lines)
    assert evidence_of("", 0, evidence) == ()
