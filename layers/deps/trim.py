"""Trim the layer's packages to what runs in Lambda, compile them, and say what is left.

What is cut is never imported by the functions: the data of AWS services that Saldo does not call,
languages it does not speak, Chalice's command line, Stripe's classes, tests and type stubs. A
service or language that the product starts to use is one more name in the lists below.
"""

import argparse
import compileall
import py_compile
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import trim_stripe

# botocore loads a service's data by folder name; the files beside the folders are always needed.
AWS_SERVICES = {
    "cloudwatch",
    "cognito-idp",
    "dynamodb",
    "dynamodbstreams",
    "events",
    "kms",
    "lambda",
    "logs",
    "pinpoint-sms-voice-v2",
    "s3",
    "scheduler",
    "secretsmanager",
    "ses",
    "sesv2",
    "sns",
    "sqs",
    "ssm",
    "sts",
    "xray",  # Powertools' Tracer makes a client for the sampling rules
}

# Babel reads a locale with its parents: de_AT needs de and root, en_GB needs en_001 and en.
LOCALES = {
    "root",
    "cs",
    "da",
    "de",
    "de_AT",
    "de_CH",
    "en",
    "en_001",
    "en_150",
    "en_GB",
    "en_IE",
    "en_US",
    "es",
    "fi",
    "fr",
    "fr_CH",
    "it",
    "nb",
    "nl",
    "no",
    "pl",
    "pt",
    "pt_PT",
    "sv",
}

# The debtors' countries whose public holidays are known; in others only weekends are free.
HOLIDAY_COUNTRIES = {
    "austria",
    "belgium",
    "bulgaria",
    "croatia",
    "cyprus",
    "czechia",
    "denmark",
    "estonia",
    "finland",
    "france",
    "germany",
    "greece",
    "hungary",
    "ireland",
    "italy",
    "latvia",
    "liechtenstein",
    "lithuania",
    "luxembourg",
    "malta",
    "netherlands",
    "norway",
    "poland",
    "portugal",
    "romania",
    "slovakia",
    "slovenia",
    "spain",
    "sweden",
    "switzerland",
    "united_kingdom",
    "united_states",
}

# `chalice.app` is the part that serves requests.
CHALICE_FILES = {"__init__.py", "app.py", "py.typed"}

USELESS = (
    "bin",
    "*-stubs",
    "**/tests",
    "**/test",
    "**/*.pyi",
    "**/*.pyx",
    "**/*.c",
    "**/*.h",
    "botocore/data/**/examples-1.json",
    "botocore/data/**/examples-1.json.gz",
    "botocore/data/**/waiters-2.json*",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui",
    "holidays/locale",
    "holidays/financial",
    "*.dist-info/RECORD",
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "*.dist-info/sboms",
)


def useless(root: Path) -> Iterator[Path]:
    """Every file and folder under the layer's `python` folder that no function reads."""
    for pattern in USELESS:
        yield from root.glob(pattern)
    for service in (root / "botocore" / "data").iterdir():
        if service.is_dir() and service.name not in AWS_SERVICES:
            yield service
    for locale in (root / "babel" / "locale-data").glob("*.dat"):
        if locale.stem not in LOCALES:
            yield locale
    for country in (root / "holidays" / "countries").glob("*.py"):
        if country.stem not in {"__init__", *HOLIDAY_COUNTRIES}:
            yield country
    for part in (root / "chalice").iterdir():
        if part.name not in CHALICE_FILES:
            yield part


def trim(root: Path) -> None:
    """Delete what `useless` names."""
    for path in sorted(set(useless(root))):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    # It imports every country; each is found by its own name all the same.
    (root / "holidays" / "countries" / "__init__.py").write_text("", encoding="utf-8")
    trim_stripe.trim(root)


def compile_all(root: Path) -> bool:
    """Write .pyc files that Python takes without looking at the source; false when one failed.

    They hold for this Python's minor version only; another version ignores them. A layer's zip
    carries no reliable times, so the usual check by time would refuse them.
    """
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    return bool(compileall.compile_dir(str(root), quiet=1, invalidation_mode=mode))


def main() -> int:
    """Trim, compile, report; 1 when a module could not be compiled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path, help="the layer's `python` folder")
    parser.add_argument("--runtime", help="python3.13: the runtime that the layer is for")
    options = parser.parse_args()
    root: Path = options.root
    trim(root)
    if options.runtime in {None, "python{}.{}".format(*sys.version_info)}:
        compiled = compile_all(root)
    else:
        compiled = True
        print(f"not compiled: that needs {options.runtime} itself")  # noqa: T201
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    print(f"deps layer: {size / 1e6:.1f} MB unzipped")  # noqa: T201 - SAM shows it
    return 0 if compiled else 1


if __name__ == "__main__":
    sys.exit(main())
