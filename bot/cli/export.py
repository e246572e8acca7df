"""Write the declaration as files that are read without Telegram: `python -m bot export DIR`."""

from collections.abc import Iterator
from pathlib import Path

from bot.errors import OperatorError
from bot.export import leaflet_packages
from bot.export.document import Document, documents
from bot.export.epub_file import epub_file
from bot.export.web_page import web_page
from bot.model.file_kinds import FileKind, file_name
from bot.signing.page.build import build_page
from content.model import Campaign

VERIFICATION_PAGE = "verify.html"


def write_files(campaign: Campaign, directory: Path) -> Iterator[str]:
    """Write the declaration as files into `directory`, and yield the lines to print.

    The files are a web page with all languages, and an e-book and a PDF leaflet for each language. If the campaign
    signs its announcements, also write the page that checks signatures. Files of an earlier export are replaced.
    Raises OperatorError if the folder cannot be written.
    """
    all_documents = documents(campaign)
    if campaign.public_key:
        yield _written(directory, VERIFICATION_PAGE, build_page(campaign).encode())
    yield _written(directory, file_name(FileKind.HTML, campaign.original), web_page(all_documents))
    for document in all_documents:
        yield _written(directory, file_name(FileKind.EPUB, document.lang), epub_file(document))
    if not leaflet_packages.are_installed():
        yield f"No leaflet was written: {leaflet_packages.HOW_TO_INSTALL}."
        return
    for document in all_documents:
        yield _leaflet(directory, document)


def _leaflet(directory: Path, document: Document) -> str:
    from bot.export.leaflet.pdf_writer import leaflet  # the packages for it may be missing
    from bot.export.leaflet.shaping import LettersMissing

    try:
        return _written(directory, file_name(FileKind.PDF, document.lang), leaflet(document))
    except LettersMissing as error:
        return f"No leaflet in {document.lang} was written: {error}"


def _written(directory: Path, name: str, content: bytes) -> str:
    path = directory / name
    try:
        directory.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise OperatorError(f"{path} cannot be written ({error.strerror}): name another folder.") from None
    return f"{path}: {len(content) / 1000:.1f} kB"
