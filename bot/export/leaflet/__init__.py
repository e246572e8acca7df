"""Write the declaration in one language as a PDF: sheets of A4 that are printed on both sides and folded once.

`shaping` joins and orders letters, and `line_breaking` measures and breaks lines. `pages` fills pages of A5 with the
lines, `imposition` places two pages on each side of a sheet, and `pdf_writer` writes the file.

A PDF stores the text of each glyph, so that people can select the text or have it read aloud. But in the font, many
Arabic letters consist of several glyphs: a body and dots. `cluster_font` makes each such group, a cluster, one glyph.
"""
