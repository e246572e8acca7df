"""Write the whole declaration into files that are read without Telegram and without a network.

`document` collects the texts of a file in one language. `web_page` writes one HTML file in all languages,
`epub_file` an e-book, and `leaflet` a PDF to print and fold. Only the PDF needs additional packages, those of the
extra `export`. The running bot imports them only in a subprocess, `python -m bot.export.leaflet`. The same texts
always give the same bytes. No file contains an external link, its real date, or the name of a machine or a person.
"""
