"""Read the clauses back from a web page or from a page of an e-book."""

from html.parser import HTMLParser


class ParsedClauses(HTMLParser):
    """The text below each heading of a clause, by the id of the heading; and all tags and attributes.

    Paragraphs are joined by an empty line, as in the files of a campaign.
    """

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self._clause: str | None = None
        self._is_heading = False
        self.feed(markup)
        self.texts = {clause: text.removeprefix("\n\n") for clause, text in self.texts.items()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "h2":
            self._clause = attributes.get("id")
            self._is_heading = True
        if self._clause is None:
            return
        if tag == "h2":
            self.headings[self._clause], self.texts[self._clause] = "", ""
        elif tag == "p" and "class" in attributes:  # a note ends the text
            self._clause = None
        elif tag == "p":
            self.texts[self._clause] += "\n\n"
        elif tag == "br":
            self.texts[self._clause] += "\n"

    def handle_endtag(self, tag: str) -> None:
        self._is_heading = False

    def handle_data(self, data: str) -> None:
        if self._clause is None:
            return
        if self._is_heading:
            self.headings[self._clause] += data
        elif data != "\n":  # between two elements
            self.texts[self._clause] += data
