"""Install the locked packages of the layer into a folder, for this Python or another runtime."""

import argparse
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).with_name("requirements.lock")
PLATFORMS = {"x86_64": "manylinux2014_x86_64", "arm64": "manylinux2014_aarch64"}


def pip_arguments(target: Path, runtime: str | None, architecture: str | None) -> list[str]:
    """pip's arguments; with a runtime or an architecture only wheels for exactly that are taken."""
    arguments = ["install", "--quiet", "--disable-pip-version-check", "--no-input"]
    arguments += ["--no-deps", "--no-compile", "--require-hashes", "-r", str(LOCK)]
    arguments += ["--target", str(target)]
    if runtime or architecture:
        version = (runtime or "python{}.{}".format(*sys.version_info)).removeprefix("python")
        arguments += ["--only-binary", ":all:", "--implementation", "cp"]
        arguments += ["--python-version", version]
        # Lambda's Amazon Linux 2023 has glibc 2.34; some wheels ask for more than manylinux2014.
        platform = PLATFORMS[architecture or "x86_64"]
        for name in (
            platform.replace("2014", "_2_28"),
            platform.replace("2014", "_2_17"),
            platform,
        ):
            arguments += ["--platform", name]
    return arguments


def main() -> int:
    """Run pip; its exit code is ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--runtime", help="python3.13: build for this runtime, not for this Python")
    parser.add_argument("--architecture", choices=sorted(PLATFORMS))
    options = parser.parse_args()
    here = "python{}.{}".format(*sys.version_info)
    runtime = None if options.runtime == here else options.runtime
    arguments = pip_arguments(options.target, runtime, options.architecture)
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [sys.executable, "-m", "pip", *arguments], check=False, capture_output=True, text=True
    )
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
