"""What concerns the whole process: logs, hardening, the loop guard, the clock guard."""
