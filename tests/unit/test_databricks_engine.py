"""The databricks engine: the real SDK, over HTTP, against an endpoint that behaves and misbehaves as the real ones do."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Event
from typing import Any

import pytest

from llnotes_tui.engines.base import EngineError, ErrorKind
from llnotes_tui.engines.databricks import Databricks
from tests.fakes.serving import ENDPOINT, TOKEN, Fault, Serving
from tests.fakes.serving_replies import reply_text
from tests.unit.serving_calls import DIFF, SCHEMA, ask, fault_of, request


@pytest.fixture(scope="module")
def shared_serving() -> Iterator[Serving]:
    with Serving() as serving:
        yield serving


@pytest.fixture
def serving(shared_serving: Serving, monkeypatch: pytest.MonkeyPatch) -> Serving:
    shared_serving.forget()
    shared_serving.refused, shared_serving.names_refused = frozenset(), True
    shared_serving.latency, shared_serving.retry_after = 0.0, 1
    for name, value in shared_serving.environment.items():
        monkeypatch.setenv(name, value)
    return shared_serving


@pytest.fixture
def engine(serving: Serving) -> Databricks:
    return Databricks(None, ENDPOINT, 60.0)


@pytest.fixture
def hasty(serving: Serving) -> Databricks:
    """An engine that soon gives up: for calls that are never answered."""
    return Databricks(None, ENDPOINT, 0.5)


def test_a_reply_tells_text_end_tokens_and_model(engine: Databricks, serving: Serving) -> None:
    reply = ask(engine)
    assert reply.text.startswith("Adds `list_jobs`. Removes `all_jobs`.")
    assert (reply.finish_reason, reply.model) == ("stop", f"{ENDPOINT}-121024")
    assert reply.input_tokens > 0
    assert reply.output_tokens > 0
    call = serving.calls[0]
    assert call.messages == [
        {"role": "system", "content": "You are a staff engineer."},
        {"role": "user", "content": DIFF},
    ]
    assert call.body.keys() == {"messages", "max_tokens", "temperature"}
    assert (call.body["max_tokens"], call.body["temperature"]) == (300, 0.0)
    assert any(agent.startswith("llnotes/") for agent in serving.user_agents)


def test_the_content_may_come_in_blocks_of_which_reasoning_is_left_out(engine: Databricks, serving: Serving) -> None:
    serving.then("ok", "blocks")
    assert ask(engine).text == ask(engine).text


def test_tokens_are_estimated_where_the_endpoint_does_not_count(engine: Databricks, serving: Serving) -> None:
    serving.then("no-usage")
    reply = ask(engine, "x" * 3300)
    assert 990 < reply.input_tokens < 1020
    assert 0 < reply.output_tokens < 60


def test_a_reply_that_stopped_at_max_tokens_says_so(engine: Databricks, serving: Serving) -> None:
    serving.then("cut-off")
    assert ask(engine).finish_reason == "length"


def test_a_schema_is_sent_as_response_format(engine: Databricks, serving: Serving) -> None:
    reply = ask(engine, schema=SCHEMA)
    assert '"src/jobs.py": "Adds `list_jobs`' in reply.text
    sent = serving.calls[0].body["response_format"]
    assert sent == {"type": "json_schema", "json_schema": {"name": "files", "schema": SCHEMA, "strict": True}}


def test_what_a_model_writes_cannot_move_the_cursor(monkeypatch: pytest.MonkeyPatch, serving: Serving) -> None:
    monkeypatch.setattr(serving, "answer", lambda messages, schema: "\x1b[2JGone\x07 [bold]not bold[/] \u202egnp.exe")
    text = ask(Databricks(None, ENDPOINT)).text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[bold]not bold[/]" in text


FAULTS: list[tuple[Fault, ErrorKind, str]] = [
    ("429", "rate-limited", "takes no more calls just now"),
    ("429-bare", "rate-limited", "takes no more calls just now"),
    ("429-body", "rate-limited", "(input tokens per minute: 200150 of 200000)"),
    ("503", "unavailable", "cannot answer now (status 503: The request failed with 503); try again later"),
    ("503-bare", "unavailable", "cannot answer now (status 503"),
    ("500", "unavailable", "cannot answer now (status 500"),
    ("502", "unavailable", "cannot answer now (status 502"),
    ("504", "unavailable", "cannot answer now (status 504"),
    ("html-500", "unavailable", "cannot answer now (status 500)"),
    ("401", "authentication", "does not accept the credentials of the environment; set DATABRICKS_TOKEN anew"),
    ("403", "authentication", "ask its owner for the permission Can Query"),
    (
        "404",
        "not-found",
        "(its chat endpoints are: databricks-gpt-oss-20b, databricks-meta-llama-3-3-70b-instruct, team-chat)",
    ),
    ("html", "authentication", "answered with a web page instead of a reply, probably to log in"),
    ("broken-json", "broken-reply", "something that is no reply; try again"),
    ("no-object", "broken-reply", "something that is no reply; try again"),
    ("empty", "rejected", "wrote nothing within 300 tokens; raise `max_tokens`"),
    ("filtered", "rejected", "declined to write (content filter)"),
    ("reset", "connection", "broke off the connection; try again"),
    ("truncated", "connection", "broke off in the middle of its answer; try again"),
]


@pytest.mark.parametrize(("fault", "kind", "said"), FAULTS, ids=[fault for fault, _, _ in FAULTS])
def test_a_fault_is_one_sentence_and_is_never_sent_twice(
    engine: Databricks, serving: Serving, fault: Fault, kind: ErrorKind, said: str
) -> None:
    serving.then(fault)
    error = fault_of(engine)
    assert error.kind == kind
    assert said in error.sentence
    assert serving.url in error.sentence
    assert error.sentence.endswith(".")
    assert "\n" not in error.sentence
    assert TOKEN not in error.sentence
    assert len(serving.calls) == 1
    assert ask(engine).text, "the next call is as good as ever"


def test_a_call_that_hangs_is_given_up_and_never_sent_twice(hasty: Databricks, serving: Serving) -> None:
    serving.then("hang")
    error = fault_of(hasty)
    assert error.kind == "connection"
    assert "did not answer within 0.5 s; try again, or raise `call_timeout`" in error.sentence
    assert serving.url in error.sentence
    assert error.sentence.endswith(".")
    assert "\n" not in error.sentence
    assert TOKEN not in error.sentence
    assert len(serving.calls) == 1
    assert ask(Databricks(None, ENDPOINT, 60.0)).text, "the next call is as good as ever"


def test_a_date_may_say_how_long_to_wait(engine: Databricks, serving: Serving) -> None:
    serving.retry_after = format_datetime(datetime.now(UTC) + timedelta(seconds=600), usegmt=True)
    serving.then("503")
    wait = fault_of(engine).retry_after
    assert wait is not None
    assert 500 < wait <= 600


@pytest.mark.parametrize(
    ("fault", "wait"), [("429", 7.5), ("429-body", 7.5), ("503", 7.5), ("429-bare", None), ("503-bare", None)]
)
def test_a_wait_is_told_where_one_was_named(
    engine: Databricks, serving: Serving, fault: Fault, wait: float | None
) -> None:
    serving.retry_after = 7.5
    serving.then(fault)
    assert fault_of(engine).retry_after == wait


@pytest.mark.parametrize("named", [True, False])
def test_an_endpoint_that_refuses_a_parameter_is_called_without_it_from_then_on(
    engine: Databricks, serving: Serving, *, named: bool
) -> None:
    serving.refused, serving.names_refused = frozenset({"response_format", "temperature"}), named
    assert ask(engine, schema=SCHEMA).text
    assert len(serving.calls) == 3
    assert ask(engine, schema=SCHEMA).text
    assert len(serving.calls) == 4
    assert serving.calls[-1].body.keys() == {"messages", "max_tokens"}


def test_only_the_parameter_that_is_named_is_dropped(engine: Databricks, serving: Serving) -> None:
    serving.refused = frozenset({"temperature"})
    ask(engine, schema=SCHEMA)
    assert serving.calls[-1].body.keys() == {"messages", "max_tokens", "response_format"}


def test_a_call_that_is_refused_whatever_it_leaves_out_drops_nothing(engine: Databricks, serving: Serving) -> None:
    serving.then("400", "400", "400")
    error = fault_of(engine)
    assert error.kind == "rejected"
    assert "refuses the call (status 400: The request failed with 400)" in error.sentence
    serving.forget()
    ask(engine, schema=SCHEMA)
    assert serving.calls[-1].body.keys() == {"messages", "max_tokens", "temperature", "response_format"}


def test_thirty_two_threads_share_one_client(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Databricks(None, ENDPOINT, 60.0)
    together = threading.Barrier(32)

    def answer(messages: list[dict[str, str]], schema: dict[str, Any] | None) -> str:
        together.wait(60)
        return reply_text(messages, schema)

    monkeypatch.setattr(serving, "answer", answer)
    with ThreadPoolExecutor(32) as pool:
        replies = list(pool.map(lambda number: ask(engine, f"+def function_{number}():"), range(32)))
    assert [reply.text.split("`")[1] for reply in replies] == [f"function_{number}" for number in range(32)]
    assert serving.most_at_once >= 32
    assert serving.requests.count("GET /.well-known/databricks-config") == 1


def test_a_call_that_was_called_off_before_it_began_is_not_sent(engine: Databricks, serving: Serving) -> None:
    cancel = Event()
    cancel.set()
    assert fault_of(engine, cancel=cancel).kind == "cancelled"
    assert serving.calls == []


def test_a_call_that_is_called_off_while_it_hangs_ends_as_cancelled(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, cancel = Databricks(None, ENDPOINT, 2.0), Event()
    ask(engine)
    serving.then("hang")
    begin = serving.begin

    def call_off(endpoint: str, body: dict[str, Any]) -> Fault:
        cancel.set()
        return begin(endpoint, body)

    monkeypatch.setattr(serving, "begin", call_off)
    assert fault_of(engine, cancel=cancel).kind == "cancelled"
    assert serving.calls[-1].fault == "hang"


def test_a_closed_engine_takes_no_calls(engine: Databricks, serving: Serving) -> None:
    ask(engine)
    engine.close()
    assert fault_of(engine).kind == "cancelled"
    assert len(serving.calls) == 1


def test_an_odd_name_of_an_endpoint_stays_a_name(serving: Serving) -> None:
    error = fault_of(Databricks(None, "../a b?c=d"))
    assert error.kind == "not-found"
    assert serving.calls[-1].endpoint == "../a b?c=d"


def test_describe_tells_who_where_and_what_there_is(engine: Databricks, serving: Serving) -> None:
    told = engine.describe()
    assert (told.host, told.user, told.endpoint_state) == (serving.url, "ada@example.com", "ready")
    assert told.chat_endpoints == ("databricks-gpt-oss-20b", ENDPOINT, "team-chat")
    assert told.faults == ()
    assert serving.calls == [], "no model is asked"


def test_describe_says_each_fault_once(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Databricks(None, "no-such-endpoint").describe()
    assert missing.user == "ada@example.com"
    assert [("no endpoint `no-such-endpoint`" in fault) for fault in missing.faults] == [True]
    monkeypatch.setenv("DATABRICKS_TOKEN", "dapi" + "f" * 32)
    stranger = Databricks(None, ENDPOINT).describe()
    assert (stranger.user, stranger.chat_endpoints) == ("", ())
    assert len(stranger.faults) == 1
    assert "does not accept the credentials" in stranger.faults[0]
    assert "dapi" not in stranger.faults[0]


@pytest.mark.parametrize("fault", ["ok", "429", "cut-off", "empty", "400"])
def test_a_probe_is_content_with_an_endpoint_that_can_be_reached(
    engine: Databricks, serving: Serving, fault: Fault
) -> None:
    serving.then(fault)
    engine.probe()
    assert len(serving.calls) == 1


@pytest.mark.parametrize("fault", ["401", "403", "404", "503", "reset", "html"])
def test_a_probe_fails_where_a_call_would(engine: Databricks, serving: Serving, fault: Fault) -> None:
    serving.then(fault)
    with pytest.raises(EngineError):
        engine.probe()


def test_a_probe_gives_up_where_nobody_answers(hasty: Databricks, serving: Serving) -> None:
    serving.then("hang")
    with pytest.raises(EngineError):
        hasty.probe()


def test_a_third_of_all_calls_may_fail(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "faults", 0.33)
    engine = Databricks(None, ENDPOINT, 60.0)
    written, kinds = 0, set()
    for number in range(120):
        for _ in range(6):
            try:
                written += engine.complete(request(f"note {number}"), Event()).finish_reason == "stop"
                break
            except EngineError as error:
                kinds.add(error.kind)
    assert kinds == {"rate-limited", "unavailable", "connection"}
    failed = sum(call.fault != "ok" for call in serving.calls)
    assert 0.25 < failed / len(serving.calls) < 0.42
    assert written + sum(call.fault == "cut-off" for call in serving.calls) >= 119
