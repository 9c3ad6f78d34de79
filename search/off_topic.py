"""Queries of everyday life that nothing in an art collection fits, to tell a match from none."""

from pathlib import Path

from core.ports import Encoder
from core.types import Matrix, Purpose

FILE = Path(__file__).with_name("off_topic.txt")


def load_off_topic() -> list[str]:
    """Load the texts: IT, money, sport, recipes, medicine, law and the like, of many lengths."""
    return FILE.read_text(encoding="utf-8").splitlines()


def encoded_off_topic(encoder: Encoder) -> Matrix:
    """Encode them as queries."""
    return encoder.encode_texts(load_off_topic(), purpose=Purpose.QUERY)
