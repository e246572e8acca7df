"""Documents of the shipped campaign, and texts as a file has to repeat them."""

from bot.export.document import Document, documents
from content.model import Lang
from tests.support.shipped_campaign import CAMPAIGN

DOCUMENTS = {document.lang: document for document in documents(CAMPAIGN)}
RIGHT_TO_LEFT = ("fa", "ps")


def texts(lang: str) -> list[str]:
    """Return the exact text of each clause in a language, from the campaign itself."""
    return [clause.texts[Lang(lang)] for clause in CAMPAIGN.clauses]


def words(document: Document) -> str:
    """Return all words of a document in reading order, with single spaces between them."""
    parts = (text for part in document.parts for text in (part.heading, part.text))
    return " ".join(" ".join((document.title, document.date, *parts, document.notice, *document.footer)).split())
