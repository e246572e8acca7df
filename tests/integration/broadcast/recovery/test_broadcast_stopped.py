"""A recall that is stopped while Telegram is slow ends without an error and continues after a restart."""

import asyncio
import gc
import time
from pathlib import Path
from typing import Any

import pytest

from storage.deliveries.broadcast_state import Status, Work
from tests.support.broadcast_sender import ANNOUNCEMENT, api_url, running_playground, sender_at
from tests.support.storage_process import place_in


@pytest.mark.timing
async def test_a_recall_stopped_during_slow_answers_logs_no_error_and_continues_later(tmp_path: Path) -> None:
    place, complaints = place_in(tmp_path), list[dict[str, Any]]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    async with running_playground(20) as telegram:
        async with sender_at(place, api_url(telegram), people=20) as sender:
            number = await sender.service.create(ANNOUNCEMENT)
            await sender.wait_until_ended(number)
            telegram.state.faults.replace([{"kind": "slow", "methods": ["deleteMessage"], "seconds": 30.0}])
            assert await sender.service.recall(number)
            await sender.wait_until(lambda: bool(sender.engine._running))
            await asyncio.sleep(0.2)  # the calls are out, and nobody answers
            stopped_at = time.monotonic()
        seconds = time.monotonic() - stopped_at
        gc.collect()
        telegram.state.faults.replace([])
        async with sender_at(place, api_url(telegram)) as sender:
            await sender.wait_until(lambda: sender.service.progress(number).jobs[Work.RECALL].status is Status.OVER)
            counts = sender.service.progress(number).jobs[Work.RECALL].counts

    assert complaints == []
    assert seconds < 5
    assert sum(counts.values()) == 20
