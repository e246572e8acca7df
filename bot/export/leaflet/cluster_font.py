"""Make a font in which each cluster of a text, such as a letter with its dots, is one glyph."""

import io
from collections.abc import Iterable
from pathlib import Path

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from bot.export.leaflet.shaping import Cluster

GlyphNames = dict[Cluster, str]
_DROPPED = ("GSUB", "GPOS", "GDEF")  # the letters are already joined and placed


def cluster_font(path: Path, clusters: Iterable[Cluster]) -> tuple[bytes, GlyphNames]:
    """Return a copy of the TrueType font at `path` with a glyph for each cluster, and the glyph names by cluster."""
    font = TTFont(path, recalcTimestamp=False)  # the same text gives the same bytes
    order = font.getGlyphOrder()
    names = {cluster: _name(cluster, order, number) for number, cluster in enumerate(dict.fromkeys(clusters))}
    font.setGlyphOrder([*order, *(name for name in names.values() if name not in font["glyf"].glyphs)])
    for cluster, name in names.items():
        if name not in font["glyf"].glyphs:
            _add_composite(cluster, name, font, order)
    for table in _DROPPED:
        if table in font:
            del font[table]
    data = io.BytesIO()
    font.save(data)
    return data.getvalue(), names


def _name(cluster: Cluster, order: list[str], number: int) -> str:
    """Return the name of the glyph for a cluster: an existing one if the cluster is a single glyph that is not moved.

    Otherwise return a new name, such as "cluster7", which contains `number`.
    """
    first, *more = cluster.glyphs
    is_simple = not more and not first.x and not first.y
    return order[first.glyph] if is_simple else f"cluster{number}"


def _add_composite(cluster: Cluster, name: str, font: TTFont, order: list[str]) -> None:
    pen = TTGlyphPen(font.getGlyphSet())
    for placed in cluster.glyphs:
        pen.addComponent(order[placed.glyph], (1, 0, 0, 1, placed.x, placed.y))
    glyph = font["glyf"].glyphs[name] = pen.glyph()
    glyph.recalcBounds(font["glyf"])
    left = getattr(glyph, "xMin", 0)  # any other margin would move the outline
    font["hmtx"].metrics[name] = (cluster.advance, left)
