from dataclasses import replace

from core.spaces import Space, say_missing
from core.types import EncoderCard, Modality, SpaceField

CARD = EncoderCard("seer", "abc", "fp32", "0123456789abcdef", 768, (Modality.IMAGE,))
WANTED = Space(SpaceField.PICTURE, CARD)
NOTHING = "the snapshot has no embeddings of seer@abc/picture"
REMEDY = "; run `vasari index build`"


def test_what_differs_between_two_cards_of_an_encoder_is_named() -> None:
    card = replace(CARD, dtype="bf16", dim=64, instruction="Find.", modalities=tuple(Modality))

    said = say_missing(WANTED, [Space(SpaceField.PICTURE, card)])

    assert said == (
        f"{NOTHING}; those of the picture differ in dtype (bf16, not fp32), dim (64, not 768), "
        f"modalities (text and image, not image), instruction (Find., not none){REMEDY}"
    )


def test_of_two_encoders_the_names_say_enough() -> None:
    other = Space(SpaceField.PICTURE, replace(CARD, name="eye", dim=3))

    said = say_missing(WANTED, [other])

    assert said == f"{NOTHING}; those of the picture differ in encoder (eye, not seer){REMEDY}"


def test_another_field_has_nothing_to_differ_in() -> None:
    assert say_missing(WANTED, [Space(SpaceField.CATALOGUE, CARD)]) == f"{NOTHING}{REMEDY}"
    assert say_missing(WANTED, []) == f"{NOTHING}{REMEDY}"
