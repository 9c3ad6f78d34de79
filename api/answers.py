"""Answers of retrievers as responses: whole, as events, or not at all where nothing changed."""

import queue
import re
import threading
from collections.abc import Callable, Generator

from fastapi import Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.errors import internal_problem, problem
from api.metrics import Metrics
from core.errors import InputError, VasariError
from core.reports import StageReport
from search.retrievers.answers import dump
from search.retrievers.executor import Executed, Executor
from search.retrievers.prepare import PLAIN, Prepared
from search.retrievers.prepare import Request as SearchRequest
from search.retrievers.stage_report import stage_of
from search.stages import Watcher

EVENTS = "text/event-stream"
_PLACE = re.compile(r"\.(\d+)(?=\.|$)")
_LOOK_AGAIN = {"Cache-Control": "no-cache"}  # keep it, but ask whether it is still the one


def prepare_search(executor: Executor, request: SearchRequest) -> Prepared:
    """Prepare a request to the retriever `search`, whose inputs are the fields of the request.

    Raises:
        InputError: names the field.
    """
    try:
        return executor.prepare(PLAIN, request)
    except InputError as error:
        error.field = _PLACE.sub(r"[\1]", error.field.removeprefix("inputs."))
        raise


def answer(executor: Executor, prepared: Prepared, metrics: Metrics) -> Response:
    """Run a request that was prepared, and answer with all that was found."""
    executed = executor.run(prepared)
    _observe(executed, metrics)
    headers = {"ETag": _tag(prepared), **_LOOK_AGAIN} if executed.is_kept else {}
    return Response(executed.body, media_type="application/json", headers=headers)


def answer_if_new(
    executor: Executor, prepared: Prepared, metrics: Metrics, *, request: Request
) -> Response:
    """Answer 304 where the client has the answer that would be given."""
    if _is_known(_tag(prepared), request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers={"ETag": _tag(prepared), **_LOOK_AGAIN})
    return answer(executor, prepared, metrics)


def answer_as_asked(
    executor: Executor, prepared: Prepared, metrics: Metrics, *, events: bool
) -> Response:
    """Answer whole, or with events."""
    answered = answer_as_events if events else answer
    return answered(executor, prepared, metrics)


def answer_as_events(executor: Executor, prepared: Prepared, metrics: Metrics) -> Response:
    """Send each stage as it begins and ends, and the answer last.

    Raises:
        InputError: before anything is sent, where the inputs are wrong.
    """
    prepared.compiled()

    def run(watch: Watcher) -> bytes:
        executed = executor.run(prepared, watch=watch)
        _observe(executed, metrics)
        return executed.body

    return EventsResponse(as_events(run))


class EventsResponse(StreamingResponse):
    """Sends events as they come; when the client goes away, no more are made."""

    def __init__(self, events: Generator[bytes, None, None]) -> None:
        super().__init__(events, media_type=EVENTS, headers={"Cache-Control": "no-store"})
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them all, or as many as the client waits for."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._events.close()


class _NobodyListensError(BaseException):
    """Stops a search whose client has gone.

    No `Exception`, so that it is no outcome of the work: who waits for the same answer makes it.
    """


class _Events:
    """Hears of stages in the thread of a search, for the thread that sends."""

    def __init__(self) -> None:
        self.queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.is_heard = True  # until the client goes away

    def begin(self, name: str) -> None:
        """Tell that a stage begins, or stop the search where nobody listens."""
        if not self.is_heard:
            raise _NobodyListensError
        self.send("stage_start", dump({"name": name, "type": stage_of(name)}))

    def end(self, report: StageReport) -> None:
        """Tell what a stage did."""
        told = {name: getattr(report, name) for name in report.__slots__}
        self.send("stage_complete", dump({**told, "type": stage_of(report.name)}))

    def send(self, name: str, data: bytes) -> None:
        """Tell anything."""
        self.queue.put(b"event: " + name.encode() + b"\ndata: " + data + b"\n\n")


def as_events(run: Callable[[Watcher], bytes]) -> Generator[bytes, None, None]:
    """Run a search in a thread of its own, and tell what happens; closed, the search stops."""
    events = _Events()

    def work() -> None:
        try:
            events.send("done", run(events))
        except VasariError as error:
            events.send("error", bytes(problem(error).body))
        except _NobodyListensError:
            pass
        except Exception as error:  # noqa: BLE001 - whoever listens must hear that it is over
            events.send("error", bytes(internal_problem(error).body))
        finally:
            events.queue.put(None)

    threading.Thread(target=work, name="execution", daemon=True).start()
    try:
        yield from iter(events.queue.get, None)
    finally:
        events.is_heard = False


def _observe(executed: Executed, metrics: Metrics) -> None:
    if executed.page is not None:
        metrics.observe_page(executed.page)


def _tag(prepared: Prepared) -> str:
    """Name what would be answered; weakly, since timings differ."""
    return f'W/"{prepared.key.digest[:32]}"'


def _is_known(tag: str, header: str) -> bool:
    """Tell whether a client has an answer, by the weak comparison of RFC 9110."""
    known = {one.strip().removeprefix("W/") for one in header.split(",")}
    return "*" in known or tag.removeprefix("W/") in known
