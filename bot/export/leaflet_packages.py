"""Say whether the packages that a leaflet needs are installed, without importing them."""

from importlib.util import find_spec

LOCK = "requirements-export.lock"
HOW_TO_INSTALL = f"install the packages of {LOCK}, or declaration-bot[export]"
_PACKAGES = ("fontTools", "fpdf", "uharfbuzz")


def are_installed() -> bool:
    """Return whether a leaflet can be written."""
    return all(find_spec(package) for package in _PACKAGES)
