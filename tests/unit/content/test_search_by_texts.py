"""Test search in campaigns that have nothing but texts, in languages for which the product has no words."""

import time
from collections.abc import Callable, Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.search.matcher import Matcher
from content.search.search_result import ResultKind
from content.search.texts.text_index import TextIndex
from tests.support.text_campaign import text_matcher

Query = tuple[str, str | None]  # a question, and the clause that answers it

SPANISH = {
    "1": (
        "Más árboles en las calles",
        "El ayuntamiento plantará cada año dos mil árboles en las calles sin sombra. Los vecinos eligen "
        "las especies y las plazas. Un jardinero municipal cuidará los árboles jóvenes durante tres años.",
    ),
    "2": (
        "Autobuses gratuitos",
        "Pedimos que los autobuses sean gratuitos para menores de veinte años y para jubilados. La "
        "frecuencia en los barrios periféricos debe ser de diez minutos. Los conductores recibirán un "
        "salario digno.",
    ),
    "3": (
        "Vivienda y alquileres",
        "Los alquileres no pueden subir más que los salarios. Exigimos mil viviendas públicas nuevas y un "
        "registro de pisos vacíos. Los apartamentos turísticos necesitan una licencia.",
    ),
    "4": (
        "Agua y fuentes",
        "El agua es un derecho. Rechazamos la privatización del suministro y pedimos fuentes públicas en "
        "cada parque. Las tuberías viejas de plomo serán sustituidas.",
    ),
    "5": (
        "Bibliotecas abiertas",
        "Las bibliotecas abrirán también los domingos y por la noche. Queremos salas de estudio, libros "
        "en todas las lenguas y talleres para niños.",
    ),
    "6": (
        "Carriles para bicicletas",
        "Una red segura de carriles bici unirá todas las escuelas. Los aparcamientos de bicicletas "
        "estarán junto a las estaciones de tren.",
    ),
    "7": (
        "Residuos y reciclaje",
        "Los restaurantes deben separar la basura orgánica. Pedimos prohibir los envases de plástico en "
        "los mercados y reparar en vez de tirar.",
    ),
    "8": (
        "Ruido nocturno",
        "Los bares cerrarán las terrazas a medianoche. La policía local medirá el ruido y multará a los "
        "locales que no respeten el descanso.",
    ),
}
SPANISH_QUERIES: tuple[Query, ...] = (
    ("¿quién planta los arboles?", "1"),
    ("arbolado y sombra", "1"),
    ("jardinero", "1"),
    ("cuántos árboles se plantan al año", "1"),
    ("autobús gratis para jóvenes", "2"),
    ("bus gratuito", "2"),
    ("sueldo de los conductores", "2"),
    ("jubilado", "2"),
    ("barrios de la periferia", "2"),
    ("alquiler demasiado caro", "3"),
    ("¿va a subir mi alquiler?", "3"),
    ("pisos turísticos", "3"),
    ("vivienda publica", "3"),
    ("licencia de apartamentos", "3"),
    ("privatizar el agua", "4"),
    ("fuente en el parque", "4"),
    ("tuberias de plomo", "4"),
    ("¿abre la biblioteca el domingo?", "5"),
    ("libros para niños", "5"),
    ("taller infantil", "5"),
    ("carril bici", "6"),
    ("aparcamiento de bicis", "6"),
    ("ir en bicicleta a la escuela", "6"),
    ("reciclar plástico", "7"),
    ("¿qué pasa con la basura?", "7"),
    ("reparación", "7"),
    ("envases", "7"),
    ("ruidoso", "8"),
    ("terrazas de los bares", "8"),
    ("multas por ruido", "8"),
    ("descansar por la noche", "8"),
    ("¿quién ganó el partido ayer?", None),
    ("receta de paella", None),
    ("qué tiempo hace mañana", None),
    ("mi perro está enfermo", None),
    ("precio del dólar", None),
    ("cuéntame un chiste", None),
    ("capital de Australia", None),
    ("elecciones en Francia", None),
    ("cómo instalo windows", None),
    ("vuelos a Roma", None),
    ("película recomendada", None),
    ("me duele la cabeza", None),
    ("cómo se dice gracias en inglés", None),
    ("canción de verano", None),
    ("quien es messi", None),
)
TURKISH = {
    "1": (
        "Zeytinliklerin korunması",
        "Zeytinliklerin madenlere açılmasına karşı çıkıyoruz. Bakanlık ruhsatları iptal etmeli ve kesilen "
        "ağaçların yerine yenilerini dikmelidir.",
    ),
    "2": (
        "Asgari ücret",
        "Asgari ücret yoksulluk sınırının üstünde olmalıdır. İşçilerin fazla mesaisi tam ödenmeli, "
        "sendikalara baskı son bulmalıdır.",
    ),
    "3": (
        "Deprem ve güvenli konut",
        "Depremde yıkılan okulların yerine güvenli binalar yapılmalıdır. Belediyeler bütün apartmanları "
        "denetlemeli ve sonuçları yayımlamalıdır.",
    ),
    "4": (
        "Basın özgürlüğü",
        "Gazeteciler haberleri yüzünden hapse atılamaz. Sansür yasası kaldırılmalı, kapatılan gazeteler "
        "yeniden açılmalıdır.",
    ),
    "5": (
        "Göçmen çocuklar",
        "Göçmen çocukların hepsi okula gidebilmelidir. Öğretmenlere dil eğitimi verilmelidir. Ailelere "
        "kira yardımı yapılmalıdır.",
    ),
    "6": (
        "Su kaynakları",
        "Göllerin kurumasını önlemek için tarımda damla sulama desteklenmelidir. Şişe suyu şirketlerine "
        "yeni izin verilmemelidir.",
    ),
}
TURKISH_QUERIES: tuple[Query, ...] = (
    ("zeytin ağaçları", "1"),
    ("maden ruhsatı", "1"),
    ("madenciler zeytinlikleri kesiyor mu", "1"),
    ("bakanlık ne yapmalı", "1"),
    ("ücretler ne kadar olacak", "2"),
    ("sendika", "2"),
    ("yoksulluk", "2"),
    ("işçi hakları", "2"),
    ("fazla mesai", "2"),
    ("deprem", "3"),
    ("apartmanım güvenli mi", "3"),
    ("belediye denetimi", "3"),
    ("yıkılan okul", "3"),
    ("gazeteci tutuklandı", "4"),
    ("sansüre karşı mısınız", "4"),
    ("basın", "4"),
    ("gazeteler neden kapatıldı", "4"),
    ("göçmenler", "5"),
    ("öğretmen", "5"),
    ("kira yardımı alabilir miyim", "5"),
    ("çocuklarım okula gidebilir mi", "5"),
    ("göl kuruyor", "6"),
    ("sulama", "6"),
    ("şişe su", "6"),
    ("tarım desteği", "6"),
    ("hava yarın nasıl", None),
    ("maç kaç kaç bitti", None),
    ("köpeğim hasta", None),
    ("dolar kaç lira", None),
    ("bana fıkra anlat", None),
    ("en iyi telefon hangisi", None),
    ("baklava tarifi", None),
    ("istanbul otelleri", None),
    ("sinemada ne var", None),
    ("başım ağrıyor", None),
)


