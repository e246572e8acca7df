"""Write the declaration in one language as a PDF: sheets of A4 that are printed on both sides and folded once.

`shaping` joins and orders letters, `line_breaking` measures and breaks lines, `pages` fills pages of A5 with them,
`imposition` places two of these on each side of a sheet, and `pdf_writer` writes the file. The font of the charts
draws many Arabic letters as a body and dots. `cluster_font` makes one glyph of these, so that text can be selected
and read aloud: an app that shows a PDF recognises letters glyph by glyph.
"""
