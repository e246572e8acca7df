"""Make files of the whole declaration that are read without Telegram and without a network.

`document` collects the words of a file in one language. `web_page` writes one HTML file in all languages,
`epub_file` an e-book, and `leaflet` a PDF to print and fold. Only the PDF needs further packages, the extra `export`,
and in the running bot only the process `python -m bot.export.leaflet` imports them. The same texts always give the
same bytes. No file has a link, a true date, or the name of a machine or a person.
"""