@cache
def spanish_matcher() -> Matcher:
    return text_matcher("es", SPANISH)


@cache
def turkish_matcher() -> Matcher:
    return text_matcher("tr", TURKISH)


@pytest.mark.parametrize(
    ("matcher", "queries"), [(spanish_matcher, SPANISH_QUERIES), (turkish_matcher, TURKISH_QUERIES)], ids=["es", "tr"]
)
def test_a_question_that_shares_a_stem_with_a_clause_is_shown_the_clause(
    matcher: Callable[[], Matcher], queries: Sequence[Query]
) -> None:
    wanted = [(text, clause) for text, clause in queries if clause]
    misses = [text for text, clause in wanted if clause not in matcher().find(text).clauses]

    assert len(misses) <= 0.1 * len(wanted), misses


@pytest.mark.parametrize(
    ("matcher", "queries"), [(spanish_matcher, SPANISH_QUERIES), (turkish_matcher, TURKISH_QUERIES)], ids=["es", "tr"]
)
def test_a_question_about_another_subject_is_not_answered(
    matcher: Callable[[], Matcher], queries: Sequence[Query]
) -> None:
    others = [text for text, clause in queries if not clause]
    answered = [text for text in others if matcher().find(text).kind is ResultKind.ANSWER]

    assert not answered


