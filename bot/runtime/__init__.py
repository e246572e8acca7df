"""Parts that concern the whole process: logs, hardening, the loop guard, the clock guard."""
