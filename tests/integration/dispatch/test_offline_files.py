"""People choose a file of the whole text, get it with a caption without a link, and can hide it again."""

from pathlib import Path
from typing import Any

import pytest

from bot.chart.drawing_process import DrawingFailed, DrawingProcess
from bot.export import leaflet_packages
from bot.export.epub_file import epub_file
from bot.export.web_page import web_page
from content.model import Lang
from tests.support.bot_and_playground import BotAndPlayground, bot_and_playground
from tests.support.exported_files import DOCUMENTS
from tests.support.person import Json, Person, labels
from tests.support.subscriptions import BOOKS, EN

needs_leaflets = pytest.mark.skipif(not leaflet_packages.are_installed(), reason=leaflet_packages.HOW_TO_INSTALL)


async def open_choice(person: Person, lang: str) -> Json:
    say = BOOKS[Lang(lang)].say
    await person.say("/declaration")
    return await person.press(say("offline.button"))


def content(place: BotAndPlayground, message: Json) -> bytes:
    files = place.playground.state.files
    stored = files.get(message["document"]["file_unique_id"])
    assert stored
    return files.bytes_of(stored) or b""


@needs_leaflets
@pytest.mark.parametrize("lang", ["en", "fa"])
async def test_each_file_is_sent_as_it_is_exported_and_hide_removes_it(tmp_path: Path, lang: str) -> None:
    say = BOOKS[Lang(lang)].say
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer(lang)
        choice = await open_choice(person, lang)
        files = list[Json]()
        for kind in ("html", "epub", "pdf"):
            await person.press_under(say("offline.title"), say(f"offline.{kind}_button"))
            files.append(await person.sees(say(f"offline.{kind}_caption")))
        page, book, leaflet = files
        names = [sent["document"]["file_name"] for sent in files]
        assert names == ["text.html", f"text-{lang}.epub", f"text-{lang}.pdf"]
        assert all(name in choice["text"] for name in names)
        assert content(place, page) == web_page(list(DOCUMENTS.values()))
        assert content(place, book) == epub_file(DOCUMENTS[lang])
        assert content(place, leaflet).startswith(b"%PDF-")
        for sent in files:
            assert "t.me" not in str(sent["caption"])
            assert "caption_entities" not in sent
            assert labels(sent) == [say("button.hide")]
        await person.press(say("button.hide"))
        assert (await person.screen())["document"]["file_name"] == names[1]


async def test_a_file_is_uploaded_once_for_all_languages_and_again_when_telegram_has_lost_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = list[str]()
    async with bot_and_playground(tmp_path) as place:
        files = place.playground.state.files
        store = files.add

        def add(kind: str, *details: Any) -> Any:
            uploads.append(kind)
            return store(kind, *details)

        monkeypatch.setattr(files, "add", add)
        for lang in ("en", "fa"):
            person = await place.newcomer(lang)
            await open_choice(person, lang)
            assert (await person.press(BOOKS[Lang(lang)].say("offline.html_button")))["document"]
        assert uploads == ["document"]
        files._files.clear()
        await open_choice(person, "fa")
        assert (await person.press(BOOKS[Lang("fa")].say("offline.html_button")))["document"]
    assert uploads == ["document", "document"]


async def test_back_leads_to_the_ways_to_pass_a_clause_on(tmp_path: Path) -> None:
    say = BOOKS[EN].say
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer()
        await person.say("/clause 4")
        ways = await person.press(say("button.pass_on"))
        assert say("offline.pass_on") in ways["text"]
        await person.press(say("offline.button"))
        assert (await person.press(say("button.back")))["text"] == ways["text"]


async def test_a_leaflet_is_offered_only_where_its_packages_are_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaflet_packages, "are_installed", lambda: False)
    say = BOOKS[EN].say
    async with bot_and_playground(tmp_path) as place:
        choice = await open_choice(await place.newcomer(), EN)

    assert say("offline.epub_button") in labels(choice)
    assert say("offline.pdf_button") not in labels(choice)
    assert "PDF" not in choice["text"]


@pytest.mark.parametrize("is_font_missing", [False, True])
async def test_a_leaflet_that_cannot_be_written_is_reported_and_offered_again_unless_a_font_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_font_missing: bool
) -> None:
    async def fail(*_: object) -> bytes:
        if is_font_missing:
            return b""  # as the process writes for letters that no font has
        raise DrawingFailed("The process ended.")

    monkeypatch.setattr(DrawingProcess, "run", fail)
    monkeypatch.setattr(leaflet_packages, "are_installed", lambda: True)
    say = BOOKS[EN].say
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer()
        await open_choice(person, EN)
        await person.press_under(say("offline.title"), say("offline.pdf_button"))
        choice = await person.sees(say("offline.title"))

    assert person.toast == say("offline.not_made")
    assert say("offline.epub_button") in labels(choice)
    assert (say("offline.pdf_button") in labels(choice)) is not is_font_missing
