"""Plain searches as the engine gets them: through the retriever `search`."""

from core.ports import PictureDecoder
from core.queries import Query
from core.types import Pixels
from search.retrievers.builtin import builtin_retrievers
from search.retrievers.compile import compile_query
from search.retrievers.inputs import check_inputs
from search.retrievers.prepare import Request


def no_picture(data: bytes) -> Pixels:
    """Take no picture."""
    raise AssertionError(f"{len(data)} bytes were given as a picture")


def query_of(asked: Request, decode: PictureDecoder = no_picture) -> Query:
    """Say what a plain search asks of the engine."""
    search = builtin_retrievers()["search"]
    checked = check_inputs(search.definition, asked.inputs, decode)
    return compile_query(search, checked, limit=asked.limit, cursor=asked.cursor).query
