"""Print the numbers of subscribers: `python -m bot stats`."""

from bot.chart.stats_chart import build_chart, caption_rows
from bot.dispatch.stats_command import disclosable_figures
from bot.runtime.dates import today
from content.model import Campaign
from storage.store import Store


async def subscriber_counts(store: Store, campaign: Campaign) -> list[str]:
    """Return the numbers that /stats shows in the chat, as lines of text in the campaign's original language."""
    book = campaign.phrasebooks[campaign.original]
    shown = build_chart(await disclosable_figures(store, campaign, today()), campaign, book)
    return [f"{row.name}: {row.amount}" if row.amount else row.name for row in caption_rows(shown)]
