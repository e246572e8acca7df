"""Run the benchmarks and print the figures: `python -m benchmarks` as text, `python -m benchmarks --json` as JSON."""

import argparse
import json
import sys

from benchmarks import matcher, start, storage, transport


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--rounds", type=int, default=5, help="number of rounds, of which the median counts (default %(default)s)"
    )
    parser.add_argument(
        "--messages", type=int, default=2000, help="messages for each round and transport (default %(default)s)"
    )
    parser.add_argument("--subscribers", type=int, default=1_000_000, help="size of the list (default %(default)s)")
    options = parser.parse_args()
    figures = {
        "transport": transport.measure(options.rounds, options.messages),
        "start": start.measure(options.rounds),
        "matcher": matcher.measure(options.rounds),
        "storage": storage.measure(options.subscribers),
    }
    if options.json:
        json.dump(figures, sys.stdout, indent=2)
        return
    for name, values in figures.items():
        print(name)
        for label, value in values.items():
            print(f"  {label:48} {value:10.3f}")


if __name__ == "__main__":
    main()
