"""`bvae doctor`: which parts of the jail work here, and what is open in a course's folder."""

from __future__ import annotations

import argparse
import json
import platform
import shlex
import sys
from pathlib import Path

from bvae_ref.console import say
from bvae_ref.memory import TENSORFLOW_MB


def add_doctor(subparsers) -> None:
    """Add the `doctor` subcommand to the `bvae` command line."""
    parser = subparsers.add_parser(
        "doctor",
        help="show which layers of isolation work on this machine",
        description="Grade a notebook in the jail that submissions are graded in, and show which "
        "of its layers work here. Exit 0 when isolation is full, 1 when layers are "
        "missing, 2 when nothing can be graded. With --course: exit 0 when nobody else can reach "
        "what is graded from and nbgrader grades in the jail, 1 when not, 2 without a course.",
    )
    parser.add_argument(
        "--course",
        metavar="FOLDER",
        help="instead: list what other users can read or change in nbgrader's folder of a course, "
        "and say whether nbgrader grades in the jail there",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.set_defaults(run=run_doctor, least_mb=TENSORFLOW_MB)


def run_doctor(arguments: argparse.Namespace) -> int:
    """Print the report; return the exit code."""
    from autograder.jail.parents import JailError

    if arguments.course is not None:
        return look_at_course(Path(arguments.course), arguments.json)

    try:
        report = examine()
    except JailError as error:
        say(f"bvae doctor: {error}", file=sys.stderr)
        return 2
    if arguments.json:
        say(json.dumps(report))
    else:
        print_report(report)
    return 0 if report["level"] == "full" else 1


def look_at_course(folder: Path, as_json: bool) -> int:
    """Print what is open in nbgrader's folder of a course; return the exit code."""
    from autograder.grading.course_folder import exposed, grades_in_the_jail

    if not any((folder / name).exists() for name in ("nbgrader_config.py", "gradebook.db")):
        say(
            f"bvae doctor: {folder} is no folder of nbgrader's: it has neither nbgrader_config.py "
            "nor gradebook.db. Give the folder that nbgrader's commands are run in.",
            file=sys.stderr,
        )
        return 2
    found, jailed = exposed(folder), grades_in_the_jail(folder / "nbgrader_config.py")
    if as_json:
        rows = [{"path": str(item.path), "by": item.by, "can": item.can} for item in found]
        say(json.dumps({"course": str(folder), "jailed": jailed, "exposed": rows}))
        return 0 if jailed and not found else 1
    for item in found:
        say(f"✘ {item.path}: {item.by} can {item.can} it")
    if found:
        say("\nGrades rest on these. To close them to others:")
        say(f"    chmod -R go-rwx {shlex.quote(str(folder.resolve()))}\n")
    else:
        say("✔ Nobody else on this machine can read or change what grades rest on.")
    if jailed:
        say("✔ nbgrader grades in the jail here.")
    else:
        say("✘ nbgrader runs learners' code with your rights here: nbgrader_config.py does not put")
        say("  the course's `Grade` in place of Execute. Copy the course's nbgrader_config.py.")
    return 0 if jailed and not found else 1


def examine() -> dict:
    """The isolation report of this machine, with versions and the reasons of what is missing.

    Raises:
        JailError: the jail does not start, or the notebook that is tried cannot be graded in it.
    """
    from autograder.exercise import registry
    from autograder.grading.service import Service
    from autograder.intake.submitted_folder import shown
    from autograder.jail.kernel import landlock_version
    from autograder.jail.parents import JailError

    lesson = min(registry.course().lessons)
    with Service() as service:
        content = json.dumps(shown(None, lesson).notebook).encode()
        result = service.grade("a notebook as it was handed out", content, seed=0)
        if result["status"] != "graded":
            raise JailError(f"nothing can be graded here: {result['reason']}")
        return {
            **service.isolation,
            "reasons": service.reasons,
            "system": f"{platform.system()} {platform.release()}",
            "python": platform.python_version(),
            "landlock": landlock_version(),
            "processes are": "forked" if service.forks else "started afresh",
            "control groups": service.control_groups,
        }


def print_report(report: dict) -> None:
    """The report as a table."""
    from autograder.jail.seal import LAYERS

    say(f"{report['system']}, Python {report['python']}, Landlock version {report['landlock']}")
    say(f"Processes for submissions are {report['processes are']}; a notebook was graded.\n")
    for name, purpose in LAYERS.items():
        holds = report["layers"][name]
        say(f"{'✔ holds  ' if holds else '✘ missing'}  {name:<16} against {purpose}")
        if not holds and report["reasons"].get(name):
            say(f"{'':<29}{report['reasons'][name]}")
    if report["control groups"]:
        say("The kernel counts a submission's memory and processes together (control groups).")
    elif report["processes are"] == "forked":
        say("The grader counts a submission's memory, four times a second: no control group was")
        say("delegated to it (`systemd-run --user --scope -p Delegate=yes bvae …` delegates one).")
    words = {
        "full": "Isolation is full: submissions can be graded without anybody reading them first.",
        "partial": "Isolation is partial: docs/instructors.md says what each missing layer lets "
        "through. Grading works, and every report states which layers were missing.",
        "none": "There is no isolation here beyond a separate process: grade only work that you "
        "trust, or grade on Linux. Every report states this.",
    }
    say(f"\n{words[report['level']]}")
