"""Queries that the English encoder does not read, and the many that only look so."""

from pathlib import Path

import pytest

from core.queries import Query
from core.understanding import Understanding
from models.languages import LANGUAGES, rank_languages
from search.language import NAMES, TextLanguages, language_note, unread_language, with_language

ENGLISH = TextLanguages(frozenset({"en"}), rank_languages)
TESTS = Path(__file__).resolve().parents[1]
FOREIGN = {
    "fr": """une femme lisant une lettre près de la fenêtre
        un bateau dans la tempête
        paysage avec des vaches au bord de la rivière
        portrait d'un vieil homme à la barbe blanche
        nature morte aux fruits et au gibier
        coucher de soleil sur la mer
        un chien qui dort devant la cheminée""",
    "de": """eine Frau liest einen Brief am Fenster
        ein Schiff im Sturm
        Landschaft mit Kühen am Fluss
        Bildnis eines alten Mannes mit weißem Bart
        Stillleben mit Früchten und Wild
        Sonnenuntergang über dem Meer
        ein schlafender Hund vor dem Kamin""",
    "nl": """een vrouw leest een brief bij het raam
        een schip in de storm
        landschap met koeien aan de rivier
        portret van een oude man met een witte baard
        stilleven met vruchten en wild
        zonsondergang boven de zee
        schaatsers op een bevroren gracht""",
    "it": """una donna che legge una lettera alla finestra
        una nave nella tempesta
        paesaggio con mucche lungo il fiume
        ritratto di un vecchio con la barba bianca
        natura morta con frutta e selvaggina
        tramonto sul mare di notte
        la Madonna con il bambino e i santi""",
    "es": """una mujer leyendo una carta junto a la ventana
        un barco en la tormenta
        paisaje con vacas a la orilla del río
        retrato de un anciano con barba blanca
        naturaleza muerta con frutas y caza
        puesta de sol sobre el mar
        un perro durmiendo junto a la chimenea""",
    "ru": "женщина читает письмо у окна",
    "ja": "窓辺で手紙を読む女",
    "el": "γυναίκα διαβάζει γράμμα",
}
NAMED = """Turner
    Vitruvian
    Les Demoiselles d'Avignon
    Der Blaue Reiter
    Die Brücke woodcuts
    Le Déjeuner sur l'herbe
    Las Meninas
    La Grande Jatte
    Neue Sachlichkeit
    Käthe Kollwitz
    Vincent van Gogh
    trompe l'oeil
    memento mori
    noli me tangere
    chiaroscuro
    Toulouse-Lautrec posters
    Sandro Botticelli Venus
    La Madonna del Granduca by Raphael
    Moulin de la Galette with dancers
    the Pont du Gard by Hubert Robert""".splitlines()


def language_of(text: str) -> str | None:
    return unread_language(text, ENGLISH)


def english() -> list[str]:
    names = ("art_queries.txt", "off_topic_aside.txt")
    return [line for name in names for line in (TESTS / name).read_text().splitlines()]


@pytest.mark.parametrize("language", FOREIGN)
def test_a_foreign_sentence_is_told(language: str) -> None:
    sentences = [line.strip() for line in FOREIGN[language].splitlines()]

    assert {sentence: language_of(sentence) for sentence in sentences} == dict.fromkeys(
        sentences, language
    )


def test_no_english_query_is_taken_for_another_language() -> None:
    queries = english()

    assert len(queries) > 200
    assert [query for query in queries if language_of(query)] == []


@pytest.mark.parametrize("name", [name.strip() for name in NAMED])
def test_names_and_titles_are_no_language(name: str) -> None:
    assert language_of(name) is None


def test_an_encoder_that_reads_the_language_has_nothing_to_say() -> None:
    both = TextLanguages(frozenset({"en", "fr"}), rank_languages)

    assert unread_language("un bateau dans la tempête", both) is None
    assert unread_language("ein Schiff im Sturm", both) == "de"


def test_the_note_is_a_plain_sentence() -> None:
    assert (
        language_note("fr", "minilm-int8", frozenset({"en"}))
        == "the query reads as French; minilm-int8 reads English"
    )


def test_every_language_has_a_name() -> None:
    assert set(NAMES) == set(LANGUAGES)


def test_what_was_understood_keeps_its_other_parts() -> None:
    query = Query(text="un bateau")
    understood = Understanding(query.understand, note="a note")

    assert with_language(understood, query, None) is understood
    added = with_language(understood, query, "fr")
    assert added is not None
    assert (added.note, added.language) == ("a note", "fr")
