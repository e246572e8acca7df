"""The guides: sketches with numbered marks, in the reader's script, small enough for a slow network."""

import pytest
from PIL import Image

from bot.chart import draw
from bot.chart.canvas import MARGIN, WIDTH
from bot.chart.guide.device_guide import DeviceGuide
from bot.chart.guide.sketch import MARK
from bot.chart.serialization import decode, encode
from bot.dispatch.guide_pictures import device_guide
from bot.model.devices import Device
from content.loading.phrases.locales import read_locale, shipped_locales
from content.model import Lang
from content.screens.reader import Reader
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.chart_pixels import border_is_white, count, halves, missing_glyphs, near, opened, texts

MAX_BYTES = 60_000
each_device = pytest.mark.parametrize("device", list(Device))


def guide(lang: str, device: Device) -> DeviceGuide:
    return device_guide(Reader(CAMPAIGN, Lang(lang)), device)


def first_marks(picture: Image.Image) -> tuple[int, int]:
    """Return how many pixels of marks the left and the right half of the sketch have."""
    left, right = halves(near(picture.crop((MARGIN, 150, WIDTH - MARGIN, 900)), MARK))
    return count(left), count(right)


@pytest.mark.parametrize(("lang", "device"), list(zip(("en", "fa", "ps"), Device, strict=True)))
def test_a_guide_is_small_complete_and_marked(lang: str, device: Device) -> None:
    png = draw.png(guide(lang, device))
    picture = opened(png)

    assert len(png) <= MAX_BYTES
    assert border_is_white(picture)
    assert all(first_marks(picture))


def test_the_first_screen_is_where_reading_begins() -> None:
    """The second screen has two of the three marks."""
    left, right = first_marks(opened(draw.png(guide("en", Device.ANDROID))))
    assert right > left
    left, right = first_marks(opened(draw.png(guide("fa", Device.ANDROID))))
    assert left > right


@each_device
@pytest.mark.parametrize("lang", list(CAMPAIGN.languages))
def test_a_guide_has_a_glyph_for_every_letter_and_survives_the_way_to_its_process(lang: str, device: Device) -> None:
    shown = guide(lang, device)

    assert missing_glyphs("".join(texts(shown))) == set()
    assert decode(encode(shown)) == shown
    assert [step.number for step in shown.steps] == [CAMPAIGN.languages[Lang(lang)].number(n) for n in (1, 2, 3)]


@each_device
@pytest.mark.parametrize("lang", shipped_locales())
def test_every_locale_has_three_steps_of_which_the_last_names_the_entry(lang: str, device: Device) -> None:
    steps = str(read_locale(lang).phrases[f"privacy.steps_{device}"]).split("\n")

    assert len(steps) == 3
    assert "{entry}" in steps[2]
    assert all(steps)
