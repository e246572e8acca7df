"""Find out, without an import, whether the packages are installed that a leaflet (a PDF to print) needs."""

from importlib.util import find_spec

LOCK = "requirements-export.lock"
HOW_TO_INSTALL = f"install the packages of {LOCK}, or declaration-bot[export]"
_PACKAGES = ("fontTools", "fpdf", "uharfbuzz")


def are_installed() -> bool:
    """Return whether all packages are installed that a leaflet needs."""
    return all(find_spec(package) for package in _PACKAGES)
