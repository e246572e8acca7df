"""Write the declaration in one language as a PDF: sheets of A4 that are printed on both sides and folded once.

`shaping` joins and orders letters, `line_breaking` measures and breaks lines, `pages` fills pages of A5 with them,
`imposition` places two of these on each side of a sheet, and `pdf_writer` writes the file. The font has separate
glyphs for the body and the dots of many Arabic letters. `cluster_font` combines them into one glyph for each letter,
because PDF readers map each glyph to a text when people select it or have it read aloud.
"""
