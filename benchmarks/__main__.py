"""`python -m benchmarks`: the figures of this machine, as text; `--json` for machines."""

import argparse
import json
import sys

from benchmarks import matcher, start, storage, transport


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=5, help="the median of so many (default %(default)s)")
    parser.add_argument("--messages", type=int, default=2000, help="a round and transport (default %(default)s)")
    parser.add_argument("--subscribers", type=int, default=1_000_000, help="in the store (default %(default)s)")
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
        for what, value in values.items():
            print(f"  {what:48} {value:10.3f}")


if __name__ == "__main__":
    main()