def test_the_statement_that_shares_words_is_quoted() -> None:
    assert spanish_matcher().find("jardinero municipal").statements == ("statement-1",)


def test_a_title_counts_more_than_a_text() -> None:
    clauses = {str(number): (f"Title{number}", "Nothing else") for number in range(3, 7)}
    matcher = text_matcher("xx", {"1": ("Alpha", "Eat bramble"), "2": ("Bramble", "Grow others"), **clauses})

    assert matcher.find("bramble").clauses[0] == "2"


def test_a_word_of_all_clauses_finds_nothing() -> None:
    matcher = text_matcher("xx", {str(n): (f"Title{n}", f"together with number{n}") for n in range(1, 7)})

    assert matcher.find("together").kind is ResultKind.NONE


def test_a_word_that_no_clause_has_finds_nothing() -> None:
    assert spanish_matcher().find("paella").kind is ResultKind.NONE


def test_a_misspelled_word_is_found() -> None:
    assert "5" in spanish_matcher().find("bibliteca").clauses


def test_the_shared_list_of_other_subjects_yields_to_the_words_of_the_campaign() -> None:
    matcher = text_matcher("en", {"1": ("Visa fees", "A visa shall cost nothing."), "2": ("Trees", "Plant trees.")})

    assert matcher.find("visa").clauses == ("1",)
    assert matcher.find("visas").clauses == ("1",)


@given(st.text(st.characters(), max_size=600))
@settings(deadline=None)
def test_any_text_gives_a_valid_result(text: str) -> None:
    result = turkish_matcher().find(text)

    assert set(result.clauses) <= TURKISH.keys()
    assert bool(result.clauses) == (result.kind is not ResultKind.NONE)


@pytest.mark.parametrize("text", ["agaç" * 1000, "zeytin " * 600, "".join(map(chr, range(0x400, 0x1000)))])
def test_hostile_texts_take_little_time(text: str) -> None:
    start = time.process_time()
    turkish_matcher().find(text)

    assert time.process_time() - start < 0.2


def test_an_empty_index_finds_nothing() -> None:
    empty: TextIndex[str] = TextIndex()

    assert empty.find(["word"]) == {}
    assert TextIndex[str].of([]).find(["word"]) == {}


def test_forms_of_a_word_are_similar_and_other_words_are_not() -> None:
    index: TextIndex[str] = TextIndex.of([("1", 1.0, ["mietpreisbremse", "schule", "البلدية"])])

    assert all(index.find([form]) for form in ("bremse", "schulen", "بلدية", "mietpreise"))
    assert not any(index.find([word]) for word in ("schwimmen", "bremen", "بلاد"))


@pytest.mark.parametrize(
    ("lang", "word", "question"),
    [
        ("ar", "السوق", "الأسواق"),
        ("ar", "للثلج", "ثلج"),
        ("uk", "переходи", "перехід"),
        ("uk", "рейок", "рейки"),
        ("de", "Milchpreise", "Strompreis"),
    ],
)
def test_endings_prefixes_weak_letters_and_parts_of_compounds_are_compared(
    lang: str, word: str, question: str
) -> None:
    others = {str(number): (f"Xx{number}", f"Qq{number}") for number in range(2, 6)}

    assert text_matcher(lang, {"1": (word, "Zz"), **others}).find(question).clauses == ("1",)


def test_words_that_share_only_an_article_are_not_similar() -> None:
    matcher = text_matcher("ar", {"1": ("الأسماك", "Zz"), "2": ("الميناء", "Zz"), "3": ("القوارب", "Zz")})

    assert matcher.find("الأسهم").kind is ResultKind.NONE


def test_an_unsure_question_gets_choices() -> None:
    assert spanish_matcher().find("jardinero enfermo ayer conmigo").kind is ResultKind.SUGGEST


def test_a_stop_word_that_the_campaign_has_is_suggested_if_nothing_else_is_found() -> None:
    matcher = text_matcher("de", {"1": ("Haltung von Hühnern", "Zz"), "2": ("Moor", "Zz"), "3": ("Milch", "Zz")})

    assert matcher.find("Haltung").clauses == ("1",)
    assert matcher.find("Haltung").kind is ResultKind.SUGGEST
